// SPDX-License-Identifier: Apache-2.0
#include "runtime/main/run_ends.h"

#include <optional>

#include <gtest/gtest.h>

namespace attune::main {
namespace {

class RunEndsTest : public ::testing::Test {
 protected:
  RunEndsTest() {
    ends_.wait(7, [this](control::EndedRun end) { end_ = std::move(end); });
  }
  void look(decltype(workflow::Record::what) what) { ends_.look({1, {}, std::move(what)}); }
  void create(workflow::RunId run, std::string name) {
    system::ComponentCreated created;
    created.name = std::move(name);
    look(workflow::SystemChanged{run, std::move(created), ""});
  }
  void end() { look(workflow::RunEnded{7, workflow::RunEnd::kDone, ""}); }
  void call_ends(std::string message) {
    look(workflow::CallEnded{3, 7, workflow::CallExited{0, std::move(message), {}}, {}});
  }

  RunEnds ends_;
  std::optional<control::EndedRun> end_;
};

TEST_F(RunEndsTest, SayWhatTheLastCallHadToSay) {
  call_ends("app1 stopped");
  call_ends("app1 listens");
  end();
  EXPECT_EQ(end_->message, "app1 listens");
}

TEST_F(RunEndsTest, NameWhatTheRunHasCreated) {
  create(7, "app3");
  create(8, "other");
  create(7, "disk3");
  EXPECT_FALSE(end_);
  end();
  ASSERT_TRUE(end_);
  EXPECT_EQ(end_->message, "created app3, disk3");
}

TEST_F(RunEndsTest, NameItBeforeWhatTheLastCallHadToSay) {
  create(7, "app3");
  call_ends("pushed 3 MiB");
  end();
  EXPECT_EQ(end_->message, "created app3; pushed 3 MiB");
}

}  // namespace
}  // namespace attune::main
