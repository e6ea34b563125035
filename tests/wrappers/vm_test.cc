// SPDX-License-Identifier: Apache-2.0
#include "wrappers/vm.h"

#include "tests/wrappers/vm_fixture.h"

namespace attune::wrappers {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class VmStartTest : public VmTest {
 protected:
  VmStartTest() { land_.host("lab1").addresses["vm1"] = {"10.0.0.7", "fe80::1"}; }
};

// --- start ---

TEST_F(VmStartTest, BootsItWhereItIsPlaced) {
  EXPECT_EQ(call("start"), "exited 0");
  EXPECT_EQ(land_.whereabouts("vm1"), "lab1");
  EXPECT_THAT(land_.host("lab1").xml["vm1"], HasSubstr("<name>vm1</name>"));
}

TEST_F(VmStartTest, StartsNothingTwiceWhereItRunsElsewhere) {
  land_.host("lab2").domains["vm1"] = State::kRunning;
  EXPECT_EQ(call("start"), "exited 0: vm1 runs on lab2 already");
  EXPECT_EQ(land_.whereabouts("vm1"), "lab2");
  EXPECT_EQ(small_.host_of(id_), "lab2");
}

TEST_F(VmStartTest, AdoptsOneThatRunsHereAlready) {
  land_.host("lab1").domains["vm1"] = State::kRunning;
  EXPECT_EQ(call("start"), "exited 0");
  EXPECT_THAT(land_.deeds, IsEmpty());
}

TEST_F(VmStartTest, IsRefusedWhereAStrangerHasTheName) {
  land_.host("lab1").domains["vm1"] = State::kRunning;
  land_.host("lab1").strangers = {"vm1"};
  EXPECT_EQ(call("start"), "exited 125: lab1 has another domain vm1");
  EXPECT_THAT(land_.deeds, IsEmpty());
}

TEST_F(VmStartTest, IsNotKeptFromItByAStrangerElsewhere) {
  land_.host("lab2").domains["vm1"] = State::kRunning;
  land_.host("lab2").strangers = {"vm1"};
  EXPECT_EQ(call("start"), "exited 0");
  EXPECT_EQ(small_.host_of(id_), "lab1");
}

TEST_F(VmStartTest, GoesOnWithOneThatIsPaused) {
  land_.host("lab1").domains["vm1"] = State::kPaused;
  EXPECT_EQ(call("start"), "exited 0");
  EXPECT_EQ(land_.host("lab1").domains["vm1"], State::kRunning);
}

TEST_F(VmStartTest, UsesKvmWhereTheHostHasIt) {
  land_.host("lab1").accelerated = true;
  call("start");
  EXPECT_THAT(land_.host("lab1").xml["vm1"], HasSubstr("type=\"kvm\""));
}

TEST_F(VmStartTest, TellsWhatLibvirtSays) {
  land_.fail_next("boot", ErrorCode::kNoSpace, "lab1: cannot allocate memory");
  EXPECT_EQ(call("start"), "exited 125: lab1: cannot allocate memory");
  land_.fail_next("boot", ErrorCode::kLost, "lab1: the connection was lost");
  EXPECT_EQ(call("start"), "lost: lab1: the connection was lost");
}

// It is on again, and is not known to be: somebody else may be about to have the machine elsewhere.
TEST_F(VmStartTest, IsRefusedOnAHostThatIsSaidToBeOff) {
  small_.apply(system::HostChanged{"lab1", system::HostState::kOff, 0, {}, {}});
  EXPECT_EQ(call("start"),
            "exited 125: lab1 is said to be off: nothing is done there before it answers again");
  EXPECT_TRUE(land_.host("lab1").domains.empty());
}

TEST_F(VmStartTest, ThatIsRefusedForLackOfRoomLeavesItStopped) {
  small_.set(id_, Lifecycle::kLost);
  land_.fail_next("boot", ErrorCode::kNoSpace, "lab1: cannot allocate memory");
  call("start");
  EXPECT_EQ(small_.lifecycle(id_), Lifecycle::kStopped);
}

TEST_F(VmStartTest, RemovesADefinitionThatAnotherHostStillHas) {
  land_.host("lab2").domains["vm1"] = State::kShutOff;
  EXPECT_EQ(call("start"), "exited 0");
  EXPECT_THAT(land_.deeds, ElementsAre("boot vm1 on lab1", "undefine vm1 on lab2"));
}

TEST_F(VmStartTest, BootsNothingOnceItIsGivenUp) {
  land_.holds_lists = true;
  const auto going = begin("start");
  going->stop.request_stop();
  land_.release();
  loop_.turn();
  EXPECT_EQ(shown(going->outcome.value()), "cancelled");
  EXPECT_EQ(land_.whereabouts("vm1"), "");
}

TEST_F(VmStartTest, NeedsAHost) {
  small_.apply(system::HostAssigned{id_, ""});
  EXPECT_EQ(call("start"), "exited 125: vm1 has no host yet: assign one first");
}

// --- the end ---

TEST_F(VmTest, StopShutsItDownAndLeavesNothing) {
  runs_on("lab1");
  EXPECT_EQ(call("stop"), "exited 0");
  EXPECT_THAT(land_.deeds, ElementsAre("shut_down vm1 on lab1", "undefine vm1 on lab1"));
}

TEST_F(VmTest, StopOfADeafGuestIsHardWhenItsGraceIsOver) {
  runs_on("lab1");
  land_.guests_are_deaf = true;
  const auto going = begin("stop");
  loop_.pass(std::chrono::seconds(5) - std::chrono::milliseconds(1));
  EXPECT_FALSE(going->outcome);
  loop_.pass(std::chrono::milliseconds(1));
  EXPECT_EQ(shown(going->outcome.value()), "exited 0");
  EXPECT_THAT(land_.deeds, ElementsAre("destroy vm1 on lab1", "undefine vm1 on lab1"));
}

TEST_F(VmTest, StopThatIsCancelledLeavesTheGuest) {
  runs_on("lab1");
  land_.guests_are_deaf = true;
  const auto going = begin("stop");
  going->stop.request_stop();
  loop_.turn();
  EXPECT_EQ(shown(going->outcome.value()), "cancelled");
  EXPECT_EQ(land_.whereabouts("vm1"), "lab1");
}

TEST_F(VmTest, StopOfWhatIsNotThereIsDone) {
  EXPECT_EQ(call("stop"), "exited 0");
  EXPECT_THAT(land_.deeds, IsEmpty());
}

TEST_F(VmTest, KillDoesNotAskTheGuest) {
  runs_on("lab1");
  land_.guests_are_deaf = true;
  EXPECT_EQ(call("kill"), "exited 0");
  EXPECT_THAT(land_.deeds, ElementsAre("destroy vm1 on lab1", "undefine vm1 on lab1"));
}

TEST_F(VmTest, WhatIsKilledIsStoppedWhenTheCallAnswers) {
  runs_on("lab1");
  call("kill");
  EXPECT_EQ(small_.lifecycle(id_), Lifecycle::kStopped);
}

TEST_F(VmTest, WhatIsOffIsStoppedThoughItsDefinitionCouldNotBeRemoved) {
  for (const std::string operation : {"stop", "kill"}) {
    runs_on("lab1");
    land_.fail_next("undefine", ErrorCode::kFailed);
    EXPECT_EQ(call(operation), "exited 1: vm1 is off, and its definition is left on lab1: libvirt said no");
    EXPECT_EQ(small_.lifecycle(id_), Lifecycle::kStopped);
  }
}

TEST_F(VmTest, SuspendAndResumeKeepItWhereItIs) {
  runs_on("lab1");
  EXPECT_EQ(call("suspend"), "exited 0");
  EXPECT_EQ(land_.host("lab1").domains["vm1"], State::kPaused);
  EXPECT_EQ(call("resume"), "exited 0");
  EXPECT_EQ(land_.host("lab1").domains["vm1"], State::kRunning);
}

TEST_F(VmTest, AStrangerIsLeftAlone) {
  land_.host("lab1").domains["vm1"] = State::kRunning;
  land_.host("lab1").strangers = {"vm1"};
  EXPECT_EQ(call("stop"), "exited 0");
  EXPECT_EQ(call("kill"), "exited 0");
  EXPECT_THAT(call("status"), ::testing::StartsWith("exited 3"));
  EXPECT_THAT(land_.deeds, IsEmpty());
}

// --- status ---

TEST_F(VmTest, StatusIsLibvirtsWord) {
  runs_on("lab1");
  EXPECT_EQ(call("status"), "exited 0: vm1 is running on lab1");
  land_.host("lab1").domains["vm1"] = State::kCrashed;
  EXPECT_EQ(call("status"), "exited 3: vm1 is crashed on lab1");
  land_.host("lab1").domains.clear();
  EXPECT_EQ(call("status"), "exited 3: no domain vm1 on lab1");
}

TEST_F(VmTest, StatusOfASilentHostIsNoWord) {
  runs_on("lab1");
  land_.host("lab1").answers = false;
  EXPECT_EQ(call("status"), "lost: lab1 does not answer");
}

// As after a migration that nobody told of: the word of its host was not heard.
TEST_F(VmTest, StatusFindsItWhereSomebodyMovedIt) {
  runs_on("lab1");
  land_.host("lab1").domains.clear();
  land_.host("lab2").domains["vm1"] = State::kRunning;
  EXPECT_EQ(call("status"), "exited 0: vm1 is running on lab2");
  EXPECT_EQ(small_.host_of(id_), "lab2");
  EXPECT_THAT(small_.raised, ElementsAre("vm_moved vm1 from=lab1 to=lab2"));
  EXPECT_TRUE(land_.is_watched("lab2"));
}

// --- adoption ---

TEST_F(VmTest, AdoptionFindsItWhereItWas) {
  runs_on("lab1");
  EXPECT_EQ(adopt(), "started");
  EXPECT_TRUE(land_.is_watched("lab1"));
}

TEST_F(VmTest, AdoptionFindsItWhereItHasGone) {
  runs_on("lab1");
  land_.moves("vm1", "lab1", "lab2");
  loop_.turn();
  EXPECT_EQ(adopt(), "started");
  EXPECT_EQ(small_.host_of(id_), "lab2");
  EXPECT_THAT(small_.sources, ElementsAre("libvirt lab2"));
}

TEST_F(VmTest, AdoptionFindsItStoppedWhereNobodyHasIt) {
  EXPECT_EQ(adopt(), "stopped");
  land_.host("lab1").domains["vm1"] = State::kShutOff;
  EXPECT_EQ(adopt(), "stopped");
}

TEST_F(VmTest, AdoptionOfWhatItsSilentHostMayHaveTellsNothing) {
  land_.host("lab1").answers = false;
  EXPECT_EQ(adopt(), "lab1 does not answer");
}

TEST_F(VmTest, AdoptionSettlesAMigrationThatBrokeOff) {
  land_.host("lab1").domains["vm1"] = land_.host("lab2").domains["vm1"] = State::kPaused;
  EXPECT_EQ(adopt(), "started");
  EXPECT_EQ(land_.whereabouts("vm1"), "lab2");
  EXPECT_EQ(small_.host_of(id_), "lab2");
}

TEST_F(VmTest, AdoptionSettlesNothingWithAStranger) {
  land_.host("lab1").domains["vm1"] = State::kPaused;
  land_.host("lab2").domains["vm1"] = State::kRunning;
  land_.host("lab2").strangers = {"vm1"};
  EXPECT_EQ(adopt(), "started");
  EXPECT_EQ(small_.host_of(id_), "lab1");
  EXPECT_EQ(land_.host("lab1").domains["vm1"], State::kRunning);
  EXPECT_EQ(land_.host("lab2").domains["vm1"], State::kRunning);
}

TEST_F(VmTest, AdoptionLeavesOpenWhatCannotBeSettled) {
  land_.host("lab1").domains["vm1"] = State::kPaused;
  land_.host("lab2").answers = false;
  EXPECT_EQ(adopt(), "lost");
  EXPECT_EQ(land_.host("lab1").domains["vm1"], State::kPaused);
}

}  // namespace
}  // namespace attune::wrappers
