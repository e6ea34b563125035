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

TEST_F(VmStartTest, LearnsItsAddress) {
  call("start");
  EXPECT_EQ(model::to_text(*small_.system.attribute(*small_.system.find("vm1"), "address")), "10.0.0.7");
  EXPECT_EQ(small_.system.find_host("vm1")->address, "10.0.0.7");
}

TEST_F(VmStartTest, AsksForItsAddressAnewAtEachStart) {
  call("start");
  call("stop");
  land_.host("lab1").addresses["vm1"] = {"10.0.0.9"};
  EXPECT_EQ(call("start"), "exited 0");
  EXPECT_EQ(small_.system.find_host("vm1")->address, "10.0.0.9");
}

TEST_F(VmStartTest, KeepsTheAddressThatItHadWhereNobodyKnowsBetter) {
  call("start");
  land_.host("lab1").addresses.clear();
  const auto going = begin("start");
  loop_.pass(std::chrono::minutes(1));
  EXPECT_EQ(shown(going->outcome.value()), "exited 0");
  EXPECT_EQ(small_.system.find_host("vm1")->address, "10.0.0.7");
}

TEST_F(VmStartTest, WaitsAWhileForAnAddressAndRunsWithoutOneAllTheSame) {
  land_.host("lab1").addresses.clear();
  const auto going = begin("start");
  EXPECT_FALSE(going->outcome);
  loop_.pass(std::chrono::minutes(1));
  EXPECT_EQ(shown(going->outcome.value()), "exited 0: vm1 runs; its address is not known yet");
}

TEST_F(VmStartTest, TellsOfAGuestThatEndsWhileItsAddressIsAwaited) {
  land_.host("lab1").addresses.clear();
  const auto going = begin("start");
  land_.becomes("vm1", "lab1", State::kShutOff, Event::kShutDown);
  loop_.pass(std::chrono::minutes(1));
  EXPECT_EQ(shown(going->outcome.value()), "exited 1: vm1 ended before its address was known");
}

TEST_F(VmStartTest, TakesTheAddressWhenItComes) {
  land_.host("lab1").addresses.clear();
  const auto going = begin("start");
  loop_.pass(std::chrono::seconds(3));
  land_.host("lab1").addresses["vm1"] = {"10.0.0.8"};
  loop_.pass(std::chrono::seconds(1));
  EXPECT_EQ(shown(going->outcome.value()), "exited 0");
  EXPECT_EQ(small_.system.find_host("vm1")->address, "10.0.0.8");
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

// --- migration ---

class VmMigrationTest : public VmTest {
 protected:
  VmMigrationTest() { runs_on("lab1"); }
  std::string migrate(const std::string& to = "lab2") { return call("migrate", {"vm1", to}); }
};

TEST_F(VmMigrationTest, MovesItAndSaysHowLongThatTook) {
  EXPECT_EQ(migrate(), "exited 0: vm1 moved from lab1 to lab2 in 800 ms, stopped for 50 ms");
  EXPECT_EQ(land_.whereabouts("vm1"), "lab2");
  EXPECT_EQ(small_.host_of(id_), "lab2");
  EXPECT_THAT(small_.progress, ElementsAre("64 of 128 MiB"));
}

TEST_F(VmMigrationTest, ChecksTheTargetBeforeItBegins) {
  land_.fail_next("check_migration", ErrorCode::kNoSpace, "lab2 has 64 MiB free, and vm1 needs 128 MiB");
  EXPECT_EQ(migrate(), "exited 125: lab2 has 64 MiB free, and vm1 needs 128 MiB");
  EXPECT_EQ(land_.whereabouts("vm1"), "lab1");
}

TEST_F(VmMigrationTest, RefusesATargetThatHasTheName) {
  land_.host("lab2").domains["vm1"] = State::kShutOff;
  EXPECT_THAT(migrate(), HasSubstr("lab2 has a domain of that name already"));
  EXPECT_EQ(small_.host_of(id_), "lab1");
}

TEST_F(VmMigrationTest, ThatBreaksOffLeavesItAtItsSource) {
  land_.migrations_end = VmLand::Where::kSource;
  EXPECT_EQ(migrate(), "exited 1: the link was cut");
  EXPECT_EQ(land_.whereabouts("vm1"), "lab1");
  EXPECT_EQ(small_.host_of(id_), "lab1");
}

TEST_F(VmMigrationTest, OfWhichNobodyCanTellIsLost) {
  land_.migrations_end = VmLand::Where::kUnknown;
  EXPECT_EQ(migrate(), "lost: the link was cut");
}

TEST_F(VmMigrationTest, ThatLeavesItNowhereLeavesItFailed) {
  land_.migrations_end = VmLand::Where::kNowhere;
  EXPECT_EQ(migrate(), "exited 1: the link was cut");
  EXPECT_EQ(small_.lifecycle(id_), Lifecycle::kFailed);
}

TEST_F(VmMigrationTest, CanBeCancelled) {
  land_.migrations_last = true;
  const auto going = begin("migrate", {"vm1", "lab2"});
  going->stop.request_stop();
  loop_.turn();
  EXPECT_EQ(shown(going->outcome.value()), "cancelled");
  EXPECT_EQ(land_.whereabouts("vm1"), "lab1");
}

TEST_F(VmMigrationTest, ToWhereItIsIsDone) {
  EXPECT_EQ(migrate("lab1"), "exited 0: vm1 is on lab1 already");
  EXPECT_THAT(land_.deeds, IsEmpty());
}

TEST_F(VmMigrationTest, OfOneThatSomebodyMovedThereIsDone) {
  land_.moves("vm1", "lab1", "lab2");
  EXPECT_EQ(migrate(), "exited 0: vm1 runs on lab2 already");
  EXPECT_EQ(small_.host_of(id_), "lab2");
}

TEST_F(VmMigrationTest, DoesNotTakeAStrangerForItself) {
  land_.host("lab1").domains.clear();
  land_.host("lab2").domains["vm1"] = State::kRunning;
  land_.host("lab2").strangers = {"vm1"};
  EXPECT_THAT(migrate(), HasSubstr("no domain vm1 on lab1"));
  EXPECT_EQ(small_.host_of(id_), "lab1");
}

TEST_F(VmMigrationTest, HasComeAboutWhereItIsOnItsTarget) {
  const workflow::Call call = small_.call(id_, "VM", "migrate", {"vm1", "lab2"});
  EXPECT_FALSE(vm_->has_come_about(call));
  small_.apply(system::HostAssigned{id_, "lab2"});
  EXPECT_TRUE(vm_->has_come_about(call));
  EXPECT_FALSE(vm_->has_come_about(small_.call(id_, "VM", "suspend", {"vm1", "lab2"})));
}

TEST_F(VmMigrationTest, NeedsATargetThatIsThere) {
  EXPECT_EQ(migrate(""), "exited 125: vm1: migrate needs the host to go to");
  EXPECT_EQ(migrate("lab9"), "exited 125: there is no host 'lab9' to migrate vm1 to");
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

// --- who does not answer may have it ---

class VmDoubtTest : public VmTest {
 protected:
  // It is known to run on lab1; there it is not, and lab2 does not answer.
  VmDoubtTest() {
    small_.set(id_, Lifecycle::kStarted);
    land_.host("lab2").answers = false;
  }
  const std::string lost_ =
      "lost: vm1 may run on lab2, which does not answer: wait, or make sure that it is off and say so: "
      "attune "
      "off lab2";
};

TEST_F(VmDoubtTest, AdoptionDoesNotTakeItForStopped) {
  EXPECT_EQ(adopt(), "lost");
  EXPECT_THAT(small_.log.lines, ElementsAre(HasSubstr("vm1 may run on lab2")));
}

TEST_F(VmDoubtTest, ItIsNeitherStartedNorStoppedNorKilled) {
  adopt();
  for (const std::string operation : {"start", "stop", "kill"}) EXPECT_EQ(call(operation), lost_);
  EXPECT_THAT(land_.deeds, IsEmpty());
}

TEST_F(VmDoubtTest, ItIsFoundWhenItsHostIsBack) {
  adopt();
  land_.host("lab2").answers = true;
  land_.host("lab2").domains["vm1"] = State::kRunning;
  EXPECT_EQ(call("start"), "exited 0: vm1 runs on lab2 already");
  EXPECT_EQ(land_.whereabouts("vm1"), "lab2");
}

TEST_F(VmDoubtTest, ItIsStoppedOnceTheLastHostThatCouldHaveItSaysNo) {
  adopt();
  small_.set(id_, Lifecycle::kLost);
  land_.host("lab2").answers = true;
  start<int>(vm_->look_over("lab2"), [](int) {});
  loop_.turn();
  EXPECT_EQ(small_.lifecycle(id_), Lifecycle::kStopped);
  EXPECT_THAT(small_.raised, ElementsAre("vm_stopped vm1 host=lab1"));
}

TEST_F(VmDoubtTest, ItIsStartedOnceTheHostIsSaidToBeOff) {
  adopt();
  small_.apply(system::HostChanged{"lab2", system::HostState::kOff, 0, {}, {}});
  land_.host("lab1").addresses["vm1"] = {"10.0.0.7"};
  EXPECT_EQ(call("start"), "exited 0");
  EXPECT_EQ(land_.whereabouts("vm1"), "lab1");
}

TEST_F(VmDoubtTest, StatusDoesNotTakeItForDead) {
  EXPECT_EQ(call("status"), lost_);
  EXPECT_EQ(call("status"), lost_);
  EXPECT_THAT(small_.log.lines, ::testing::SizeIs(1)) << "it is told once";
  EXPECT_EQ(call("start"), lost_);
  EXPECT_THAT(land_.deeds, IsEmpty());
}

TEST_F(VmDoubtTest, StatusTakesItForDeadOnceAllHaveAnswered) {
  call("status");
  land_.host("lab2").answers = true;
  EXPECT_EQ(call("status"), "exited 3: no domain vm1 on lab1");
  land_.host("lab1").addresses["vm1"] = {"10.0.0.7"};
  EXPECT_EQ(call("start"), "exited 0");
}

TEST_F(VmDoubtTest, StatusOfWhatIsDefinedHereOrWasStoppedNeedsNobodyElse) {
  land_.host("lab1").domains["vm1"] = State::kShutOff;
  EXPECT_EQ(call("status"), "exited 3: vm1 is shut-off on lab1");
  land_.host("lab1").domains.clear();
  small_.set(id_, Lifecycle::kStopped);
  EXPECT_EQ(call("status"), "exited 3: no domain vm1 on lab1");
}

TEST_F(VmDoubtTest, WhereItIsDefinedItRanLast) {
  land_.host("lab1").domains["vm1"] = State::kShutOff;
  EXPECT_EQ(adopt(), "stopped");
}

TEST_F(VmDoubtTest, WhatWasProperlyStoppedIsStartedAllTheSame) {
  small_.set(id_, Lifecycle::kStopped);
  land_.host("lab1").addresses["vm1"] = {"10.0.0.7"};
  EXPECT_EQ(call("start"), "exited 0");
}

// The copy is kept paused by a migration that broke off: its target may have gone on.
TEST_F(VmDoubtTest, StartDoesNotWakeWhatAMigrationKeepsPaused) {
  land_.host("lab1").domains["vm1"] = State::kPaused;
  EXPECT_THAT(call("start"), HasSubstr("lost: vm1 may run on lab2"));
  EXPECT_EQ(land_.host("lab1").domains["vm1"], State::kPaused);
}

TEST_F(VmDoubtTest, WhatAMigrationKeepsPausedGoesOnOnceItsTargetIsOff) {
  land_.host("lab1").domains["vm1"] = State::kPaused;
  small_.apply(system::HostChanged{"lab2", system::HostState::kOff, 0, {}, {}});
  EXPECT_EQ(adopt(), "started");
  EXPECT_EQ(land_.host("lab1").domains["vm1"], State::kRunning);
}

TEST_F(VmDoubtTest, AHostThatIsDownMayBeTheTarget) {
  land_.host("lab1").domains["vm1"] = State::kPaused;
  small_.apply(system::HostChanged{"lab2", system::HostState::kDown, 0, {}, {}});
  EXPECT_EQ(adopt(), "lost");
  EXPECT_EQ(land_.host("lab1").domains["vm1"], State::kPaused);
}

}  // namespace
}  // namespace attune::wrappers
