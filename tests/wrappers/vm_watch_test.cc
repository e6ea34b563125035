// SPDX-License-Identifier: Apache-2.0
#include "wrappers/vm_watch.h"

#include "tests/wrappers/vm_fixture.h"

namespace attune::wrappers {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST_F(VmWatchTest, ACrashIsTold) {
  land_.becomes("vm1", "lab1", State::kCrashed, Event::kCrashed);
  turn();
  EXPECT_EQ(state(), "failed");
  EXPECT_THAT(small_.raised, ElementsAre("vm_crashed vm1 host=lab1"));
}

TEST_F(VmWatchTest, AShutdownFromInsideIsTold) {
  land_.becomes("vm1", "lab1", State::kShutOff, Event::kShutDown);
  turn();
  EXPECT_EQ(state(), "stopped");
  EXPECT_THAT(small_.raised, ElementsAre("vm_stopped vm1 host=lab1"));
}

TEST_F(VmWatchTest, AMigrationBySomebodyElseIsFollowed) {
  land_.moves("vm1", "lab1", "lab2");
  turn();
  EXPECT_EQ(small_.host_of(id_), "lab2");
  EXPECT_EQ(state(), "started");
  EXPECT_THAT(small_.raised, ElementsAre("vm_moved vm1 from=lab1 to=lab2"));
}

TEST_F(VmWatchTest, WhatSomebodyMovedIsWatchedWhereItWent) {
  land_.moves("vm1", "lab1", "lab2");
  turn();
  land_.becomes("vm1", "lab2", State::kCrashed, Event::kCrashed);
  turn();
  EXPECT_THAT(small_.raised, ElementsAre("vm_moved vm1 from=lab1 to=lab2", "vm_crashed vm1 host=lab2"));
}

TEST_F(VmWatchTest, WhatIsGoneAndNowhereElseWasStopped) {
  land_.vanishes("vm1", "lab1");
  turn();
  EXPECT_EQ(state(), "stopped");
  EXPECT_THAT(small_.raised, ElementsAre("vm_stopped vm1 host=lab1"));
}

TEST_F(VmWatchTest, AStartBySomebodyElseIsTold) {
  small_.set(id_, Lifecycle::kStopped);
  land_.becomes("vm1", "lab1", State::kRunning, Event::kStarted);
  turn();
  EXPECT_EQ(state(), "started");
}

TEST_F(VmWatchTest, WhatOurOwnCallsBringAboutIsNoNews) {
  call("stop");
  turn();
  EXPECT_THAT(small_.raised, IsEmpty());
  EXPECT_THAT(small_.sources, IsEmpty());
}

TEST_F(VmWatchTest, OurOwnMigrationIsNoNews) {
  EXPECT_THAT(call("migrate", {"vm1", "lab2"}), ::testing::StartsWith("exited 0"));
  turn();
  EXPECT_THAT(small_.raised, IsEmpty());
  EXPECT_TRUE(land_.is_watched("lab2"));
}

TEST_F(VmWatchTest, AMigrationBySomebodyElseRightAfterOursIsFollowed) {
  call("migrate", {"vm1", "lab2"});
  turn();
  land_.moves("vm1", "lab2", "lab1");
  turn();
  EXPECT_EQ(small_.host_of(id_), "lab1");
  EXPECT_THAT(small_.raised, ElementsAre("vm_moved vm1 from=lab2 to=lab1"));
}

TEST_F(VmWatchTest, ACrashDuringOurCallIsNewsAllTheSame) {
  land_.guests_are_deaf = true;
  const auto going = begin("stop");
  land_.becomes("vm1", "lab1", State::kCrashed, Event::kCrashed);
  turn();
  EXPECT_THAT(small_.raised, ElementsAre("vm_crashed vm1 host=lab1"));
  going->stop.request_stop();
  turn();
}

TEST_F(VmWatchTest, WhatHappensWhileItsStatusIsAskedIsNewsAllTheSame) {
  land_.becomes("vm1", "lab1", State::kShutOff, Event::kShutDown);
  call("status");
  EXPECT_EQ(state(), "stopped");
  EXPECT_THAT(small_.raised, ElementsAre("vm_stopped vm1 host=lab1"));
}

TEST_F(VmWatchTest, AStopLongAfterOurCallIsNews) {
  call("resume");
  loop_.pass(std::chrono::seconds(10));
  land_.becomes("vm1", "lab1", State::kShutOff, Event::kShutDown);
  turn();
  EXPECT_THAT(small_.raised, ElementsAre("vm_stopped vm1 host=lab1"));
}

TEST_F(VmWatchTest, EventsAboutOtherDomainsAreNotOurs) {
  land_.becomes("other", "lab1", State::kCrashed, Event::kCrashed);
  land_.becomes("vm1", "lab2", State::kShutOff, Event::kShutDown);
  turn();
  EXPECT_EQ(state(), "started");
  EXPECT_THAT(small_.raised, IsEmpty());
}

TEST_F(VmWatchTest, EventsAboutAStrangerOfItsNameAreNotOurs) {
  land_.host("lab2").strangers = {"vm1"};
  land_.host("lab2").domains["vm1"] = State::kShutOff;
  call("migrate", {"vm1", "lab2"});  // lab2 is watched, too
  land_.becomes("vm1", "lab2", State::kRunning, Event::kStarted);
  turn();
  EXPECT_EQ(small_.host_of(id_), "lab1");
  EXPECT_THAT(small_.raised, IsEmpty());
}

TEST_F(VmWatchTest, ASuspensionIsLoggedAndLeftAlone) {
  land_.becomes("vm1", "lab1", State::kPaused, Event::kSuspended);
  turn();
  EXPECT_EQ(state(), "started");
  EXPECT_THAT(small_.log.lines, ElementsAre("vm1 was suspended on lab1, not by Attune"));
}

TEST_F(VmWatchTest, NothingIsWatchedAfterItsEnd) {
  land_.vanishes("vm1", "lab1");  // a search goes on when it ends
  vm_.reset();
  turn();
  EXPECT_FALSE(land_.is_watched("lab1"));
  EXPECT_THAT(small_.raised, IsEmpty());
}

}  // namespace
}  // namespace attune::wrappers
