// SPDX-License-Identifier: Apache-2.0
// Empty hosts that are switched off, and on again for the reserve.
#include "tests/workflow/power_test.h"

namespace attune::workflow {
namespace {

// --- off ---

TEST_F(PowerTest, AHostThatHasBecomeEmptyIsSwitchedOff) {
  begun(kSwitchesOff);
  w().remove("app1");
  EXPECT_EQ(w().calls(), "app1.stop app1.undeploy bmc.power_off(1)");
  EXPECT_EQ(state("lab1"), HostState::kOff);
  EXPECT_EQ(switched_off_by("lab1"), "bmc.power_off");
  EXPECT_EQ(w().replayed(), ScriptedWorld::shown(*w().system));
}

TEST_F(PowerTest, HostsThatNobodyNeedsFromTheStartAreSwitchedOffToo) {
  begun(kSwitchesOff);
  EXPECT_EQ(state("lab2"), HostState::kUp);
  EXPECT_EQ(state("lab3"), HostState::kOff);
}

TEST_F(PowerTest, AHostThatSomebodySwitchesOnIsNotSwitchedOffAtOnceForBeingEmpty) {
  begun(kSwitchesOff);
  ASSERT_EQ(state("lab3"), HostState::kOff);
  w().by_hand("bmc", "power_on", {"lab3"});
  answers("lab3");
  w().pass(1min);
  EXPECT_EQ(state("lab3"), HostState::kUp);
}

TEST_F(PowerTest, OneThatCouldNotBeSwitchedOffIsToldEmptyAgain) {
  begun(kSwitchesOff);
  w().script("bmc.power_off", exits(1, "busy"));
  w().remove("app1");
  ASSERT_EQ(w().calls(), "app1.stop app1.undeploy bmc.power_off(1)");
  w().go_on("bmc.power_off");
  w().pass(3min);
  answers("lab1");
  ASSERT_EQ(state("lab1"), HostState::kUp);
  w().pass(1min);
  EXPECT_EQ(w().calls(), "");
  w().pass(1min);
  EXPECT_EQ(w().calls(), "bmc.power_off(1)");
  EXPECT_EQ(state("lab1"), HostState::kOff);
}

TEST_F(PowerTest, SoIsOneThatWasRefused) {
  begun(kSwitchesOff);
  observed("desk1", HostState::kDown);
  w().remove("app1");
  ASSERT_THAT(w().ends().back(), HasSubstr("no 'bmc' can be asked to switch lab1"));
  answers("desk1");
  w().pass(5min);
  EXPECT_EQ(state("lab1"), HostState::kOff);
}

TEST_F(PowerTest, NotWhereAPersonTriedIt) {
  begun(kSwitchesOff);
  w().script("bmc.power_off", exits(1, "busy"));
  ASSERT_THAT(power("power_off", "lab2"), HasSubstr("stays on"));
  w().go_on("bmc.power_off");
  w().remove("app1");
  forget();
  w().pass(6min);
  EXPECT_EQ(w().calls(), "");
}

TEST_F(PowerTest, TheReserveStaysOn) {
  begun();
  ASSERT_THAT(power("power_off", "lab2"), HasSubstr("done"));
  EXPECT_THAT(power("power_off", "lab3"),
              HasSubstr("lab3 stays on: the reserve of 'lab' is 1, and 0 other empty hosts are on"));
  EXPECT_EQ(state("lab3"), HostState::kUp);
}

TEST_F(PowerTest, ADiagramSeesThatTheReserveNeedsTheHost) {
  begun(kSwitchesOff, {"lab1", "desk1"});
  observed("lab2", HostState::kDown);
  observed("lab3", HostState::kDown);
  w().remove("app1");
  EXPECT_EQ(w().calls(), "app1.stop app1.undeploy");
  EXPECT_THAT(w().ends(), ElementsAre("remove app1 done", "host_empty done"));
  EXPECT_EQ(state("lab1"), HostState::kUp);
}

TEST_F(PowerTest, NothingIsSwitchedOffThatHasSomething) {
  begun();
  EXPECT_THAT(power("power_off", "lab1"), HasSubstr("lab1 stays on: app1 is there"));
  EXPECT_EQ(state("lab1"), HostState::kUp);
  EXPECT_EQ(w().calls(), "");
}

TEST_F(PowerTest, NothingIsSwitchedOffOnWhichSomethingWasLeft) {
  begun();
  observed("lab1", HostState::kDown);
  ASSERT_EQ(w().change(system::HostAssigned{w().system->find("app1")->id, "lab2"}), "");
  answers("lab1");
  EXPECT_THAT(power("power_off", "lab1"), HasSubstr("lab1 stays on: app1 was left there"));
}

TEST_F(PowerTest, NothingIsSwitchedOffThatARunHasSetAside) {
  begun(R"(=== diagrams/slow.mmd
stateDiagram-v2
  [*] --> a
  a : target = lab.any(name == "lab2")
  a : wait(1min)
  a --> [*]
)");
  ASSERT_EQ(w().send("slow app1"), "");
  forget();
  EXPECT_THAT(power("power_off", "lab2"), HasSubstr("lab2 stays on: run"));
  EXPECT_THAT(power("power_off", "lab3"), HasSubstr("0 other empty hosts are on"))
      << "what is set aside is no reserve";
}

TEST_F(PowerTest, OnlyAHostThatAnswersIsSwitchedOff) {
  begun();
  observed("lab2", HostState::kDown);
  EXPECT_THAT(power("power_off", "lab2"),
              HasSubstr("lab2 stays on: it is down, and only a host that answers is switched off"));
}

TEST_F(PowerTest, AHostInMaintenanceIsNoReserveAndMayGo) {
  begun();
  ASSERT_THAT(power("power_off", "lab2"), HasSubstr("done"));
  ASSERT_EQ(w().change(system::HostChanged{.host = "lab3", .maintenance = system::Maintenance::kBegun}), "");
  answers("lab2");
  forget();
  EXPECT_THAT(power("power_off", "lab3"), HasSubstr("done"));
  EXPECT_THAT(power("power_off", "lab2"), HasSubstr("the reserve of 'lab' is 1"));
}

TEST_F(PowerTest, WhileItGoesOffNothingIsPlacedThere) {
  begun();
  w().hold("bmc.power_off");
  EXPECT_EQ(power("power_off", "lab2"), "goes on");
  EXPECT_EQ(state("lab2"), HostState::kOff);
  fill_one();
  EXPECT_EQ(w().host_of("app2"), "lab3");
}

TEST_F(PowerTest, WhatAHostAnswersOnItsWayDownMeansNothing) {
  begun();
  w().hold("bmc.power_off");
  power("power_off", "lab2");
  answers("lab2");
  EXPECT_EQ(state("lab2"), HostState::kOff);
  w().end("bmc.power_off");
  EXPECT_EQ(state("lab2"), HostState::kOff);
  answers("lab2");
  EXPECT_EQ(state("lab2"), HostState::kUp) << "somebody has switched it on";
  EXPECT_EQ(switched_off_by("lab2"), "");
}

TEST_F(PowerTest, OffTwiceIsOff) {
  begun();
  power("power_off", "lab2");
  w().calls();
  EXPECT_THAT(power("power_off", "lab2"), HasSubstr("done"));
  EXPECT_EQ(w().calls(), "");
}

// --- on ---

class ReserveTest : public PowerTest {
 protected:
  // lab2 is off; lab3 is the reserve, until something is placed there.
  void begun_with_one_off(const std::string& more = {}) {
    begun(more);
    ASSERT_THAT(power("power_off", "lab2"), HasSubstr("done"));
    forget();
  }
  // lab1 and lab2 are off; lab3 is the reserve, and nothing runs.
  void begun_with_two_off(const std::string& more = {}) {
    begun(more);
    ASSERT_EQ(w().remove("app1"), "");
    ASSERT_THAT(power("power_off", "lab1"), HasSubstr("done"));
    ASSERT_THAT(power("power_off", "lab2"), HasSubstr("done"));
    forget();
  }
};

TEST_F(ReserveTest, AHostIsSwitchedOnWhereTheReserveIsTooLow) {
  begun_with_one_off();
  fill_one();
  EXPECT_THAT(calls_, HasSubstr("bmc.power_on(2)"));
  EXPECT_EQ(state("lab2"), HostState::kOff) << "until it answers";
  w().ends();
  answers("lab2");
  EXPECT_THAT(w().ends(), ElementsAre("power_on done"));
  EXPECT_EQ(switched_off_by("lab2"), "");
}

TEST_F(ReserveTest, OneIsEnough) {
  begun_with_two_off();
  fill_one();
  EXPECT_THAT(calls_, HasSubstr("bmc.power_on(1)"));
  w().pass(2min);
  EXPECT_EQ(w().calls(), "");
}

TEST_F(ReserveTest, OneThatSomebodyElseSwitchesOnIsEnoughToo) {
  begun_with_two_off();
  ASSERT_EQ(power("power_on", "lab2"), "goes on");
  fill_one();
  EXPECT_THAT(calls_, ::testing::Not(HasSubstr("bmc.power_on(1)")));
}

TEST_F(ReserveTest, WhatWasSwitchedOnForTheReserveGoesOffWhereItIsNotNeededAfterAll) {
  begun(kSwitchesOff);
  ASSERT_EQ(state("lab3"), HostState::kOff);
  fill_one();
  ASSERT_EQ(w().host_of("app2"), "lab2");
  ASSERT_THAT(calls_, HasSubstr("bmc.power_on(3)"));
  w().pass(4min);  // it does not answer in time
  ASSERT_EQ(w().remove("app2"), "");
  ASSERT_EQ(state("lab2"), HostState::kUp);
  answers("lab3");
  EXPECT_EQ(state("lab3"), HostState::kOff);
  EXPECT_EQ(state("lab2"), HostState::kUp);
}

TEST_F(ReserveTest, AHostThatFallsSilentIsNoReserveAnyMore) {
  begun_with_one_off();
  observed("lab3", HostState::kDown);
  EXPECT_EQ(w().calls(), "bmc.power_on(2)");
}

TEST_F(ReserveTest, OneThatDoesNotAnswerInTimeIsToldAndTriedAgain) {
  begun_with_one_off();
  fill_one();
  w().alerts();
  w().pass(3min + 1s);
  EXPECT_THAT(w().alerts(), ElementsAre(HasSubstr("lab2 is to be on for the reserve of 'lab', and is not: in "
                                                  "'lab2.power_on()': lab2 was switched on, and does not "
                                                  "answer after 3min (tried again every 5min)")));
  EXPECT_EQ(state("lab2"), HostState::kOff);
  EXPECT_EQ(w().calls(), "");
  w().pass(5min);
  EXPECT_EQ(w().calls(), "bmc.power_on(2)");
  w().pass(4min);
  EXPECT_THAT(w().alerts(), IsEmpty()) << "once";
}

TEST_F(ReserveTest, WhereOneFailsTheNextIsSwitchedOn) {
  begun_with_two_off();
  w().script("bmc.power_on", exits(1, "no answer from the board"));
  observed("lab3", HostState::kDown);
  EXPECT_EQ(w().calls(), "bmc.power_on(1) bmc.power_on(2)");
  EXPECT_EQ(w().alerts().size(), 2U);
}

TEST_F(ReserveTest, WhatAPersonHasSwitchedOffStaysSo) {
  begun();
  observed("lab2", HostState::kDown);
  ASSERT_EQ(w().change(system::HostChanged{.host = "lab2", .state = HostState::kOff}), "");
  fill_one();
  EXPECT_THAT(calls_, ::testing::Not(HasSubstr("power_on")));
}

TEST_F(ReserveTest, OneInMaintenanceStaysOff) {
  begun_with_one_off();
  ASSERT_EQ(w().change(system::HostChanged{
                .host = "lab2", .state = HostState::kOff, .maintenance = system::Maintenance::kBegun}),
            "");
  fill_one();
  EXPECT_THAT(calls_, ::testing::Not(HasSubstr("power_on")));
}

TEST_F(ReserveTest, ADiagramSwitchesOneOfTheFamilyOn) {
  begun_with_one_off(R"(=== diagrams/slow.mmd
stateDiagram-v2
  [*] --> a
  a : lab.power_on()
  a : x = lab.any(name == "lab2")
  a : alert("there is " + x.name, this)
  a --> [*]
)");
  ASSERT_EQ(w().send("slow app1"), "");
  EXPECT_EQ(w().calls(), "bmc.power_on(2)");
  answers("lab2");
  EXPECT_THAT(w().alerts(), ElementsAre("there is lab2 (app1)"));
  w().send("slow app1");
  EXPECT_THAT(w().ends().back(), HasSubstr("no host of 'lab' is off that could be switched on"));
}

TEST_F(ReserveTest, WhoWaitsForAHostCanBeCancelled) {
  begun_with_one_off();
  w().by_hand("bmc", "power_on", {"lab2"});
  EXPECT_THAT(w().ends(), IsEmpty());
  EXPECT_EQ(w().cancel(w().last_run()), "");
  EXPECT_THAT(w().ends().back(), HasSubstr("cancelled"));
  EXPECT_EQ(state("lab2"), HostState::kOff);
}

// --- the next manager ---

TEST_F(ReserveTest, AManagerThatTakesOverKnowsWhatIsOffAndKeepsTheReserve) {
  begun_with_one_off();
  const auto since = w().engine->off_hosts().find("lab2")->since;
  w().hold("bmc.power_on");
  fill_one();
  w().die();
  w().go_on("bmc.power_on");
  w().begin();
  ASSERT_EQ(switched_off_by("lab2"), "bmc.power_off");
  EXPECT_EQ(w().engine->off_hosts().find("lab2")->since, since);
  EXPECT_THAT(w().calls(), HasSubstr("bmc.power_on(2)"));
}

}  // namespace
}  // namespace attune::workflow
