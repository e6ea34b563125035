// SPDX-License-Identifier: Apache-2.0
// The manager ends, or dies, while a run goes on: the next one puts back what that has changed.
#include "tests/workflow/undo_test.h"

namespace attune::workflow {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

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

TEST_F(InterruptedTest, WhatItHadStoppedRunsAgain) {
  diagram("cpu_high", "[*] --> a\na : this.probe.stop()\na : store.reload()\na --> [*]");
  ScriptedWorld& w = begun();
  w.hold("store.reload");
  w.send("cpu_high vm1");
  EXPECT_EQ(w.state_of("probe1"), "stopped");
  w.die();
  w.begin();
  EXPECT_EQ(w.state_of("probe1"), "started");
  EXPECT_THAT(w.ends(), ElementsAre("cpu_high vm1 interrupted: the manager ended while it went on"));
}

TEST_F(InterruptedTest, WhatAPersonWasStoppingStaysStopped) {
  ScriptedWorld& w = begun();
  w.hold("app1.stop");
  EXPECT_EQ(w.by_hand("app1", "stop"), "");
  w.die();
  w.take_over();
  w.observed(system::LifecycleChanged{id("app1"), system::Lifecycle::kStopped}, "adoption");
  forget();
  w.begin();
  EXPECT_EQ(w.calls(), "");
  EXPECT_EQ(w.state_of("app1"), "stopped");
}

TEST_F(InterruptedTest, OneThatChangedNothingIsOverAtOnce) {
  ScriptedWorld& w = dies_after("a : this.reload()");
  w.take_over();
  EXPECT_THAT(w.ends(), ElementsAre(kInterrupted));
}

TEST_F(InterruptedTest, OneAboutAMachineThatTurnedItselfOffHasFailedOnce) {
  diagram("vm_stopped", "[*] --> a\na : store.stop()\na : this.start()\na --> [*]", {"on: vm"});
  diagram("run_failed", "[*] --> a\na : alert(event.diagram, this)\na --> [*]", {"on: vm"});
  ScriptedWorld& w = begun();
  w.hold("vm1.start");
  w.observed(system::LifecycleChanged{id("vm1"), system::Lifecycle::kStopped});
  w.send("vm_stopped vm1 host=lab1");
  w.die();
  w.take_over();
  w.observed(system::LifecycleChanged{id("vm1"), system::Lifecycle::kStopped}, "adoption");
  w.go_on("vm1.start");
  forget();
  w.begin();
  w.pass(Duration::zero());
  EXPECT_THAT(w.alerts(), ElementsAre("vm_stopped (vm1)"));
  EXPECT_THAT(w.ends(), Contains("vm_stopped vm1 interrupted: the manager ended while it went on"));
  EXPECT_EQ(w.state_of("vm1"), "started") << "it is answered anew all the same";
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
