// SPDX-License-Identifier: Apache-2.0
// What is done with a machine that a host which does not answer may have.
#include "wrappers/vm.h"

#include "tests/wrappers/vm_fixture.h"

namespace attune::wrappers {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class VmDoubtTest : public VmTest {
 protected:
  // It is known to run on lab1; there it is not, and lab2 does not answer.
  VmDoubtTest() {
    small_.set(id_, Lifecycle::kStarted);
    land_.host("lab2").answers = false;
  }
  const std::string lost_ =
      "lost: vm1 may run on lab2, which does not answer: wait, or make sure that it is off and say so: "
      "attune off lab2";
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

TEST_F(VmDoubtTest, ItIsEndedWhereItIsFound) {
  for (const std::string operation : {"stop", "kill"}) {
    small_.apply(system::HostAssigned{id_, "lab1"});
    small_.set(id_, Lifecycle::kStarted);
    land_.host("lab2").answers = false;
    adopt();
    land_.host("lab2").answers = true;
    land_.host("lab2").domains["vm1"] = State::kRunning;
    EXPECT_EQ(call(operation), "exited 0");
    EXPECT_EQ(land_.whereabouts("vm1"), "") << operation;
  }
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

// Somebody has moved it there while no manager was at work: being off was said of the host before.
TEST_F(VmDoubtTest, ThatAHostIsOffIsNotBelievedOfWhatHasLeftNoTrace) {
  for (const bool is_asked : {false, true}) {
    vm_.emplace(small_.world);
    small_.set(id_, Lifecycle::kStarted);
    small_.apply(system::HostChanged{"lab2", system::HostState::kOff, 0, {}, {}});
    EXPECT_EQ(is_asked ? call("status") : adopt(), is_asked ? lost_ : "lost");
    EXPECT_EQ(small_.system.find_host("lab2")->state, system::HostState::kDown);
    EXPECT_EQ(call("start"), lost_);
  }
  EXPECT_THAT(land_.deeds, IsEmpty());
}

// It was asked about again and again, and the host switched off each time.
TEST_F(VmDoubtTest, ThatItIsOffAfterAllIsBelieved) {
  for (const bool is_adopted : {false, true}) {
    small_.apply(system::HostChanged{"lab2", system::HostState::kOff, 0, {}, {}});
    call("status");
    EXPECT_EQ(small_.system.find_host("lab2")->state, system::HostState::kDown);
    small_.apply(system::HostChanged{"lab2", system::HostState::kOff, 0, {}, {}});
    EXPECT_EQ(is_adopted ? adopt() : call("status"),
              is_adopted ? "stopped" : "exited 3: no domain vm1 on lab1");
    EXPECT_EQ(small_.system.find_host("lab2")->state, system::HostState::kOff);
    vm_.emplace(small_.world);
  }
}

TEST_F(VmDoubtTest, WhatWasHadElsewhereFromAHostThatIsOffIsStartedAlsoByTheNextManager) {
  small_.apply(system::HostChanged{"lab2", system::HostState::kOff, 0, {}, {}});
  small_.set(id_, Lifecycle::kLost);  // its start was under way when the manager died
  land_.host("lab1").addresses["vm1"] = {"10.0.0.7"};
  EXPECT_EQ(adopt(), "stopped");
  EXPECT_EQ(call("start"), "exited 0");
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
