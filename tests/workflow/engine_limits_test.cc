// SPDX-License-Identifier: Apache-2.0
// How much goes on at once and how soon again: the project's limits, rests after growth, the budget of moves.
#include "tests/workflow/shop.h"

namespace attune::workflow {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using std::chrono_literals::operator""min;
using std::chrono_literals::operator""s;

// --- runs at once; app1 and vm1 are on lab2, app2 and vm2 on lab3 ---

class RunLimitTest : public WorkflowTest {
 protected:
  ScriptedWorld& limited(const std::string& limits) {
    diagram("overload", "[*] --> a\na : this.check()\na --> [*]");
    diagram("noise", "[*] --> a\na : this.reload()\na --> [*]", {"on: app"});
    diagram("cpu_high", "[*] --> a\na : this.probe.stop()\na --> [*]", {"on: vm"});
    setting("limits { " + limits + " }");
    ScriptedWorld& w = begun();
    for (const char* call : {"*.check", "*.reload", "*.stop", "*.say"}) w.hold(call);
    return w;
  }
};

TEST_F(RunLimitTest, TheProjectsLimitHoldsForAllItsDiagramsTogether) {
  ScriptedWorld& w = limited("runs 1");
  w.send("overload app1");
  w.send("cpu_high vm2");
  EXPECT_EQ(w.open(), "app1.check");
  EXPECT_THAT(w.waits(), ElementsAre("1 runs go on, which is limits.runs"));
  EXPECT_EQ(w.engine->runs().back().waits_for, "1 runs go on, which is limits.runs");
  w.end("app1.check");
  EXPECT_EQ(w.open(), "probe2.stop");
}

TEST_F(RunLimitTest, AClassHasALimitOfItsOwn) {
  ScriptedWorld& w = limited("runs_per_class 1");
  w.send("overload app1");
  w.send("noise app2");
  w.send("cpu_high vm1");
  EXPECT_EQ(w.open(), "app1.check probe1.stop");
  EXPECT_THAT(w.waits(), ElementsAre("1 runs about a 'app' go on, which is limits.runs_per_class"));
  w.end("app1.check");
  EXPECT_EQ(w.open(), "probe1.stop app2.reload");
}

TEST_F(RunLimitTest, AHostHasALimitOfItsOwn) {
  ScriptedWorld& w = limited("runs_per_host 1");
  w.send("overload app1");
  w.send("cpu_high vm1");
  w.send("cpu_high vm2");
  EXPECT_EQ(w.open(), "app1.check probe2.stop");
  EXPECT_THAT(w.waits(), ElementsAre("1 runs about what is on lab2 go on, which is limits.runs_per_host"));
  w.end("app1.check");
  EXPECT_EQ(w.open(), "probe2.stop probe1.stop");
}

TEST_F(RunLimitTest, WhatIsAskedByHandIsNotLimited) {
  ScriptedWorld& w = limited("runs 1");
  w.send("overload app1");
  w.by_hand("app2", "say", {"x"});
  EXPECT_EQ(w.open(), "app1.check app2.say");
  w.end("app1.check");
  w.send("cpu_high vm1");
  EXPECT_EQ(w.open(), "app2.say probe1.stop");
}

TEST_F(RunLimitTest, ARunWhoseComponentIsInUseLeavesItsSlotToTheNext) {
  ScriptedWorld& w = limited("runs 2");
  w.send("overload app1");
  w.send("noise app1");
  w.send("cpu_high vm1");
  EXPECT_EQ(w.open(), "app1.check probe1.stop");
  w.send("cpu_high vm2");
  w.end("probe1.stop");
  EXPECT_EQ(w.open(), "app1.check probe2.stop");
  w.end("app1.check");
  EXPECT_EQ(w.open(), "probe2.stop app1.reload");
}

TEST_F(RunLimitTest, AWaitingRunThatIsCancelledLeavesTheQueue) {
  ScriptedWorld& w = limited("runs 1");
  w.send("overload app1");
  w.send("cpu_high vm1");
  const RunId second = w.last_run();
  w.send("cpu_high vm2");
  w.cancel(second);
  w.end("app1.check");
  EXPECT_EQ(w.open(), "probe2.stop");
}

// --- runs at once of one diagram ---

class LimitTest : public WorkflowTest {
 protected:
  LimitTest() {
    for (int i = 3; i <= 4; ++i) more_ += "a : app++\n";
    diagram("tired", "[*] --> a\n" + more_ + "a --> [*]", {"on: vm"});
  }
  ScriptedWorld& limited(int runs) {
    diagram("overload", "[*] --> a\na : this.check()\na --> [*]", {"runs: " + std::to_string(runs)});
    ScriptedWorld& w = begun();
    w.send("tired vm1");
    forget();
    w.hold("*.check");
    return w;
  }
  std::string more_;
};

TEST_F(LimitTest, MoreWaitForTheirTurn) {
  ScriptedWorld& w = limited(1);
  w.send("overload app1");
  w.send("overload app2");
  EXPECT_EQ(w.open(), "app1.check");
  EXPECT_THAT(w.waits(), ElementsAre("1 runs of it go on, which is its limit"));
  EXPECT_EQ(w.engine->runs().back().waits_for, "1 runs of it go on, which is its limit");
  w.end("app1.check");
  EXPECT_EQ(w.open(), "app2.check");
}

TEST_F(LimitTest, AFreePlaceGoesToTheFirstThatCanHaveIt) {
  diagram("noise", "[*] --> b\nb : this.reload()\nb --> [*]", {"on: app"});
  ScriptedWorld& w = limited(1);
  w.hold("app2.reload");
  w.send("noise app2");
  w.send("overload app1");
  w.send("overload app2");
  w.send("overload app3");
  w.end("app1.check");
  EXPECT_EQ(w.open(), "app2.reload app3.check");
  w.end("app2.reload");
  EXPECT_EQ(w.open(), "app3.check");
  w.end("app3.check");
  EXPECT_EQ(w.open(), "app2.check");
}

TEST_F(LimitTest, TwoPlacesThatFallFreeAtOnceAreBothTaken) {
  diagram("overload", "[*] --> a\na : wait(5s)\na --> [*]", {"runs: 2"});
  ScriptedWorld& w = begun();
  w.send("tired vm1");
  forget();
  for (const char* app : {"app1", "app2", "app3", "app4"}) w.send(std::string("overload ") + app);
  w.pass(5s);  // the first two end in one and the same tick
  w.pass(5s);
  EXPECT_THAT(w.ends(), SizeIs(4));
}

TEST_F(LimitTest, AWaitingOneCanBeCancelled) {
  ScriptedWorld& w = limited(1);
  w.send("overload app1");
  w.send("overload app2");
  w.cancel(w.last_run());
  EXPECT_THAT(w.ends(), ElementsAre("overload app2 cancelled: cancelled by tester"));
  w.end("app1.check");
  EXPECT_EQ(w.open(), "");
}

// --- rests after growth and shrinking ---

class ResizingTest : public WorkflowTest {
 protected:
  ScriptedWorld& prepare() {
    diagram("overload", "[*] --> a\na : app++\na --> [*]", {"after_growth: 5min", "after_shrink: 2min"});
    diagram("tired", "[*] --> a\na : app--\na --> [*]", {"on: app", "after_growth: 1min"});
    diagram("noise", "[*] --> a\na : this.check()\na --> [*]", {"on: app", "after_growth: 30s"});
    diagram("cpu_high", "[*] --> a\na : this.probe.stop()\na --> [*]", {"on: vm", "after_growth: 1min"});
    return begun();
  }
};

TEST_F(ResizingTest, ADiagramRestsAfterItHasGrown) {
  ScriptedWorld& w = prepare();
  w.send("overload app1");
  w.send("overload app2");
  EXPECT_THAT(w.suppressed(), ElementsAre("overload app2: 'app' has grown: after_growth until 12:05:00"));
  w.pass(5min);
  w.send("overload app2");
  EXPECT_EQ(w.state_of("app4"), "deployed");
}

TEST_F(ResizingTest, TheRestCountsFromTheEndOfTheRunThatHasGrown) {
  ScriptedWorld& w = prepare();
  w.hold("app3.deploy");
  w.send("overload app1");
  w.pass(1min);
  w.end("app3.deploy");
  w.send("overload app2");
  EXPECT_THAT(w.suppressed(), ElementsAre("overload app2: 'app' has grown: after_growth until 12:06:00"));
}

TEST_F(ResizingTest, AllDiagramsOfThatClassRestEachForItsOwnTime) {
  ScriptedWorld& w = prepare();
  w.send("overload app1");
  w.send("tired app1");
  w.send("noise app1");
  w.send("cpu_high vm1");  // about another class
  EXPECT_THAT(w.suppressed(), ElementsAre("tired app1: 'app' has grown: after_growth until 12:01:00",
                                          "noise app1: 'app' has grown: after_growth until 12:00:30"));
  EXPECT_THAT(w.calls(), HasSubstr("probe1.stop"));
}

TEST_F(ResizingTest, ShrinkingHasARestOfItsOwn) {
  ScriptedWorld& w = prepare();
  w.send("tired app1");
  w.send("overload app1");
  EXPECT_THAT(w.suppressed(), ElementsAre("overload app1: 'app' has shrunk: after_shrink until 12:02:00"));
  w.pass(2min);
  w.send("overload app1");
  EXPECT_EQ(w.state_of("app3"), "deployed");
}

TEST_F(ResizingTest, WhatIsMadeByHandCountsToo) {
  ScriptedWorld& w = prepare();
  EXPECT_EQ(w.create("app"), "");
  w.send("overload app1");
  EXPECT_THAT(w.suppressed(), ElementsAre(HasSubstr("'app' has grown")));
}

TEST_F(ResizingTest, AGrowthThatIsPutBackIsNone) {
  diagram("swap", "[*] --> a\na : app++\na : this.check()\na --> [*]",
          {"on: app", "after_growth: 5min", "after_shrink: 5min"});
  ScriptedWorld& w = prepare();
  w.script("app1.check", exits(1, "no"));
  w.send("swap app1");
  EXPECT_EQ(w.state_of("app3"), "(gone)");
  w.send("overload app2");
  w.send("swap app2");
  EXPECT_THAT(w.suppressed(), ElementsAre(HasSubstr("swap app2: 'app' has grown"))) << "by the second only";
  EXPECT_EQ(w.state_of("app4"), "deployed");
}

TEST_F(ResizingTest, ADeploymentThatFailsIsNoGrowth) {
  ScriptedWorld& w = prepare();
  w.script("app3.deploy", exits(1, "no"));
  w.send("overload app1");
  EXPECT_EQ(w.state_of("app3"), "(gone)");
  w.send("overload app2");
  EXPECT_EQ(w.state_of("app4"), "deployed");
}

TEST_F(ResizingTest, AGrowthThatIsPutBackLeavesTheRestAfterTheOneBefore) {
  ScriptedWorld& w = prepare();
  w.send("overload app1");
  w.pass(1min);
  w.script("app4.deploy", exits(1, "no"));
  w.create("app");
  w.send("overload app2");
  EXPECT_THAT(w.suppressed(), ElementsAre("overload app2: 'app' has grown: after_growth until 12:05:00"));
}

TEST_F(ResizingTest, WhatTheNextManagerPutsBackIsNoGrowthEither) {
  diagram("swap", "[*] --> a\na : app++\na : this.check()\na --> [*]", {"on: app"});
  ScriptedWorld& w = prepare();
  w.hold("app1.check");
  w.send("swap app1");
  w.die();
  w.begin();
  EXPECT_EQ(w.state_of("app3"), "(gone)");
  w.send("overload app2");
  EXPECT_EQ(w.state_of("app4"), "deployed");
}

TEST_F(ResizingTest, TheRestOutlivesTheManager) {
  ScriptedWorld& w = prepare();
  w.send("overload app1");
  w.pass(1min);
  w.die();
  w.begin();
  w.send("overload app2");
  EXPECT_THAT(w.suppressed(), ElementsAre("overload app2: 'app' has grown: after_growth until 12:05:00"));
}

// --- the budget of moves ---

class MovesTest : public WorkflowTest {
 protected:
  ScriptedWorld& budget(int moves) {
    diagram("cpu_high", "[*] --> a\na : this.migrate(lab.any(name == \"lab1\"))\na --> [*]", {"on: vm"});
    diagram("vm_crashed", "[*] --> a\na : this.host = lab.any(name == \"lab1\")\na --> [*]", {"on: vm"});
    diagram("shift", "[*] --> a\na : this.probe.stop()\na --> [*]", {"on: vm"});
    setting("limits {");
    setting("moves " + std::to_string(moves));
    setting("moves_period 10min");
    setting("}");
    ScriptedWorld& w = begun();
    for (const char* vm : {"vm1", "vm2"}) w.script(std::string(vm) + ".migrate", moves_to_lab1(vm));
    return w;
  }
  CallOutcome moves_to_lab1(const std::string& vm) {
    return CallExited{0, {}, {system::HostAssigned{world().system->find(vm)->id, "lab1"}}};
  }
};

TEST_F(MovesTest, OnceItIsUsedUpNothingMovesUntilTheOldestMoveIsOldEnough) {
  ScriptedWorld& w = budget(1);
  w.send("cpu_high vm1");
  EXPECT_EQ(w.host_of("vm1"), "lab1");
  w.pass(1min);
  w.send("cpu_high vm2");
  EXPECT_THAT(w.suppressed(), ElementsAre(HasSubstr("1 moves in 600s: none before 12:10:00")));
  w.pass(9min);
  w.send("cpu_high vm2");
  EXPECT_EQ(w.host_of("vm2"), "lab1");
}

TEST_F(MovesTest, RunsThatMayMoveCountBeforeTheyDo) {
  ScriptedWorld& w = budget(1);
  w.hold("vm1.migrate");
  w.send("cpu_high vm1");
  w.send("cpu_high vm2");
  EXPECT_THAT(w.suppressed(), ElementsAre(HasSubstr("1 moves in 600s: the runs that go on may make them")));
  w.end("vm1.migrate", exits(1));  // and has not moved
  w.send("cpu_high vm2");
  EXPECT_EQ(w.host_of("vm2"), "lab1");
}

TEST_F(MovesTest, MovesByHandCountAndAreNotRefused) {
  ScriptedWorld& w = budget(1);
  for (const char* vm : {"vm1", "vm2"}) EXPECT_EQ(w.by_hand(vm, "migrate", {"lab1"}), "");
  EXPECT_EQ(w.host_of("vm2"), "lab1");
  w.send("cpu_high vm1");
  EXPECT_THAT(w.suppressed(), ElementsAre(HasSubstr("1 moves in 600s: none before 12:10:00")));
}

TEST_F(MovesTest, WhatMovesNothingIsAnsweredAllTheSame) {
  ScriptedWorld& w = budget(1);
  w.send("cpu_high vm1");
  forget();
  w.send("shift vm2");
  EXPECT_EQ(w.calls(), "probe2.stop");
}

TEST_F(MovesTest, AFailureIsRepairedAllTheSame) {
  ScriptedWorld& w = budget(1);
  w.send("cpu_high vm1");
  w.by_hand("vm2", "stop");
  w.send("vm_crashed vm2");
  EXPECT_THAT(w.suppressed(), IsEmpty());
  EXPECT_EQ(w.host_of("vm2"), "lab1");
}

TEST_F(MovesTest, GroupsThatChangeWhileItIsUsedUpAreAnsweredOnceItIsNot) {
  diagram("regroup", "[*] --> a\na : x = vm.newest\na : x.migrate(lab.any(name == \"lab1\"))\na --> [*]");
  ScriptedWorld& w = budget(1);
  w.send("cpu_high vm1");
  w.send("regroup - groups=vm2");
  EXPECT_THAT(w.suppressed(), ElementsAre(HasSubstr("none before 12:10:00; then it is looked at again")));
  w.pass(599s);
  EXPECT_NE(w.host_of("vm2"), "lab1");
  w.pass(1s);
  EXPECT_EQ(w.host_of("vm2"), "lab1");
}

TEST_F(MovesTest, GroupsThatChangeWhileRunsMayUseItUpAreAnsweredOnceTheyHaveNot) {
  diagram("regroup", "[*] --> a\na : x = vm.newest\na : x.migrate(lab.any(name == \"lab1\"))\na --> [*]");
  ScriptedWorld& w = budget(1);
  w.hold("vm1.migrate");
  w.send("cpu_high vm1");
  w.send("regroup - groups=vm2");
  w.pass(10s);
  w.end("vm1.migrate", exits(1));  // and has not moved
  EXPECT_NE(w.host_of("vm2"), "lab1");
  w.pass(1s);
  EXPECT_EQ(w.host_of("vm2"), "lab1");
}

TEST_F(MovesTest, ARunThatWaitsForApprovalUsesUpNothing) {
  ScriptedWorld& w = budget(1);
  w.mode(Mode::kRecommend, "vm1");
  w.send("cpu_high vm1");
  w.send("cpu_high vm2");
  EXPECT_THAT(w.suppressed(), IsEmpty());
  EXPECT_EQ(w.host_of("vm2"), "lab1");
}

TEST_F(MovesTest, OnceApprovedItCounts) {
  ScriptedWorld& w = budget(1);
  w.hold("vm1.migrate");
  w.mode(Mode::kRecommend, "vm1");
  w.send("cpu_high vm1");
  EXPECT_EQ(w.approve(w.last_run()), "");
  w.send("cpu_high vm2");
  EXPECT_THAT(w.suppressed(), ElementsAre(HasSubstr("1 moves in 600s: the runs that go on may make them")));
  w.end("vm1.migrate", exits(1));
  w.send("cpu_high vm2");
  EXPECT_EQ(w.host_of("vm2"), "lab1");
}

TEST_F(MovesTest, WhatAModeHasKeptBackBeginsWithinTheBudget) {
  ScriptedWorld& w = budget(1);
  w.mode(Mode::kPaused);
  w.send("cpu_high vm1");
  w.send("cpu_high vm2");
  w.mode(Mode::kAutomatic);
  EXPECT_EQ(w.host_of("vm1"), "lab1");
  EXPECT_NE(w.host_of("vm2"), "lab1");
  EXPECT_THAT(w.ends(),
              ElementsAre("cpu_high vm2 cancelled: 1 moves in 600s: the runs that go on may make them",
                          "cpu_high vm1 done"));
}

TEST_F(MovesTest, TheBudgetOutlivesTheManager) {
  ScriptedWorld& w = budget(1);
  w.send("cpu_high vm1");
  w.pass(1min);
  w.die();
  w.begin();
  w.send("cpu_high vm2");
  EXPECT_THAT(w.suppressed(), ElementsAre(HasSubstr("none before 12:10:00")));
}

}  // namespace
}  // namespace attune::workflow
