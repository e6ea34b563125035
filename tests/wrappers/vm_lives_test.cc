// SPDX-License-Identifier: Apache-2.0
// One life of a machine after the other: what libvirt tells late of the one before.
#include "wrappers/vm_watch.h"

#include "tests/wrappers/vm_fixture.h"

namespace attune::wrappers {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class VmLivesTest : public VmWatchTest {
 protected:
  VmLivesTest() { land_.host("lab1").addresses["vm1"] = {"10.0.0.7"}; }
  void killed_and_started() {
    call("kill");
    EXPECT_EQ(call("start"), "exited 0");
    small_.set(id_, Lifecycle::kStarted);
  }
  // Libvirt's word of the life before, which comes only now.
  void late(Event event) {
    land_.becomes("vm1", "lab1", State::kRunning, event);
    turn();
  }
};

TEST_F(VmLivesTest, AKillIsNoNewsHoweverLateItIsTold) {
  call("kill");
  land_.becomes("vm1", "lab1", State::kShutOff, Event::kShutDown);
  land_.becomes("vm1", "lab1", State::kCrashed, Event::kCrashed);
  turn();
  EXPECT_EQ(state(), "stopped");
  EXPECT_THAT(small_.raised, IsEmpty());
}

TEST_F(VmLivesTest, ACrashThatIsToldWhileItIsKilledIsNoNews) {
  land_.becomes("vm1", "lab1", State::kCrashed, Event::kCrashed);  // told in the middle of the call
  EXPECT_EQ(call("kill"), "exited 0");
  EXPECT_EQ(state(), "stopped");
  EXPECT_THAT(small_.raised, IsEmpty());
}

TEST_F(VmLivesTest, WhatIsToldOfTheLifeBeforeDoesNotTouchTheNextOne) {
  killed_and_started();
  for (const Event event : {Event::kShutDown, Event::kCrashed, Event::kUndefined}) late(event);
  EXPECT_EQ(state(), "started");
  EXPECT_THAT(small_.raised, IsEmpty());
}

TEST_F(VmLivesTest, WhatIsToldByAHostThatFallsSilentIsNotBelievedBeforeItAnswers) {
  killed_and_started();
  land_.host("lab1").answers = false;
  late(Event::kShutDown);
  EXPECT_EQ(state(), "lost");
  EXPECT_THAT(small_.raised, IsEmpty());
}

TEST_F(VmLivesTest, ACrashOfTheLifeBeforeIsNoNewsWhileItIsStarted) {
  call("kill");
  small_.set(id_, Lifecycle::kStarting);
  land_.holds_lists = true;  // it is not booted yet
  const auto going = begin("start");
  land_.becomes("vm1", "lab1", State::kCrashed, Event::kCrashed);
  turn();
  EXPECT_EQ(state(), "starting");
  EXPECT_THAT(small_.raised, IsEmpty());
  land_.release();
  turn();
  EXPECT_EQ(shown(going->outcome.value()), "exited 0");
}

TEST_F(VmLivesTest, ACrashOnceItIsBootedIsNewsAlsoWhileItIsStarted) {
  call("kill");
  land_.host("lab1").addresses.clear();  // its start waits for one
  small_.set(id_, Lifecycle::kStarting);
  const auto going = begin("start");
  land_.becomes("vm1", "lab1", State::kCrashed, Event::kCrashed);
  turn();
  EXPECT_THAT(small_.raised, ElementsAre("vm_crashed vm1 host=lab1"));
  loop_.pass(std::chrono::minutes(1));
}

TEST_F(VmLivesTest, AnEndRightAfterItsStartIsNews) {
  killed_and_started();
  land_.becomes("vm1", "lab1", State::kShutOff, Event::kShutDown);
  turn();
  EXPECT_EQ(state(), "stopped");
  EXPECT_THAT(small_.raised, ElementsAre("vm_stopped vm1 host=lab1"));
}

TEST_F(VmLivesTest, AStatusOfTheLifeBeforeIsNoWordOfTheNextOne) {
  land_.host("lab1").domains["vm1"] = State::kShutOff;
  land_.holds_lists = true;
  const auto asked = begin("status");
  land_.holds_lists = false;
  const auto going = begin("start");
  loop_.pass(std::chrono::milliseconds(100));
  EXPECT_EQ(shown(going->outcome.value()), "exited 0");
  land_.release();
  turn();
  EXPECT_EQ(shown(asked->outcome.value()), "exited 125: vm1 was called while its hosts were asked");
}

// It was asked to turn itself off, and does so after all.
TEST_F(VmLivesTest, AnEndRightAfterAStopThatWasCancelledIsNews) {
  land_.guests_are_deaf = true;
  const auto going = begin("stop");
  going->stop.request_stop();
  turn();
  land_.becomes("vm1", "lab1", State::kShutOff, Event::kShutDown);
  turn();
  EXPECT_EQ(state(), "stopped");
}

}  // namespace
}  // namespace attune::wrappers
