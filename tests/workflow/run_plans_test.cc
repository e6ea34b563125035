// SPDX-License-Identifier: Apache-2.0
// What diagrams do with plans: they ask for one, which takes its time, and carry it out.
#include <fmt/format.h>

#include "runtime/workflow/planned_moves.h"
#include "tests/workflow/action_test.h"

namespace attune::workflow {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

class PlanTest : public ActionTest {
 protected:
  // vm1 and vm2 run, each on a host of its own; the third host is free of machines.
  ScriptedWorld& with_plan(const std::vector<std::string>& more = {}) {
    std::vector<std::string> actions = {"p = placement.improve(\"cost\", \"balance\")",
                                        "placement.carry_out(p)"};
    actions.insert(actions.end(), more.begin(), more.end());
    write(actions);
    ScriptedWorld& w = begun();
    one_ = w.host_of("vm1"), two_ = w.host_of("vm2");
    for (const char* host : {"lab1", "lab2", "lab3"})
      if (host != one_ && host != two_) free_ = host;
    return w;
  }
  std::string swap() const {
    return fmt::format("vm1 from {0} to {2}; vm2 from {1} to {0}; vm1 from {2} to {1}", one_, two_, free_);
  }
  std::string one_, two_, free_;
};

TEST_F(PlanTest, AsksThePlannerForItsObjectivesAndMovesAsItSays) {
  ScriptedWorld& w = with_plan();
  w.script("placement.improve", exits(0, fmt::format("vm1 from {} to {}", one_, free_)));
  act();
  EXPECT_EQ(w.calls(), fmt::format("placement.improve(cost,balance) vm1.migrate(vm1,{})", free_));
  EXPECT_THAT(w.ends(), ElementsAre(done_));
}

TEST_F(PlanTest, MovesOfOneStepGoOnAtOnce) {
  ScriptedWorld& w = with_plan();
  w.script("placement.improve",
           exits(0, fmt::format("vm1 from {0} to {2}, vm2 from {1} to {2}", one_, two_, free_)));
  w.hold("*.migrate");
  act();
  EXPECT_EQ(w.open(), "vm1.migrate vm2.migrate");
}

TEST_F(PlanTest, AStepBeginsWhenTheOneBeforeHasEnded) {
  ScriptedWorld& w = with_plan();
  w.script("placement.improve", exits(0, swap()));
  w.hold("vm1.migrate");
  act();
  EXPECT_EQ(w.open(), "vm1.migrate");
  w.end("vm1.migrate", CallExited{0, {}, {system::HostAssigned{w.system->find("vm1")->id, free_}}});
  EXPECT_EQ(w.open(), "vm1.migrate") << "the way back to where vm2 was";
  EXPECT_EQ(w.calls(),
            fmt::format("placement.improve(cost,balance) vm1.migrate(vm1,{2}) vm2.migrate(vm2,{0}) "
                        "vm1.migrate(vm1,{1})",
                        one_, two_, free_));
}

TEST_F(PlanTest, AnEmptyPlanMovesNothing) {
  ScriptedWorld& w = with_plan({"this.reload()"});
  act();
  EXPECT_EQ(w.calls(), "placement.improve(cost,balance) app1.reload");
}

TEST_F(PlanTest, WithoutAPlanTheStateFails) {
  ScriptedWorld& w = with_plan();
  w.script("placement.improve", exits(1, "vm1 has no place"));
  act();
  EXPECT_THAT(w.ends().front(), HasSubstr("placement.improve exited with 1: vm1 has no place"));
}

TEST_F(PlanTest, OneThatIsOutOfDateMovesNothing) {
  ScriptedWorld& w = with_plan();
  w.script("placement.improve",
           exits(0, fmt::format("vm2 from {1} to {2}, vm1 from {2} to {0}", one_, two_, free_)));
  act();
  EXPECT_EQ(w.calls(), "placement.improve(cost,balance)");
  EXPECT_THAT(w.ends().front(),
              HasSubstr(fmt::format("the plan is out of date: vm1 is on {}, not on {}", one_, free_)));
}

TEST_F(PlanTest, AFailedMoveEndsThePlanAndWhatWasMovedGoesBack) {
  ScriptedWorld& w = with_plan();
  w.script("placement.improve",
           exits(0, fmt::format("vm1 from {0} to {2}; vm2 from {1} to {0}", one_, two_, free_)));
  w.script("vm2.migrate", exits(1, "no route"));
  w.hold("vm1.migrate");
  act();
  w.end("vm1.migrate", CallExited{0, {}, {system::HostAssigned{w.system->find("vm1")->id, free_}}});
  w.end("vm1.migrate", CallExited{0, {}, {system::HostAssigned{w.system->find("vm1")->id, one_}}});
  EXPECT_EQ(w.host_of("vm1"), one_);
  EXPECT_THAT(w.ends().front(), HasSubstr("vm2.migrate exited with 1: no route"));
}

TEST_F(PlanTest, TheOneThatWaitsForItsPlanCanBeCancelled) {
  ScriptedWorld& w = with_plan();
  w.hold("placement.improve");
  act();
  w.cancel(w.last_run());
  EXPECT_EQ(w.cancelled(), "placement.improve");
  EXPECT_THAT(w.ends(), ElementsAre(HasSubstr("overload app1 cancelled")));
}

TEST_F(PlanTest, ThePlannerIsAskedByTwoRunsAtOnce) {
  diagram("cpu_high", "[*] --> a\n a : q = placement.improve(\"balance\")\n a --> [*]");
  write({"p = placement.improve(\"cost\")"});
  ScriptedWorld& w = begun();
  w.hold("placement.improve");
  act();
  w.send("cpu_high vm2 cpu=97%");
  EXPECT_EQ(w.calls(), "placement.improve(cost) placement.improve(balance)");
}

TEST_F(PlanTest, AManagerThatDiesWhileItPlansLeavesNothing) {
  ScriptedWorld& w = with_plan();
  w.hold("placement.improve");
  act();
  w.die();
  w.begin();
  EXPECT_EQ(w.state_of("vm1"), "started");
  EXPECT_EQ(w.open(), "");
}

TEST_F(PlanTest, WhatOnlyIsDeclaredIsGivenItsHostAndNotStarted) {
  write({"vm.newest.stop()", "vm.newest.undeploy()", "p = placement.improve(\"cost\")",
         "placement.carry_out(p)"});
  ScriptedWorld& w = begun();
  const std::string host = w.host_of("vm2") == "lab3" ? "lab1" : "lab3";
  w.script("placement.improve", exits(0, fmt::format("vm2 from {} to {}", w.host_of("vm2"), host)));
  act();
  EXPECT_EQ(w.host_of("vm2"), host);
  EXPECT_EQ(w.state_of("vm2"), "declared");
}

TEST_F(PlanTest, NothingElseMayTouchTheMachinesMeanwhile) {
  diagram("cpu_high", "[*] --> a\n a : this.stop()\n a --> [*]");
  ScriptedWorld& w = with_plan();
  w.script("placement.improve", exits(0, fmt::format("vm1 from {} to {}", one_, free_)));
  w.hold("vm1.migrate");
  act();
  w.send("cpu_high vm2 cpu=97%");
  EXPECT_THAT(w.waits(), Contains(HasSubstr("'vm' as a whole is in use by run")));
}

TEST_F(PlanTest, APlanMovesNothingButMachines) {
  write({"placement.carry_out(\"store from lab1 to lab2\")"});
  ScriptedWorld& w = begun();
  act();
  EXPECT_EQ(w.calls(), "");
  EXPECT_THAT(w.ends().front(), HasSubstr("a plan cannot move store: it is no machine that can be migrated"));
}

// --- the text ---

TEST(PlannedMoves, AreReadAsTheyAreWritten) {
  const PlannedSteps steps = {{{"vm1", "lab1", "lab2"}, {"vm3", "lab2", "lab1"}}, {{"vm2", "lab1", "lab2"}}};
  const std::string text = "vm1 from lab1 to lab2, vm3 from lab2 to lab1; vm2 from lab1 to lab2";
  EXPECT_EQ(to_text(steps), text);
  EXPECT_EQ(parse_plan(text).value(), steps);
  EXPECT_EQ(parse_plan("").value(), PlannedSteps());
}

TEST(PlannedMoves, OfAnotherShapeAreRefused) {
  for (const char* text :
       {"vm1", "vm1 from lab1", "vm1 to lab2 from lab1", " from lab1 to lab2", "vm1 from  to lab2",
        "vm1 from lab1 to ", "vm1 from lab1 to lab2,vm2 from lab1 to lab2", "vm1 from lab1 to lab2; "}) {
    const auto parsed = parse_plan(text);
    ASSERT_FALSE(parsed.has_value()) << text;
    EXPECT_THAT(parsed.error().message, HasSubstr("is no move of a plan")) << text;
  }
}

}  // namespace
}  // namespace attune::workflow
