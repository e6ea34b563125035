// SPDX-License-Identifier: Apache-2.0
#include "runtime/main/dispatcher.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/main/fake_implementation.h"
#include "tests/support/hand_loop.h"

namespace attune::main {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;
using workflow::CallCancelled;
using workflow::CallExited;
using workflow::CallLost;
using workflow::CallTimedOut;

class DispatcherTest : public testing::Test {
 protected:
  DispatcherTest() { dispatcher_.add(vm_); }

  void start(workflow::CallId id, Duration timeout = std::chrono::seconds(60), std::string key = "VM",
             std::string stub = "start") {
    workflow::Call call;
    call.id = id;
    call.component = static_cast<system::ComponentId>(id);
    call.component_name = "vm" + std::to_string(id);
    call.stub = std::move(stub);
    call.key = std::move(key);
    call.timeout = timeout;
    dispatcher_.start(std::move(call));
    loop_.turn();
  }
  template <class T>
  const T& outcome(workflow::CallId id) {
    EXPECT_EQ(ended_.count(id), 1u);
    return std::get<T>(ended_.at(id));
  }

  test::HandLoop loop_;
  FakeImplementation vm_{"VM"};
  std::map<workflow::CallId, workflow::CallOutcome> ended_;
  Dispatcher dispatcher_{loop_, [this](workflow::CallId id, workflow::CallOutcome outcome) {
                           EXPECT_TRUE(ended_.emplace(id, std::move(outcome)).second) << "ended twice";
                         }};
};

TEST_F(DispatcherTest, HandsACallToWhatItsKeyNames) {
  start(1);
  EXPECT_THAT(vm_.asked, ElementsAre("vm1.start"));
  EXPECT_TRUE(dispatcher_.is_open(1));
  EXPECT_TRUE(dispatcher_.is_calling(1));
  vm_.end(1, CallExited{0, "booted", {}});
  EXPECT_EQ(outcome<CallExited>(1).message, "booted");
  EXPECT_TRUE(dispatcher_.is_idle());
}

TEST_F(DispatcherTest, NeverEndsACallWithinStart) {
  vm_.at_once = CallExited{};
  workflow::Call call;
  call.id = 1;
  call.key = "VM";
  dispatcher_.start(call);
  EXPECT_TRUE(ended_.empty());
  loop_.turn();
  EXPECT_EQ(outcome<CallExited>(1).code, 0);
}

TEST_F(DispatcherTest, FailsACallThatNobodyImplements) {
  start(1, {}, "package.S1");
  EXPECT_THAT(outcome<CallExited>(1).message, HasSubstr("nothing implements key 'package.S1' of vm1.start"));
  EXPECT_NE(outcome<CallExited>(1).code, 0);
}

TEST_F(DispatcherTest, EndsACallAtItsTimeout) {
  start(1, std::chrono::seconds(5));
  loop_.pass(std::chrono::milliseconds(4999));
  EXPECT_TRUE(ended_.empty());
  loop_.pass(std::chrono::milliseconds(2));
  outcome<CallTimedOut>(1);
}

TEST_F(DispatcherTest, ZeroIsNoTimeout) {
  start(1, Duration::zero());
  loop_.pass(std::chrono::hours(24));
  EXPECT_TRUE(ended_.empty());
}

TEST_F(DispatcherTest, ACallThatEndedHasNoTimeout) {
  start(1, std::chrono::seconds(5));
  vm_.end(1, CallExited{});
  loop_.pass(std::chrono::hours(1));
  outcome<CallExited>(1);
}

TEST_F(DispatcherTest, WhatEndsAfterItsTimeoutAllTheSameIsNotLost) {
  vm_.deaf = true;
  start(1, std::chrono::seconds(5));
  loop_.pass(std::chrono::seconds(10));
  EXPECT_TRUE(ended_.empty());
  vm_.end(1, CallExited{0, "done in the end", {}});
  EXPECT_EQ(outcome<CallExited>(1).message, "done in the end");
}

TEST_F(DispatcherTest, CancelsACall) {
  start(1);
  dispatcher_.cancel(1);
  dispatcher_.cancel(1);
  dispatcher_.cancel(99);
  outcome<CallCancelled>(1);
}

TEST_F(DispatcherTest, CancelsACallBeforeItBegins) {
  workflow::Call call;
  call.id = 1;
  call.key = "VM";
  dispatcher_.start(call);
  dispatcher_.cancel(1);
  loop_.turn();
  outcome<CallCancelled>(1);
  EXPECT_TRUE(vm_.asked.empty());
}

// --- lost ---

TEST_F(DispatcherTest, ALostStartOfWhatIsFoundRunningHasWorked) {
  vm_.states[1] = system::Lifecycle::kStarted;
  start(1);
  vm_.end(1, CallLost{"the link was cut"});
  const auto& exited = outcome<CallExited>(1);
  EXPECT_EQ(exited.code, 0);
  EXPECT_EQ(exited.message, "the link was cut; it may have run, and vm1 was found started");
}

TEST_F(DispatcherTest, ALostStartOfWhatIsFoundStoppedHasFailed) {
  vm_.states[1] = system::Lifecycle::kStopped;
  start(1);
  vm_.end(1, CallLost{"the link was cut"});
  const auto& exited = outcome<CallExited>(1);
  EXPECT_EQ(exited.code, CallExited::kUncertain);
  EXPECT_EQ(exited.changes,
            std::vector<system::Change>{system::LifecycleChanged({1, system::Lifecycle::kStopped})});
}

TEST_F(DispatcherTest, ALostCallThatHasComeAboutHasWorked) {
  vm_.states[1] = system::Lifecycle::kStarted;
  start(1, {}, "VM", "migrate");
  vm_.end(1, CallLost{"the link was cut"});
  EXPECT_EQ(outcome<CallExited>(1).code, CallExited::kUncertain);
  vm_.all_come_about = true;
  vm_.states[2] = system::Lifecycle::kStarted;
  start(2, {}, "VM", "migrate");
  vm_.end(2, CallLost{"the link was cut"});
  EXPECT_EQ(outcome<CallExited>(2).code, 0);
  EXPECT_THAT(outcome<CallExited>(2).changes, testing::IsEmpty());
}

TEST_F(DispatcherTest, OfWhichNobodyCanTellStaysLost) {
  start(1);
  vm_.end(1, CallLost{"the link was cut"});
  EXPECT_THAT(vm_.adopted, ElementsAre(1u));
  EXPECT_EQ(outcome<CallLost>(1).why, "the link was cut");
}

// --- starts and stops of which it is not certain what they came to ---

std::vector<system::Change> found(system::Lifecycle state) {
  return {system::LifecycleChanged{1, state}};
}

TEST_F(DispatcherTest, AStartThatTimedOutIsAskedForBeforeThatIsTold) {
  vm_.states[1] = system::Lifecycle::kStarted;
  start(1, std::chrono::seconds(5));
  loop_.pass(std::chrono::seconds(5));
  EXPECT_EQ(outcome<CallTimedOut>(1).changes, found(system::Lifecycle::kStarted));
}

TEST_F(DispatcherTest, AStopThatWasCancelledIsAskedForBeforeThatIsTold) {
  vm_.states[1] = system::Lifecycle::kStarted;
  start(1, std::chrono::seconds(60), "VM", "stop");
  dispatcher_.cancel(1);
  EXPECT_EQ(outcome<CallCancelled>(1).changes, found(system::Lifecycle::kStarted));
}

TEST_F(DispatcherTest, AStartThatIsCancelledBeforeItBeginsIsAskedForToo) {
  vm_.states[1] = system::Lifecycle::kStopped;
  workflow::Call call;
  call.id = call.component = 1;
  call.key = "VM";
  call.stub = "start";
  dispatcher_.start(call);
  dispatcher_.cancel(1);
  loop_.turn();
  EXPECT_EQ(outcome<CallCancelled>(1).changes, found(system::Lifecycle::kStopped));
}

TEST_F(DispatcherTest, AStopThatFailedIsAskedForAndStaysAFailure) {
  vm_.states[1] = system::Lifecycle::kStarted;
  start(1, std::chrono::seconds(60), "VM", "stop");
  vm_.end(1, CallExited{1, "it does not want to", {}});
  EXPECT_EQ(outcome<CallExited>(1).code, 1);
  EXPECT_EQ(outcome<CallExited>(1).changes, found(system::Lifecycle::kStarted));
}

TEST_F(DispatcherTest, OtherStubsAreNotAskedFor) {
  start(1, std::chrono::seconds(5), "VM", "suspend");
  loop_.pass(std::chrono::seconds(5));
  outcome<CallTimedOut>(1);
  EXPECT_TRUE(vm_.adopted.empty());
}

TEST_F(DispatcherTest, GivesUpWhatDoesNotEnd) {
  vm_.deaf = true;
  start(1);
  dispatcher_.cancel(1);
  loop_.pass(Dispatcher::kGrace);
  EXPECT_THAT(outcome<CallLost>(1).why, HasSubstr("within 60 s of being told to"));
  vm_.end(1, CallExited{});  // too late: told once
  outcome<CallLost>(1);
}

// What it was given up with may still need what ends with the dispatcher.
TEST_F(DispatcherTest, IsNotIdleWhileWhatItGaveUpIsAtWork) {
  vm_.deaf = true;
  start(1);
  dispatcher_.cancel(1);
  loop_.pass(2 * Dispatcher::kGrace);
  EXPECT_FALSE(dispatcher_.is_open(1));
  bool idle = false;
  dispatcher_.when_idle([&] { idle = true; });
  EXPECT_FALSE(idle);
  vm_.end(1, CallExited{});
  EXPECT_TRUE(idle);
}

TEST_F(DispatcherTest, CancelsAllAndTellsWhenItIsIdle) {
  for (workflow::CallId id = 1; id <= 3; ++id) start(id);
  bool idle = false;
  dispatcher_.when_idle([&] { idle = true; });
  EXPECT_FALSE(idle);
  dispatcher_.cancel_all();
  EXPECT_TRUE(idle);
  EXPECT_THAT(ended_, SizeIs(3));
}

TEST_F(DispatcherTest, ShowsTheProgressOfWhatIsOpen) {
  start(1);
  start(2);
  dispatcher_.progress(1, "63 of 128 MiB");
  dispatcher_.progress(99, "nothing");
  const auto open = dispatcher_.open_calls();
  ASSERT_THAT(open, SizeIs(2));
  EXPECT_EQ(open[0].progress, "63 of 128 MiB");
  EXPECT_EQ(open[1].progress, "");
}

}  // namespace
}  // namespace attune::main
