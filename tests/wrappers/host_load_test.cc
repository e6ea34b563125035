// SPDX-License-Identifier: Apache-2.0
#include "wrappers/host_load.h"

#include <optional>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/hand_loop.h"
#include "tests/support/temp_dir.h"
#include "tests/wrappers/hand_shell.h"
#include "tests/wrappers/vm_land.h"
#include "tests/wrappers/wrapper_world.h"

namespace attune::wrappers {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class HostLoadTest : public ::testing::Test {
 protected:
  ~HostLoadTest() override {
    load_.reset();
    loop_.turn();  // ends what it runs
  }
  const system::Host& host(const std::string& name) { return *small_.system.find_host(name); }
  void says(size_t run, const std::string& line) { shell_.runs[run].command.on_line(line); }

  test::HandLoop loop_;
  HandShell shell_{loop_};
  VmLand land_{loop_};
  WrapperWorld small_{loop_, loop_, shell_, land_};
  std::vector<std::string> measured_;
  std::optional<HostLoad> load_{std::in_place, small_.world, std::chrono::seconds(2),
                                [this](std::string_view name, model::Percent cpu) {
                                  measured_.push_back(fmt::format("{} {}", name, cpu.value));
                                }};
};

TEST_F(HostLoadTest, RunsTheStockProbeOnEachHostOnce) {
  ASSERT_TRUE(load_->watch(host("lab1")));
  ASSERT_TRUE(load_->watch(host("lab2")));
  ASSERT_TRUE(load_->watch(host("lab1")));
  ASSERT_THAT(shell_.runs, SizeIs(2));
  EXPECT_EQ(shell_.runs[1].host.name, "lab2");
  EXPECT_THAT(shell_.runs[0].command.argv, Contains("of=host"));
  EXPECT_THAT(shell_.runs[0].command.argv, Contains("2s"));
}

TEST_F(HostLoadTest, TellsWhatTheProbeMeasures) {
  ASSERT_TRUE(load_->watch(host("lab1")));
  says(0, "load lab1 cpu=12%");
  says(0, "load lab1 cpu=nonsense");
  says(0, "rubbish");
  EXPECT_THAT(measured_, ElementsAre("lab1 12"));
}

TEST_F(HostLoadTest, GoesOnAfterTheProbeDied) {
  ASSERT_TRUE(load_->watch(host("lab1")));
  shell_.end(0, 1, "killed");
  loop_.pass(std::chrono::minutes(1));
  EXPECT_THAT(shell_.runs, SizeIs(2));
}

TEST_F(HostLoadTest, EndsWhereItIsNotWantedAnyMore) {
  ASSERT_TRUE(load_->watch(host("lab1")));
  load_->unwatch("lab1");
  loop_.pass(std::chrono::minutes(1));
  EXPECT_EQ(shell_.open(), 0u);
  EXPECT_THAT(measured_, IsEmpty());
}

TEST_F(HostLoadTest, SaysWhereTheProbeIsMissing) {
  const test::TempDir empty;
  small_.world.stock = empty.path();
  EXPECT_EQ(load_->watch(host("lab1")).error().code, ErrorCode::kNotFound);
}

}  // namespace
}  // namespace attune::wrappers
