// SPDX-License-Identifier: Apache-2.0
// A run that fails, is cancelled or interrupted: what it has changed is put back.
#include "runtime/workflow/undo.h"

#include "tests/workflow/shop.h"

namespace attune::workflow {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class UndoTest : public WorkflowTest {
 protected:
  // `overload` of app1 does this, and then app1.check fails. The actions are done one after the other.
  ScriptedWorld& fails_after(const std::string& body) {
    diagram("overload", "[*] --> a\n" + body + "\na : this.check()\na --> [*]");
    ScriptedWorld& w = begun();
    before_ = ScriptedWorld::shown(*w.system);
    w.script("app1.check", exits(1, "no"));
    EXPECT_EQ(w.send("overload app1"), "");
    return w;
  }
  // `cpu_high` migrates vm1 to lab3 and then calls the store.
  ScriptedWorld& moves() {
    diagram("cpu_high",
            "[*] --> a\na : this.probe.stop()\na : this.migrate(lab.any(name == \"lab3\"))\n"
            "a : store.reload()\na --> [*]");
    ScriptedWorld& w = begun();
    w.script("vm1.migrate", moved("vm1", "lab3"));
    before_ = ScriptedWorld::shown(*w.system);
    return w;
  }
  CallOutcome moved(const std::string& vm, const std::string& to) {
    return CallExited{0, "", {system::HostAssigned{world().system->find(vm)->id, to}}};
  }
  system::ComponentId id(const std::string& name) { return world().system->find(name)->id; }
  // The system, but for the numbers that are never given again.
  std::string shown() {
    const std::string all = ScriptedWorld::shown(*world().system);
    return all.substr(0, all.find("next "));
  }
  std::string before() { return before_.substr(0, before_.find("next ")); }

  static constexpr char kFailed[] = "overload app1 failed: in 'a': app1.check exited with 1: no";
  std::string before_;
};

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

TEST_F(UndoTest, WhatWasStoppedAndNotMovedStaysStopped) {
  ScriptedWorld& w = fails_after("a : this.stop()\na : this.port = 1");
  EXPECT_EQ(w.state_of("app1"), "stopped");
  EXPECT_EQ(w.attribute("app1", "port"), "9000");
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
  w.observed(
      system::HostChanged{.host = from, .state = system::HostState::kUp, .memory = model::Size{1 << 20}});
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

// --- the manager ends ---

class InterruptedTest : public UndoTest {
 protected:
  // The manager dies while app1.check goes on, after this.
  ScriptedWorld& dies_after(const std::string& body) {
    diagram("overload", "[*] --> a\n" + body + "\na : this.check()\na --> [*]");
    ScriptedWorld& w = begun();
    before_ = ScriptedWorld::shown(*w.system);
    w.hold("app1.check");
    EXPECT_EQ(w.send("overload app1"), "");
    w.die();
    forget();
    return w;
  }
  static constexpr char kInterrupted[] = "overload app1 interrupted: the manager ended while it went on";
};

TEST_F(InterruptedTest, ItIsPutBackByTheNextManagerBeforeAnythingElse) {
  ScriptedWorld& w =
      dies_after("a : this.port = 1\na : x = app++\na : x.start()\na : balancer.workers.add(x)");
  w.take_over();
  EXPECT_THAT(w.ends(), IsEmpty());
  EXPECT_EQ(w.calls(), "");
  w.observed(system::LifecycleChanged{id("app1"), system::Lifecycle::kStarted}, "adoption");
  w.begin();
  EXPECT_EQ(w.calls(), "app3.stop cache3.undeploy app3.undeploy");
  EXPECT_EQ(shown(), before());
  EXPECT_THAT(w.ends(), ElementsAre(kInterrupted));
}

TEST_F(InterruptedTest, WhoDiesWhileItPutsBackDoesItAgain) {
  ScriptedWorld& w = dies_after(
      "a : this.stop()\na : this.host = lab.any(name == \"lab3\")\na : this.start()\na : x = app++\na : "
      "x.start()");
  w.hold("app3.stop");
  w.begin();
  w.die();
  w.go_on("app3.stop");
  w.hold("app1.stop");
  w.begin();
  EXPECT_EQ(w.state_of("app3"), "(gone)");
  w.die();
  w.go_on("app1.stop");
  w.begin();
  EXPECT_EQ(w.host_of("app1"), "lab2");
  EXPECT_EQ(w.state_of("app1"), "started");
  EXPECT_EQ(w.state_of("cache1"), "started") << "it was stopped with it, by the manager that died";
  EXPECT_THAT(w.ends(), ElementsAre(kInterrupted));
  w.die();
  w.begin();
  EXPECT_THAT(w.ends(), IsEmpty());
}

// The next one does not know how far the deployment came.
TEST_F(InterruptedTest, WhatWasBeingDeployedIsUndeployedBeforeItIsRemoved) {
  diagram("overload", "[*] --> a\na : x = app++\na --> [*]");
  ScriptedWorld& w = begun();
  w.hold("app3.deploy");
  EXPECT_EQ(w.send("overload app1"), "");
  w.die();
  forget();
  w.script("app3.undeploy", exits(1, "no answer"));
  w.begin();
  EXPECT_EQ(w.state_of("app3"), "declared");
  EXPECT_THAT(w.ends(), ElementsAre(HasSubstr("could not put back: app3 (app3.undeploy exited with 1")));
  w.script("app3.undeploy", exits(0));
  forget();
  EXPECT_EQ(w.remove("app3"), "");
  EXPECT_EQ(w.calls(), "cache3.undeploy app3.undeploy");
  EXPECT_EQ(w.state_of("app3"), "(gone)");
}

TEST_F(InterruptedTest, EventsAboutItsComponentsWait) {
  ScriptedWorld& w = dies_after("a : x = app++\na : x.start()");
  w.hold("app3.stop");
  w.go_on("app1.check");
  w.begin();
  w.send("overload app1");
  w.send("overload app2");
  EXPECT_THAT(w.suppressed(), ElementsAre(HasSubstr("answers it already")));
  EXPECT_THAT(w.waits(), ElementsAre(HasSubstr("in use by run")));
  w.end("app3.stop");
  EXPECT_THAT(w.ends(), ElementsAre(kInterrupted, "overload app2 done"));
}

TEST_F(InterruptedTest, AMigrationThatCameAboutAfterAllIsPutBack) {
  ScriptedWorld& w = moves();
  const std::string from = w.host_of("vm1");
  w.hold("vm1.migrate");
  w.send("cpu_high vm1");
  w.die();
  w.take_over();
  w.observed(system::LifecycleChanged{id("vm1"), system::Lifecycle::kStarted}, "adoption");
  w.observed(system::HostAssigned{id("vm1"), "lab3"});
  w.script("vm1.migrate", moved("vm1", from));
  forget();
  w.begin();
  EXPECT_EQ(w.calls().substr(0, 30), ("vm1.migrate(vm1," + from + ") probe1.start").substr(0, 30));
  EXPECT_EQ(w.host_of("vm1"), from);
}

TEST_F(InterruptedTest, OneThatChangedNothingIsOverAtOnce) {
  ScriptedWorld& w = dies_after("a : this.reload()");
  w.take_over();
  EXPECT_THAT(w.ends(), ElementsAre(kInterrupted));
}

TEST_F(InterruptedTest, AManagerThatEndsInOrderLeavesWhatTakesCallsToTheNext) {
  diagram("overload", "[*] --> a\na : x = app++\na : this.check()\na --> [*]");
  ScriptedWorld& w = begun();
  before_ = ScriptedWorld::shown(*w.system);
  w.hold("app1.check");
  w.send("overload app1");
  forget();
  w.wind_up("terminated");
  EXPECT_EQ(w.cancelled(), "app1.check");
  EXPECT_EQ(w.calls(), "");
  EXPECT_THAT(w.ends(), IsEmpty());
  w.stopped();
  w.die();
  w.begin();
  EXPECT_EQ(shown(), before());
  EXPECT_THAT(w.ends(), ElementsAre(kInterrupted));
}

TEST_F(InterruptedTest, AManagerThatEndsInOrderPutsTheRestBackItself) {
  diagram("overload", "[*] --> a\na : this.port = 1\na : this.check()\na --> [*]");
  ScriptedWorld& w = begun();
  w.hold("app1.check");
  w.send("overload app1");
  w.wind_up("terminated");
  EXPECT_EQ(w.attribute("app1", "port"), "9000");
  EXPECT_THAT(w.ends(), ElementsAre("overload app1 cancelled: terminated"));
}

TEST_F(InterruptedTest, AStartGoesOnInstead) {
  diagram("start", "[*] --> a\na : store.start()\na : app.note = \"x\"\na : balancer.start()\na --> [*]");
  ScriptedWorld& w = world();
  w.hold("balancer.start");
  w.begin();
  w.die();
  w.go_on("balancer.start");
  w.begin();
  EXPECT_EQ(w.attribute("app1", "note"), "x");
  EXPECT_THAT(w.ends(), ElementsAre("start interrupted: the manager ended while it went on", "start done"));
}

}  // namespace
}  // namespace attune::workflow
