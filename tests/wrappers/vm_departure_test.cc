// SPDX-License-Identifier: Apache-2.0
// A machine has left its host, and nobody who answers has it.
#include "wrappers/vm_watch.h"

#include "tests/wrappers/vm_fixture.h"

namespace attune::wrappers {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class VmDepartureTest : public VmWatchTest {
 protected:
  void is(const std::string& host, system::HostState state) {
    small_.apply(system::HostChanged{host, state, 0, {}, {}});
  }
  // lab2 was said to be off, and is on again; the manager cannot reach it.
  void lab2_is_on_again_and_cut_off() {
    is("lab2", system::HostState::kOff);
    land_.host("lab2").answers = false;
  }
  void leaves(Event told = Event::kMigratedAway) {
    land_.vanishes("vm1", "lab1", told);
    turn();
  }
};

TEST_F(VmDepartureTest, PerhapsToAHostThatDoesNotAnswerItIsLost) {
  land_.host("lab2").answers = false;
  leaves();
  EXPECT_EQ(state(), "lost");
  EXPECT_THAT(small_.raised, IsEmpty());
  EXPECT_THAT(call("start"), HasSubstr("lost: vm1 may run on lab2"));
}

TEST_F(VmDepartureTest, ItIsFoundOnceALibvirtdThatWasAwayIsBack) {
  is("lab2", system::HostState::kUp);
  land_.host("lab2").answers = false;
  leaves();
  EXPECT_EQ(state(), "lost");
  land_.host("lab2").answers = true;
  land_.host("lab2").domains["vm1"] = State::kRunning;
  loop_.pass(std::chrono::seconds(5));
  EXPECT_EQ(small_.host_of(id_), "lab2");
  EXPECT_EQ(state(), "started");
}

TEST_F(VmDepartureTest, PerhapsToAHostThatWasSaidToBeOffItIsLostAndThatCountsAsDown) {
  for (const Event told : {Event::kMigratedAway, Event::kUndefined}) {
    runs_on("lab1");
    lab2_is_on_again_and_cut_off();
    leaves(told);
    EXPECT_EQ(state(), "lost");
    EXPECT_EQ(small_.system.find_host("lab2")->state, system::HostState::kDown);
    EXPECT_THAT(small_.alerts.back(), HasSubstr("lab2 is no longer taken for off: vm1 has left lab1"));
    EXPECT_THAT(call("start"), HasSubstr("lost: vm1 may run on lab2"));
    EXPECT_THAT(land_.deeds, IsEmpty());
  }
}

TEST_F(VmDepartureTest, OneThatWasSwitchedOffWhileItHadNothingHasNotGotIt) {
  small_.world.is_switched_off = [](const std::string& host) { return host == "lab2"; };
  lab2_is_on_again_and_cut_off();
  leaves();
  EXPECT_EQ(state(), "lost");
  EXPECT_EQ(small_.system.find_host("lab2")->state, system::HostState::kOff);
  EXPECT_THAT(small_.alerts,
              ElementsAre(HasSubstr("vm1 was migrated away from lab1, and no host of its family "
                                    "has it")));
}

TEST_F(VmDepartureTest, ItRunsAgainOnceThatHostIsSaidToBeOffOnceMore) {
  lab2_is_on_again_and_cut_off();
  leaves();
  is("lab2", system::HostState::kOff);
  land_.host("lab1").addresses["vm1"] = {"10.0.0.7"};
  EXPECT_EQ(call("start"), "exited 0");
  EXPECT_EQ(land_.whereabouts("vm1"), "lab1");
}

TEST_F(VmDepartureTest, ItIsFoundOnceThatHostAnswers) {
  lab2_is_on_again_and_cut_off();
  leaves();
  land_.host("lab2").answers = true;
  land_.host("lab2").domains["vm1"] = State::kRunning;
  start<int>(vm_->look_over("lab2"), [](int) {});
  turn();
  EXPECT_EQ(small_.host_of(id_), "lab2");
  EXPECT_EQ(state(), "started");
}

// Its definition has gone, and it runs on.
TEST_F(VmDepartureTest, WhatIsUndefinedWhileItRunsHasNotLeft) {
  lab2_is_on_again_and_cut_off();
  land_.becomes("vm1", "lab1", State::kRunning, Event::kUndefined);
  turn();
  EXPECT_EQ(state(), "started");
  EXPECT_EQ(small_.system.find_host("lab2")->state, system::HostState::kOff);
}

// Its host said no more than that.
TEST_F(VmDepartureTest, WhatIsUndefinedOnAHostThatFallsSilentThenIsLost) {
  land_.host("lab1").answers = false;
  land_.becomes("vm1", "lab1", State::kRunning, Event::kUndefined);
  turn();
  EXPECT_EQ(state(), "lost");
  EXPECT_THAT(small_.raised, IsEmpty());
  EXPECT_THAT(call("start"), HasSubstr("lab1 does not answer"));
}

TEST_F(VmDepartureTest, MigratedToWhereNobodyKnowsItIsLostUntilAPersonSaysThatItHasEnded) {
  leaves();
  EXPECT_EQ(state(), "lost");
  EXPECT_THAT(small_.alerts, ElementsAre(HasSubstr("vm1 was migrated away from lab1, and no host of its "
                                                   "family has it")));
  EXPECT_THAT(call("start"), HasSubstr("lost: vm1 was migrated away from lab1"));
  EXPECT_EQ(adopt(), "lost");
  EXPECT_EQ(call("kill"), "exited 0");
  land_.host("lab1").addresses["vm1"] = {"10.0.0.7"};
  EXPECT_EQ(call("start"), "exited 0");
}

TEST_F(VmDepartureTest, MigratedAndOffWhereItWentItIsStopped) {
  land_.host("lab2").domains["vm1"] = State::kShutOff;
  leaves();
  EXPECT_EQ(state(), "stopped");
}

// A migration that broke off may still be settled: it must not wake a copy that it has kept paused.
TEST_F(VmDepartureTest, WhoSettlesAMigrationOfItIsToldWhereItIsFound) {
  land_.host("lab2").answers = false;
  leaves();
  land_.host("lab2").answers = true;
  land_.host("lab2").domains["vm1"] = State::kRunning;
  EXPECT_EQ(call("start"), "exited 0: vm1 runs on lab2 already");
  EXPECT_THAT(land_.deeds, ::testing::Contains("settle vm1 on lab2"));
}

}  // namespace
}  // namespace attune::wrappers
