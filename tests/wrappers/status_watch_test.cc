// SPDX-License-Identifier: Apache-2.0
#include "wrappers/status_watch.h"

#include <optional>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/main/fake_implementation.h"
#include "tests/support/hand_loop.h"
#include "tests/support/heap.h"
#include "tests/wrappers/hand_shell.h"
#include "tests/wrappers/vm_land.h"
#include "tests/wrappers/wrapper_world.h"
#include "wrappers/vm.h"

namespace attune::wrappers {
namespace {

using system::Lifecycle;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using workflow::CallExited;

constexpr Duration kPeriod = std::chrono::seconds(10);

class StatusWatchTest : public ::testing::Test {
 protected:
  StatusWatchTest() {
    app_ = small_.make("app", "lab1");
    small_.set(app_, Lifecycle::kStarted);
    watch(kPeriod);
  }
  void watch(Duration period) {
    watch_.emplace(
        small_.world, period, [this](std::string_view key) { return key == "Process" ? &process_ : nullptr; },
        [this](system::ComponentId id) { return busy_.contains(id); });
  }
  void answer(workflow::CallOutcome outcome) {
    process_.end(0, std::move(outcome));
    loop_.turn();
  }

  test::HandLoop loop_;
  HandShell shell_{loop_};
  VmLand land_{loop_};
  WrapperWorld small_{loop_, loop_, shell_, land_};
  main::FakeImplementation process_{"Process"};
  std::set<system::ComponentId> busy_;
  system::ComponentId app_ = system::kNoComponent;
  std::optional<StatusWatch> watch_;
};

TEST_F(StatusWatchTest, AsksEachStartedComponentEveryPeriod) {
  process_.at_once = CallExited{};
  loop_.pass(kPeriod * 2);
  EXPECT_THAT(process_.asked, ElementsAre("app1.status", "app1.status"));
  EXPECT_THAT(small_.raised, IsEmpty());
}

TEST_F(StatusWatchTest, RaisesComponentFailedForOneThatIsDead) {
  loop_.pass(kPeriod);
  answer(CallExited{3, "it does not run", {}});
  EXPECT_THAT(small_.raised, ElementsAre("component_failed app1 why=it does not run"));
  EXPECT_EQ(small_.system.find(app_)->lifecycle, Lifecycle::kFailed);
}

TEST_F(StatusWatchTest, RaisesItAgainAsLongAsNobodyDoesAnythingAboutIt) {
  process_.at_once = CallExited{3, "it does not run", {}};
  loop_.pass(kPeriod * 2);
  EXPECT_THAT(small_.raised, SizeIs(2));
  small_.set(app_, Lifecycle::kStopped);
  loop_.pass(kPeriod);
  EXPECT_THAT(small_.raised, SizeIs(2));
}

TEST_F(StatusWatchTest, TheDeadThatAreGoneLeaveNothing) {
  process_.at_once = CallExited{3, "it does not run", {}};
  small_.apply(system::ComponentRemoved{app_});
  const size_t left = test::heap_left_by_ten_thousand([&] {
    const system::ComponentId app = small_.make("app", "lab1");
    small_.set(app, Lifecycle::kStarted);
    loop_.pass(kPeriod);
    EXPECT_THAT(small_.raised, SizeIs(1));
    small_.apply(system::ComponentRemoved{app});
    for (std::vector<std::string>* told : {&small_.raised, &small_.sources, &process_.asked}) told->clear();
  });
  EXPECT_LT(left, test::kLittle);
}

TEST_F(StatusWatchTest, AFailedStartIsNotItsMatter) {
  small_.set(app_, Lifecycle::kFailed);
  loop_.pass(kPeriod * 2);
  EXPECT_THAT(process_.asked, IsEmpty());
}

TEST_F(StatusWatchTest, AsksAVmsHost) {
  const system::ComponentId id = small_.make("vm", "lab1");
  small_.set(id, Lifecycle::kStarted);
  Vm vm(small_.world);
  watch_.emplace(
      small_.world, kPeriod, [&](std::string_view key) { return key == "VM" ? &vm : nullptr; },
      [](system::ComponentId) { return false; });
  loop_.pass(kPeriod);
  EXPECT_THAT(small_.raised, ElementsAre("component_failed vm1 why=no domain vm1 on lab1"));
  watch_.reset();
}

TEST_F(StatusWatchTest, TakesBackThatItIsDeadWhenItRunsAgain) {
  process_.at_once = CallExited{3, "it does not run", {}};
  loop_.pass(kPeriod);
  process_.at_once = CallExited{};
  loop_.pass(kPeriod);
  EXPECT_EQ(small_.system.find(app_)->lifecycle, Lifecycle::kStarted);
}

TEST_F(StatusWatchTest, WhoDoesNotAnswerInTimeLeavesItsPlaceToOthers) {
  loop_.pass(kPeriod + std::chrono::seconds(60));
  loop_.pass(kPeriod);
  EXPECT_THAT(process_.asked, SizeIs(2));
  EXPECT_THAT(small_.raised, IsEmpty());
}

TEST_F(StatusWatchTest, StopsOnlyOnceNothingOfItRuns) {
  process_.deaf = true;
  loop_.pass(kPeriod);
  bool is_idle = false;
  watch_->stop([&] { is_idle = true; });
  EXPECT_FALSE(is_idle);
  answer(CallExited{3, "it does not run", {}});
  EXPECT_TRUE(is_idle);
  EXPECT_THAT(small_.raised, IsEmpty());
  loop_.pass(kPeriod * 2);
  EXPECT_THAT(process_.asked, SizeIs(1));
}

TEST_F(StatusWatchTest, AHostThatDoesNotAnswerIsNoDeadComponent) {
  loop_.pass(kPeriod);
  answer(CallExited{kNotRun, "lab1: no route", {}});
  loop_.pass(kPeriod);
  answer(workflow::CallLost{"lab1 fell silent"});
  loop_.pass(kPeriod);
  answer(workflow::CallTimedOut{});
  EXPECT_THAT(small_.raised, IsEmpty());
  EXPECT_THAT(process_.asked, SizeIs(3));
}

TEST_F(StatusWatchTest, WhoHasNotAnsweredYetIsNotAskedAgain) {
  loop_.pass(kPeriod * 3);
  EXPECT_THAT(process_.asked, SizeIs(1));
}

TEST_F(StatusWatchTest, AsksOnlySomeAtOnce) {
  small_.project.settings["calls.parallel"] = "1";
  small_.set(small_.make("app", "lab2"), Lifecycle::kStarted);
  watch(kPeriod);
  loop_.pass(kPeriod * 3);
  EXPECT_THAT(process_.asked, ElementsAre("app1.status"));
  process_.at_once = CallExited{};
  answer(CallExited{});
  EXPECT_THAT(process_.asked, ElementsAre("app1.status", "app2.status"));
}

TEST_F(StatusWatchTest, DoesNotAskWhatIsNotStartedOrInUse) {
  busy_.insert(app_);
  loop_.pass(kPeriod);
  busy_.clear();
  small_.set(app_, Lifecycle::kStopped);
  loop_.pass(kPeriod);
  EXPECT_THAT(process_.asked, IsEmpty());
}

TEST_F(StatusWatchTest, WhatIsBeingStoppedMeanwhileIsNoDeadComponent) {
  loop_.pass(kPeriod);
  busy_.insert(app_);
  answer(CallExited{3, "it does not run", {}});
  busy_.clear();
  small_.set(app_, Lifecycle::kStopped);
  loop_.pass(kPeriod);
  EXPECT_THAT(small_.raised, IsEmpty());
}

TEST_F(StatusWatchTest, NeverAsksWhereThePeriodIsZero) {
  watch(Duration::zero());
  loop_.pass(kPeriod * 10);
  EXPECT_THAT(process_.asked, IsEmpty());
}

TEST_F(StatusWatchTest, AnAnswerAfterItsEndIsNotHeard) {
  loop_.pass(kPeriod);
  watch_.reset();
  answer(CallExited{3, "it does not run", {}});
  EXPECT_THAT(small_.raised, IsEmpty());
}

}  // namespace
}  // namespace attune::wrappers
