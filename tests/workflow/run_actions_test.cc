// SPDX-License-Identifier: Apache-2.0
// What the actions of a diagram do: calls, assignments, and the rest. For hosts and instances see the tests
// named after these.

#include "tests/workflow/action_test.h"

namespace attune::workflow {
namespace {

using ::testing::ElementsAre;
using std::chrono_literals::operator""s;
using std::chrono_literals::operator""ms;
using std::chrono_literals::operator""min;

// --- calls ---

TEST_F(ActionTest, ACallHasItsParamsEvaluatedWhenItIsMade) {
  ScriptedWorld& w = act({"this.port = 9001", "this.start()", "store.grant(this)", "this.say(event.load)"});
  EXPECT_EQ(w.calls(), "app1.start(9001) store.grant(app1) app1.say(90%)");
}

TEST_F(ActionTest, ASetIsCalledAllAtOnce) {
  write({"app.check()", "balancer.reload()"});
  ScriptedWorld& w = begun();
  w.hold("*.check");
  act();
  EXPECT_EQ(w.open(), "app1.check app2.check");
  w.end("app2.check");
  EXPECT_EQ(w.calls(), "app1.check app2.check");
  w.end("app1.check");
  EXPECT_EQ(w.calls(), "balancer.reload");
}

TEST_F(ActionTest, OfASetSoManyAreCalledAtOnceAsTheSettingSays) {
  setting("calls { parallel 2 }");
  write({"x = app++", "y = app++", "app.check()"});
  ScriptedWorld& w = begun();
  w.hold("*.check");
  act();
  EXPECT_EQ(w.open(), "app1.check app2.check");
  w.end("app1.check");
  EXPECT_EQ(w.open(), "app2.check app3.check");
  w.end("app2.check");
  w.end("app3.check");
  w.end("app4.check");
  EXPECT_THAT(w.ends(), ElementsAre(done_));
}

TEST_F(ActionTest, OfASetTheOthersGoOnWhenOneFails) {
  write({"app.check()", "balancer.reload()"});
  ScriptedWorld& w = begun();
  w.script("app1.check", exits(1, "ill"));
  w.hold("app2.check");
  act();
  EXPECT_EQ(w.cancelled(), "");
  w.end("app2.check", exits(2));
  EXPECT_EQ(w.calls(), "app1.check app2.check");
  EXPECT_THAT(w.ends(),
              ElementsAre("overload app1 failed: in 'a': app1.check exited with 1: ill (and 1 more)"));
}

TEST_F(ActionTest, ACallOnAnEmptySetIsDone) {
  ScriptedWorld& w = act({"app.where(port > 60000).check()"});
  EXPECT_EQ(w.calls(), "");
  EXPECT_THAT(w.ends(), ElementsAre(done_));
}

TEST_F(ActionTest, WhatIsNotDeployedIsDeployedBeforeItIsCalled) {
  write({"this.check()"});
  ScriptedWorld& w = world();
  w.script("app1.deploy", exits(1, "no space"));
  begun();
  EXPECT_EQ(w.state_of("app1"), "declared");
  w.go_on("app1.deploy");
  act();
  EXPECT_EQ(w.calls(), "app1.deploy app1.check");
}

TEST_F(ActionTest, WhatCannotBeDeployedIsNotCalled) {
  write({"this.check()"});
  world().script("app1.deploy", exits(1, "no space"));
  begun();
  ScriptedWorld& w = act();
  EXPECT_EQ(w.calls(), "app1.deploy");
  EXPECT_THAT(w.ends(), ElementsAre("overload app1 failed: in 'a': app1.deploy exited with 1: no space"));
}

TEST_F(ActionTest, TwoBranchesDeployOneComponentOnce) {
  diagram("overload", R"(
    state split <<fork>>
    state sync <<join>>
    [*] --> split
    split --> a
    split --> b
    a : this.check()
    b : this.reload()
    a --> sync
    b --> sync
    sync --> [*])");
  world().script("app1.deploy", exits(1));
  ScriptedWorld& w = begun();
  w.hold("app1.deploy");
  act();
  EXPECT_EQ(w.calls(), "app1.deploy");
  w.end("app1.deploy");
  EXPECT_EQ(w.calls(), "app1.check app1.reload");
}

TEST_F(ActionTest, StubsChangeTheLifecycle) {
  write({"this.stop()", "this.start()"});
  ScriptedWorld& w = begun();
  w.hold("app1.stop");
  w.hold("app1.start");
  act();
  EXPECT_EQ(w.state_of("app1"), "stopping");
  w.end("app1.stop");
  EXPECT_EQ(w.state_of("app1"), "starting");
  w.end("app1.start");
  EXPECT_EQ(w.state_of("app1"), "started");
}

TEST_F(ActionTest, WhatACallFoundIsTheSystemsState) {
  diagram("cpu_high", "[*] --> a\n a : this.migrate(lab.any(name == \"lab3\"))\n a --> [*]", {"on: vm"});
  ScriptedWorld& w = begun();
  const system::ComponentId vm = w.system->find("vm1")->id;
  w.script("vm1.migrate", CallExited{0, "moved", {system::HostAssigned{vm, "lab3"}}});
  w.send("cpu_high vm1 cpu=97%");
  EXPECT_EQ(w.calls(), "vm1.migrate(vm1,lab3)");
  EXPECT_EQ(w.host_of("vm1"), "lab3");
  EXPECT_EQ(w.host_of("probe1"), "lab3");  // contents share their container's host
}

// --- assignments ---

TEST_F(ActionTest, AVariableHoldsWhatItWasGiven) {
  ScriptedWorld& w = act({"n = this.port + 1", "this.port = n * 2", "x = app.newest", "x.check()"});
  EXPECT_EQ(w.attribute("app1", "port"), "18002");
  EXPECT_EQ(w.calls(), "app2.check");
}

TEST_F(ActionTest, AnAttributeOfASetIsSetOfEach) {
  ScriptedWorld& w = act({"app.port = 7000", "app.limit = 50"});
  EXPECT_EQ(w.attribute("app2", "port"), "7000");
  EXPECT_EQ(w.attribute("app1", "limit"), "50%");
}

// --- the rest ---

TEST_F(ActionTest, EmitsAnEventThatAnotherDiagramAnswers) {
  diagram("graded", "[*] --> b\n b : this.say(event.grade)\n b --> [*]", {"on: app"});
  write({"emit(graded, app.newest, grade = this.port + 1)"});
  ScriptedWorld& w = begun();
  act();
  EXPECT_EQ(w.calls(), "app2.say(9001)");
  EXPECT_THAT(w.ends(), ElementsAre(done_, "graded app2 done"));
}

TEST_F(ActionTest, WhatIsEmittedIsAnsweredWhenItsComponentIsFree) {
  diagram("tired", "[*] --> b\n b : this.check()\n b --> [*]", {"on: app"});
  write({"emit(tired, this)", "this.reload()"});
  ScriptedWorld& w = begun();
  act();
  EXPECT_EQ(w.calls(), "app1.reload app1.check");
}

TEST_F(ActionTest, WaitsForATime) {
  ScriptedWorld& w = act({"wait(5s)", "this.check()"});
  w.pass(5s - 1ms);
  EXPECT_EQ(w.calls(), "");
  w.pass(1ms);
  EXPECT_EQ(w.calls(), "app1.check");
}

TEST_F(ActionTest, WaitsForACondition) {
  ScriptedWorld& w = act({"wait(vm.all(state == \"stopped\"))", "this.check()"});
  for (const char* vm : {"vm1", "vm2"}) {
    EXPECT_EQ(w.calls(), "");
    w.observed(system::LifecycleChanged{w.system->find(vm)->id, system::Lifecycle::kStopped});
  }
  EXPECT_EQ(w.calls(), "app1.check");
}

TEST_F(ActionTest, AConditionThatHoldsIsNotWaitedFor) {
  EXPECT_EQ(act({"wait(this.state == \"started\")", "this.check()"}).calls(), "app1.check");
}

TEST_F(ActionTest, AConditionOnALoadIsLookedAtAgainByItself) {
  write({"wait(this.host.load < 50%)", "this.check()"});
  ScriptedWorld& w = begun();
  w.measured("lab2", 90);
  act();
  w.pass(5s);
  EXPECT_EQ(w.calls(), "");
  w.pass(10s);  // nothing was measured since
  EXPECT_EQ(w.calls(), "app1.check");
  w.pass(1min);
  EXPECT_EQ(w.engine->next_deadline(), std::nullopt);
}

TEST_F(ActionTest, AConditionThatCannotBeToldAnyMoreIsAnError) {
  diagram("cpu_high", R"(
    [*] --> a
    a : x = app.newest
    a : wait(x.port > 9000)
    a --> [*]
    a --> b : on error
    b --> [*])",
          {"on: vm"});
  write({"app--"});
  ScriptedWorld& w = begun();
  w.send("cpu_high vm1");
  EXPECT_EQ(w.states(), "a");
  act();
  EXPECT_EQ(w.states(), "a b");
}

TEST_F(ActionTest, AlertsTellAPersonAboutWhat) {
  ScriptedWorld& w = act({"alert(\"too much\", this)", "alert(\"load \" + \"high\")"});
  EXPECT_THAT(w.alerts(), ElementsAre("too much (app1)", "load high"));
}

}  // namespace
}  // namespace attune::workflow
