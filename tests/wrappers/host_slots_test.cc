// SPDX-License-Identifier: Apache-2.0
#include "wrappers/host_slots.h"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace attune::wrappers {
namespace {

using ::testing::ElementsAre;

class HostSlotsTest : public ::testing::Test {
 protected:
  void enter(const std::string& host, std::stop_token stop = {}) {
    start<bool>(slots_.enter(host, std::move(stop)),
                [this, host](bool entered) { entered_.push_back(entered ? host : "not " + host); });
  }

  HostSlots slots_{2};
  std::vector<std::string> entered_;
};

TEST_F(HostSlotsTest, LetsWorkGoOnOnSoManyHosts) {
  for (const char* host : {"lab1", "lab2", "lab3", "lab4"}) enter(host);
  EXPECT_THAT(entered_, ElementsAre("lab1", "lab2"));
  slots_.leave("lab2");
  EXPECT_THAT(entered_, ElementsAre("lab1", "lab2", "lab3"));
  slots_.leave("lab1");
  EXPECT_THAT(entered_, ElementsAre("lab1", "lab2", "lab3", "lab4"));
}

TEST_F(HostSlotsTest, LetsMoreJoinWhereSomeGoesOn) {
  for (const char* host : {"lab1", "lab2", "lab3", "lab1"}) enter(host);
  EXPECT_THAT(entered_, ElementsAre("lab1", "lab2", "lab1"));
  slots_.leave("lab1");
  EXPECT_THAT(entered_, ElementsAre("lab1", "lab2", "lab1")) << "the other one still goes on there";
  slots_.leave("lab1");
  EXPECT_THAT(entered_, ElementsAre("lab1", "lab2", "lab1", "lab3"));
}

TEST_F(HostSlotsTest, WhoWaitsForTheSameHostComesInTogether) {
  for (const char* host : {"lab1", "lab2", "lab3", "lab3"}) enter(host);
  slots_.leave("lab1");
  EXPECT_THAT(entered_, ElementsAre("lab1", "lab2", "lab3", "lab3"));
}

TEST_F(HostSlotsTest, WhoIsStoppedWaitsNoLonger) {
  std::stop_source stop;
  enter("lab1");
  enter("lab2");
  enter("lab3", stop.get_token());
  stop.request_stop();
  EXPECT_THAT(entered_, ElementsAre("lab1", "lab2", "not lab3"));
  slots_.leave("lab1");
  enter("lab4");
  EXPECT_THAT(entered_, ElementsAre("lab1", "lab2", "not lab3", "lab4"));
  enter("lab5", stop.get_token());
  EXPECT_EQ(entered_.back(), "not lab5");
}

}  // namespace
}  // namespace attune::wrappers
