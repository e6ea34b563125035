// SPDX-License-Identifier: Apache-2.0
// A run that fails or is cancelled: what it has changed is put back.
#include "runtime/workflow/undo.h"

#include "tests/workflow/undo_test.h"

namespace attune::workflow {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST_F(UndoTest, AttributesAreAsTheyWere) {
  ScriptedWorld& w = fails_after("a : this.port = 1\na : this.port = 2\na : this.note = \"x\"");
  EXPECT_EQ(shown(), before());
  EXPECT_THAT(w.ends(), ElementsAre(kFailed));
  EXPECT_EQ(w.states(), "a [undo]");
  EXPECT_THAT(w.alerts(), IsEmpty());
}

TEST_F(UndoTest, BindingsAreAsTheyWereAndInTheirOrder) {
  ScriptedWorld& w = fails_after(
      "a : balancer.workers.remove(this)\na : balancer.workers.add(this)\na : balancer.workers.remove(app)");
  EXPECT_EQ(w.bound("balancer", "workers"), "app1 app2");
  EXPECT_EQ(shown(), before());
}

TEST_F(UndoTest, WhatItMadeIsStoppedUnboundUndeployedAndRemoved) {
  ScriptedWorld& w = fails_after("a : x = app++\na : x.start()\na : balancer.workers.add(x)");
  EXPECT_EQ(w.calls(),
            "app3.deploy cache3.deploy app3.start(9000) app1.check app3.stop cache3.undeploy app3.undeploy");
  EXPECT_EQ(w.state_of("app3"), "(gone)");
  EXPECT_EQ(shown(), before());
  EXPECT_THAT(w.ends(), ElementsAre(kFailed));
}

TEST_F(UndoTest, WhatItMadeAndRemovedItselfLeavesNothingToPutBack) {
  ScriptedWorld& w = fails_after("a : x = app++\na : balancer.workers.add(x)\na : app--(x)");
  EXPECT_EQ(w.states(), "a");
  EXPECT_EQ(shown(), before());
}

TEST_F(UndoTest, WhatItRemovedCannotBeMadeAgainWhichIsTold) {
  ScriptedWorld& w = fails_after("a : this.port = 1\na : app--\na : this.note = \"x\"");
  EXPECT_EQ(w.state_of("app2"), "(gone)");
  EXPECT_EQ(w.attribute("app1", "port"), "9000");
  EXPECT_THAT(w.ends(), ElementsAre(std::string(kFailed) + "; could not put back: app2 (it was removed)"));
  EXPECT_THAT(w.alerts(), ElementsAre("could not put back: app2 (it was removed) (app1)"));
}

TEST_F(UndoTest, WhatCannotBeStoppedStaysAndTheRestIsPutBack) {
  diagram("overload",
          "[*] --> a\na : this.port = 1\na : x = app++\na : x.start()\na : this.check()\na --> [*]");
  ScriptedWorld& w = begun();
  w.script("app1.check", exits(1, "no"));
  w.script("app3.stop", timed_out());
  w.send("overload app1");
  EXPECT_EQ(w.state_of("app3"), "lost");
  EXPECT_EQ(w.attribute("app1", "port"), "9000");
  EXPECT_THAT(w.ends(), ElementsAre(HasSubstr("; could not put back: app3 (app3.stop timed out)")));
}

TEST_F(UndoTest, WhatCannotBeUndeployedStaysAndTheRestIsPutBack) {
  diagram("overload", "[*] --> a\na : this.port = 1\na : x = app++\na : this.check()\na --> [*]");
  ScriptedWorld& w = begun();
  w.script("app1.check", exits(1, "no"));
  w.script("app3.undeploy", exits(1, "no answer"));
  w.send("overload app1");
  EXPECT_EQ(w.state_of("app3"), "deployed");
  EXPECT_EQ(w.attribute("app1", "port"), "9000");
  EXPECT_THAT(w.ends(), ElementsAre(HasSubstr("; could not put back: app3 (app3.undeploy exited with 1")));
}

TEST_F(UndoTest, WhatIsDeployedOrUndeployedForItHasALimit) {
  diagram("overload", "[*] --> a\na : x = app++\na : this.check()\na --> [*]");
  ScriptedWorld& w = begun();
  w.script("app1.check", exits(1, "no"));
  w.hold("app3.undeploy");
  w.send("overload app1");
  ASSERT_EQ(w.open(), "app3.undeploy");
  EXPECT_EQ(w.open_calls().front().timeout, std::chrono::minutes(10));
}

TEST_F(UndoTest, WhatWasMovedAndRunsThereIsStoppedAndRunsWhereItWas) {
  ScriptedWorld& w =
      fails_after("a : this.stop()\na : this.host = lab.any(name == \"lab3\")\na : this.start()");
  EXPECT_EQ(w.calls(),
            "app1.stop app1.undeploy app1.deploy app1.start(9000) app1.check cache1.stop app1.stop "
            "cache1.undeploy app1.undeploy app1.deploy app1.start(9000) cache1.deploy cache1.start");
  EXPECT_EQ(w.host_of("app1"), "lab2");
  EXPECT_EQ(w.state_of("app1"), "started");
  EXPECT_EQ(w.state_of("cache1"), "started");
}

TEST_F(UndoTest, WhatWasStoppedRunsAgain) {
  ScriptedWorld& w = fails_after("a : this.stop()\na : this.port = 1");
  EXPECT_EQ(w.state_of("app1"), "started");
  EXPECT_EQ(w.attribute("app1", "port"), "9000");
  EXPECT_EQ(w.calls(), "app1.stop app1.check app1.start(9000)");
}

TEST_F(UndoTest, WhatWasStartedGoesOn) {
  diagram("overload", "[*] --> a\na : this.start()\na : this.check()\na --> [*]");
  ScriptedWorld& w = begun();
  w.observed(system::LifecycleChanged{id("app1"), system::Lifecycle::kFailed});
  w.script("app1.check", exits(1, "no"));
  w.send("overload app1");
  EXPECT_EQ(w.state_of("app1"), "started");
}

TEST_F(UndoTest, WhatCouldNotGoBackIsNotStartedElsewhere) {
  ScriptedWorld& w = fails_after("a : this.stop()\na : this.host = lab.any(name == \"lab3\")");
  EXPECT_EQ(w.state_of("app1"), "started") << "it could go back";
  w.observed(system::HostChanged{.host = "lab2", .state = system::HostState::kDown});
  forget();
  w.send("overload app1");
  EXPECT_NE(w.state_of("app1"), "started");
}

TEST_F(UndoTest, WhatCameFromAHostThatIsDownStaysWhereItIs) {
  diagram("overload", "[*] --> a\na : this.host = lab.any(name == \"lab3\")\na : this.check()\na --> [*]");
  ScriptedWorld& w = begun();
  w.script("app1.check", exits(1, "no"));
  w.observed(system::HostChanged{.host = "lab2", .state = system::HostState::kDown});
  w.send("overload app1");
  EXPECT_EQ(w.host_of("app1"), "lab3");
  EXPECT_THAT(w.ends(), ElementsAre(HasSubstr("; could not put back: app1 to lab2 (it is down)")));
}

TEST_F(UndoTest, WhatCameFromAHostThatIsUpAgainRunsThereAgain) {
  diagram(
      "overload",
      "[*] --> a\na : this.host = lab.any(name == \"lab3\")\na : this.start()\na : this.check()\na --> [*]");
  ScriptedWorld& w = begun();
  w.hold("app1.check");
  w.observed(system::HostChanged{.host = "lab2", .state = system::HostState::kDown});
  w.send("overload app1");
  EXPECT_EQ(w.host_of("app1"), "lab3");
  w.observed(system::HostChanged{.host = "lab2", .state = system::HostState::kUp});
  w.end("app1.check", exits(1, "no"));
  EXPECT_EQ(w.host_of("app1"), "lab2");
  EXPECT_EQ(w.state_of("app1"), "started");
  EXPECT_THAT(w.ends(), ElementsAre(HasSubstr("app1.check exited with 1: no")));
}

TEST_F(UndoTest, AVmIsMigratedBackAndItsProbeRunsAgain) {
  ScriptedWorld& w = moves();
  const std::string from = w.host_of("vm1");
  w.hold("store.reload");
  w.send("cpu_high vm1");
  EXPECT_EQ(w.host_of("vm1"), "lab3");
  w.script("vm1.migrate", moved("vm1", from));
  forget();
  w.end("store.reload", exits(1));
  EXPECT_THAT(w.calls(), HasSubstr("vm1.migrate(vm1," + from + ") probe1.start("));
  EXPECT_EQ(shown(), before());
}

TEST_F(UndoTest, AVmIsMigratedBackByTheStubThatHasMovedIt) {
  diagram("cpu_high", "[*] --> a\na : this.carry(lab.any(name == \"lab3\"))\na : store.reload()\na --> [*]");
  ScriptedWorld& w = begun();
  w.script("vm1.carry", moved("vm1", "lab3"));
  const std::string from = w.host_of("vm1");
  w.hold("store.reload");
  w.send("cpu_high vm1");
  EXPECT_EQ(w.host_of("vm1"), "lab3");
  forget();
  w.end("store.reload", exits(1));
  EXPECT_THAT(w.calls(), HasSubstr("vm1.carry(vm1," + from + ")"));
}

TEST_F(UndoTest, AMigrationThatFailedLeavesTheProbeRunning) {
  ScriptedWorld& w = moves();
  w.script("vm1.migrate", exits(1, "no route"));
  w.send("cpu_high vm1");
  EXPECT_EQ(w.state_of("probe1"), "started");
  EXPECT_EQ(shown(), before());
  EXPECT_THAT(w.ends(), ElementsAre(HasSubstr("vm1.migrate exited with 1: no route")));
}

TEST_F(UndoTest, AVmThatDoesNotFitAnyMoreStaysWhereItIs) {
  ScriptedWorld& w = moves();
  const std::string from = w.host_of("vm1");
  w.hold("store.reload");
  w.send("cpu_high vm1");
  EXPECT_EQ(w.change(system::AttributeSet{id("vm1"), "memory", model::Value(model::Size{int64_t{2} << 30})}),
            "");
  w.end("store.reload", exits(1));
  EXPECT_EQ(w.host_of("vm1"), "lab3");
  EXPECT_THAT(w.ends(), ElementsAre(HasSubstr("could not put back: vm1 to " + from + " (only ")));
}

TEST_F(UndoTest, WhatACallHasFoundIsNotPutBack) {
  diagram("overload", "[*] --> a\na : this.reload()\na : this.check()\na --> [*]");
  ScriptedWorld& w = begun();
  w.script("app1.check", exits(1, "no"));
  w.script("app1.reload",
           CallExited{0, "", {system::AttributeSet{id("app1"), "port", model::Value(int64_t{7})}}});
  w.send("overload app1");
  EXPECT_EQ(w.attribute("app1", "port"), "7");
  EXPECT_EQ(w.states(), "a");
}

TEST_F(UndoTest, WhatAPersonHasSetMeanwhileIsHis) {
  diagram("overload", "[*] --> a\na : this.port = 1\na : this.check()\na --> [*]");
  ScriptedWorld& w = begun();
  w.hold("app1.check");
  w.send("overload app1");
  EXPECT_EQ(w.change(system::AttributeSet{id("app1"), "port", model::Value(int64_t{5})}), "");
  w.end("app1.check", exits(1));
  EXPECT_EQ(w.attribute("app1", "port"), "5");
}

TEST_F(UndoTest, ADiagramSaysOtherwiseWithItsOwnErrorWay) {
  ScriptedWorld& w = fails_after("a : this.port = 1\na --> [*] : on error");
  EXPECT_EQ(w.attribute("app1", "port"), "1");
  EXPECT_THAT(w.ends(), ElementsAre("overload app1 done"));
}

TEST_F(UndoTest, TheLastChangeIsPutBackFirst) {
  ScriptedWorld& w = fails_after("a : x = app++\na : this.port = 1\na : y = app++");
  EXPECT_THAT(w.calls(), HasSubstr("app1.check cache4.undeploy app4.undeploy cache3.undeploy app3.undeploy"));
}

// --- cancelled ---

TEST_F(UndoTest, ACancelledRunIsPutBackOnceItsCallsHaveEnded) {
  diagram("overload", "[*] --> a\na : this.port = 1\na : x = app++\na : this.check()\na --> [*]");
  ScriptedWorld& w = begun();
  before_ = ScriptedWorld::shown(*w.system);
  w.hold("app1.check");
  w.deaf = true;
  w.send("overload app1");
  EXPECT_EQ(w.cancel(w.last_run()), "");
  EXPECT_EQ(w.cancel(w.last_run()), "");  // before anything is put back: no matter
  EXPECT_EQ(w.attribute("app1", "port"), "1");
  w.end("app1.check", CallCancelled{});
  EXPECT_EQ(shown(), before());
  EXPECT_THAT(w.ends(), ElementsAre("overload app1 cancelled: cancelled by tester"));
}

TEST_F(UndoTest, ACancelWhileItPutsBackGivesThatUp) {
  diagram("overload",
          "[*] --> a\na : this.port = 1\na : x = app++\na : x.start()\na : this.check()\na --> [*]");
  ScriptedWorld& w = begun();
  w.script("app1.check", exits(1, "no"));
  w.hold("app3.stop");
  w.send("overload app1");
  EXPECT_THAT(w.engine->runs().front().states, ElementsAre("[undo]"));
  EXPECT_EQ(w.cancel(w.last_run()), "");
  EXPECT_EQ(w.cancelled(), "app3.stop");
  EXPECT_THAT(w.ends(), ElementsAre(std::string(kFailed) +
                                    "; could not put back: app3 (given up); app1.port (given up)"));
  EXPECT_THAT(w.engine->runs(), IsEmpty());
}

TEST_F(UndoTest, GivingItUpNamesAllThatStaysStopped) {
  diagram("overload", "[*] --> a\na : app.stop()\na : this.check()\na --> [*]");
  ScriptedWorld& w = begun();
  EXPECT_EQ(w.create("app"), "");
  EXPECT_EQ(w.by_hand("app3", "start"), "");
  w.script("app1.check", exits(1, "no"));
  w.hold("*.start");
  w.deaf = true;
  forget();
  w.send("overload app1");
  EXPECT_EQ(w.open(), "app1.start");
  EXPECT_EQ(w.cancel(w.last_run()), "");
  w.end("app1.start");  // it had come too far
  EXPECT_EQ(w.state_of("app1"), "started");
  const std::string rest = "could not put back: app2 to running (given up); app3 to running (given up)";
  EXPECT_THAT(w.ends(), ElementsAre(std::string(kFailed) + "; " + rest));
  EXPECT_THAT(w.alerts(), ElementsAre(rest + " (app1)"));
}

// That of a single action, whose own parts it takes apart.
TEST_F(UndoTest, ASecondCancelGivesUpAlsoTheUndoOfAnInstance) {
  diagram("overload", "[*] --> a\na : x = app++\na --> [*]");
  ScriptedWorld& w = begun();
  w.hold("app3.deploy");
  w.hold("app3.undeploy");
  w.send("overload app1");
  EXPECT_EQ(w.cancel(w.last_run()), "");
  EXPECT_EQ(w.open(), "app3.undeploy");
  w.calls(), w.cancelled();
  EXPECT_EQ(w.cancel(w.last_run()), "");
  EXPECT_EQ(w.cancelled(), "app3.undeploy");
  EXPECT_EQ(w.calls(), "");
  EXPECT_THAT(w.ends(), ElementsAre("overload app1 cancelled: cancelled by tester; could not put back: "
                                    "cache3 (given up); app3 (given up)"));
  EXPECT_THAT(w.engine->runs(), IsEmpty());
}

TEST_F(UndoTest, AFirstCancelLetsTheUndoOfAnInstanceGoOnAndPutsBackTheRest) {
  diagram("overload", "[*] --> a\na : this.port = 1\na --> b\nb : x = app++\nb --> [*]");
  ScriptedWorld& w = begun();
  before_ = ScriptedWorld::shown(*w.system);
  w.script("app3.deploy", exits(1, "no archive"));
  w.hold("app3.undeploy");
  w.send("overload app1");
  EXPECT_EQ(w.open(), "app3.undeploy");
  EXPECT_EQ(w.cancel(w.last_run()), "");
  EXPECT_EQ(w.open(), "app3.undeploy");
  EXPECT_EQ(w.cancelled(), "");
  w.end("app3.undeploy");
  EXPECT_THAT(w.ends(), ElementsAre("overload app1 cancelled: cancelled by tester"));
  EXPECT_THAT(w.alerts(), IsEmpty());
  EXPECT_EQ(shown(), before());
}

TEST_F(UndoTest, ASecondCancelGivesUpWhatTheInstanceWasUndoingAlreadyAtTheFirst) {
  diagram("overload", "[*] --> a\na : this.port = 1\na --> b\nb : x = app++\nb --> [*]");
  ScriptedWorld& w = begun();
  w.script("app3.deploy", exits(1, "no archive"));
  w.hold("app3.undeploy");
  w.send("overload app1");
  EXPECT_EQ(w.cancel(w.last_run()), "");
  EXPECT_EQ(w.cancel(w.last_run()), "");
  EXPECT_EQ(w.cancelled(), "app3.undeploy");
  EXPECT_THAT(w.ends(), ElementsAre(HasSubstr("could not put back: ")));
  EXPECT_THAT(w.engine->runs(), IsEmpty());
}

TEST_F(UndoTest, AFirstCancelPutsBackWhatAnotherFlowHasChanged) {
  diagram("overload",
          "state split <<fork>>\nstate both <<join>>\n[*] --> split\nsplit --> a\nsplit --> b\n"
          "a : this.stop()\na : this.check()\nb : x = app++\na --> both\nb --> both\nboth --> [*]");
  ScriptedWorld& w = begun();
  w.script("app3.deploy", exits(1, "no archive"));
  w.hold("app3.undeploy");
  w.hold("app1.check");
  w.send("overload app1");
  EXPECT_EQ(w.cancel(w.last_run()), "");
  EXPECT_EQ(w.cancelled(), "app1.check");
  w.end("app3.undeploy");
  EXPECT_EQ(w.state_of("app1"), "started");
  EXPECT_EQ(w.state_of("app3"), "(gone)");
}

TEST_F(UndoTest, WhoWindsUpMakesNoCallsAnyMore) {
  diagram("overload", "[*] --> a\na : x = app++\na --> [*]");
  ScriptedWorld& w = begun();
  w.hold("app3.deploy");
  w.send("overload app1");
  w.calls();
  w.wind_up("SIGTERM");
  EXPECT_EQ(w.calls(), "");
  EXPECT_EQ(w.open(), "");
  w.stopped();
  w.die();
  w.begin();
  EXPECT_THAT(w.calls(), HasSubstr("app3.undeploy")) << "the next one does";
  EXPECT_EQ(w.state_of("app3"), "(gone)");
}

TEST_F(UndoTest, AWaitingRunHasNothingToPutBack) {
  diagram("overload", "[*] --> a\na : this.port = 1\na : this.check()\na --> [*]", {"runs: 1"});
  ScriptedWorld& w = begun();
  w.hold("app1.check");
  w.send("overload app1");
  w.send("overload app2");
  EXPECT_EQ(w.cancel(w.last_run()), "");
  EXPECT_EQ(w.states(), "a");
  EXPECT_EQ(w.attribute("app1", "port"), "1");
}

TEST_F(UndoTest, ItKeepsItsLocksUntilItHasPutBack) {
  diagram("overload", "[*] --> a\na : x = app++\na : x.start()\na : this.check()\na --> [*]");
  ScriptedWorld& w = begun();
  w.script("app1.check", exits(1, "no"));
  w.hold("app3.stop");
  w.send("overload app1");
  w.send("overload app2");
  EXPECT_THAT(w.waits(), ElementsAre(HasSubstr("in use by run")));
  w.end("app3.stop");
  EXPECT_EQ(w.state_of("app3"), "(gone)");
  EXPECT_EQ(w.state_of("app4"), "started");
}

}  // namespace
}  // namespace attune::workflow
