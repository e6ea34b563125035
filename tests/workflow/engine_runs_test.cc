// SPDX-License-Identifier: Apache-2.0
// Which runs go on side by side, who waits for whom, and who is first.
#include "tests/workflow/shop.h"

namespace attune::workflow {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class RunsTest : public WorkflowTest {
 protected:
  // Diagrams that touch: `overload`, `noise` and `tired` their app, `cpu_high` the store.
  ScriptedWorld& prepare(const std::vector<std::string>& settings_of_noise = {"on: app"}) {
    diagram("overload", "[*] --> a\na : this.check()\na --> [*]");
    diagram("noise", "[*] --> a\na : this.reload()\na --> [*]", settings_of_noise);
    diagram("tired", "[*] --> a\na : this.stop()\na --> [*]", {"on: app"});
    diagram("cpu_high", "[*] --> a\na : app.say(\"x\")\na --> [*]", {"on: vm"});
    ScriptedWorld& w = begun();
    for (const char* call : {"*.check", "*.reload", "*.stop", "*.say"}) w.hold(call);
    return w;
  }
};

TEST_F(RunsTest, IndependentRunsGoOnSideBySide) {
  ScriptedWorld& w = prepare();
  w.send("overload app1");
  w.send("overload app2");
  EXPECT_EQ(w.open(), "app1.check app2.check");
}

TEST_F(RunsTest, RunsThatTouchTheSameComponentDoNotOverlap) {
  ScriptedWorld& w = prepare();
  w.send("overload app1");
  w.send("noise app1");
  EXPECT_EQ(w.open(), "app1.check");
  EXPECT_THAT(w.waits(), ElementsAre(HasSubstr("app1 is in use by run ")));
  w.end("app1.check");
  EXPECT_EQ(w.open(), "app1.reload");
}

TEST_F(RunsTest, WhoWaitsGoesByArrival) {
  ScriptedWorld& w = prepare();
  w.send("overload app1");
  w.send("noise app1");
  w.send("tired app1");
  w.end("app1.check");
  EXPECT_EQ(w.open(), "app1.reload");
  w.end("app1.reload");
  EXPECT_EQ(w.open(), "app1.stop");
}

TEST_F(RunsTest, WhoWaitsGoesByPriorityFirst) {
  ScriptedWorld& w = prepare({"on: app", "priority: 5"});
  w.send("overload app1");
  w.send("tired app1");
  w.send("noise app1");
  w.end("app1.check");
  EXPECT_EQ(w.open(), "app1.reload");
}

TEST_F(RunsTest, AClassAsAWholeWaitsForAllOfItAndHoldsUpAll) {
  ScriptedWorld& w = prepare();
  w.send("overload app1");
  w.send("cpu_high vm1");  // touches all apps
  EXPECT_EQ(w.open(), "app1.check");
  w.send("overload app2");  // app2 is free, but wanted before
  EXPECT_EQ(w.open(), "app1.check");
  EXPECT_THAT(w.waits(), ElementsAre(HasSubstr("'app' as a whole is in use by run "),
                                     HasSubstr("'app' as a whole is wanted before by run ")));
  w.end("app1.check");
  EXPECT_EQ(w.open(), "app1.say app2.say");
  w.end("app1.say");
  w.end("app2.say");
  EXPECT_EQ(w.open(), "app2.check");
}

TEST_F(RunsTest, ReadingIsNotTouching) {
  diagram("cpu_high", R"(
    state c <<choice>>
    [*] --> c
    c --> a : [app.all(state == "started") and balancer.state == "started"]
    c --> [*] : [else]
    a : this.stop()
    a --> [*])",
          {"on: vm"});
  diagram("overload", "[*] --> a\na : this.check()\na : balancer.reload()\na --> [*]");
  ScriptedWorld& w = begun();
  w.hold("app1.check");
  w.send("overload app1");
  w.send("cpu_high vm1");
  EXPECT_EQ(w.calls(), "app1.check vm1.stop(vm1)");
}

TEST_F(RunsTest, AllLocksAreTakenAtOnceSoThatNoTwoWaitForEachOther) {
  diagram("overload", "[*] --> a\na : this.check()\na : balancer.reload()\na --> [*]");
  diagram("noise", "[*] --> a\na : balancer.reload()\na : this.check()\na --> [*]", {"on: app"});
  ScriptedWorld& w = begun();
  w.hold("app1.check");
  w.send("overload app1");
  w.send("noise app2");  // wants the balancer, which the other has not called yet
  EXPECT_EQ(w.open(), "app1.check");
  w.end("app1.check");
  EXPECT_EQ(w.calls(), "app1.check balancer.reload balancer.reload app2.check");
}

TEST_F(RunsTest, ARoleLeadsToTheComponentsThatAreBoundAtTheStart) {
  diagram("cpu_high", "[*] --> a\na : this.probe.stop()\na --> [*]", {"on: vm"});
  ScriptedWorld& w = begun();
  w.hold("*.stop");
  w.send("cpu_high vm1");
  w.send("cpu_high vm2");
  EXPECT_EQ(w.open(), "probe1.stop probe2.stop");
}

TEST_F(RunsTest, AnInstanceThatIsCreatedTakesItsClass) {
  diagram("overload", "[*] --> a\na : x = app++\na : x.start()\na --> [*]");
  diagram("noise", "[*] --> a\na : this.check()\na --> [*]", {"on: app"});
  ScriptedWorld& w = begun();
  w.hold("app3.deploy");
  w.send("overload app1");
  w.send("noise app2");
  EXPECT_EQ(w.open(), "app3.deploy");
  w.end("app3.deploy");
  EXPECT_THAT(w.ends(), SizeIs(2));
}

TEST_F(RunsTest, WhatIsRemovedTakesWhoIsBoundToIt) {
  diagram("tired", "[*] --> a\na : app--(this)\na --> [*]", {"on: app"});
  diagram("noise", "[*] --> a\na : app--\na --> [*]", {"on: vm"});
  diagram("cpu_high", "[*] --> a\na : balancer.reload()\na --> [*]", {"on: vm"});
  ScriptedWorld& w = begun();
  w.hold("balancer.reload");
  w.send("cpu_high vm1");
  w.send("tired app1");
  w.send("noise vm2");
  EXPECT_EQ(w.open(), "balancer.reload");
  const auto waits_for_it = HasSubstr("'balancer' as a whole is in use by run ");
  EXPECT_THAT(w.waits(), ElementsAre(waits_for_it, waits_for_it));
  w.end("balancer.reload");
  EXPECT_EQ(w.bound("balancer", "workers"), "");
}

TEST_F(RunsTest, WhoseComponentWasRemovedMeanwhileIsCancelled) {
  diagram("tired", "[*] --> a\na : this.stop()\na : app--(this)\na --> [*]", {"on: app"});
  diagram("noise", "[*] --> a\na : this.check()\na --> [*]", {"on: app"});
  ScriptedWorld& w = begun();
  w.hold("app1.stop");
  w.send("tired app1");
  w.send("noise app1");
  w.end("app1.stop");
  w.go_on("app1.stop");
  EXPECT_THAT(w.ends(), ElementsAre("tired app1 done",
                                    "noise app1 cancelled: its component was removed before it could begin"));
}

TEST_F(RunsTest, WhatIsAskedByHandGoesBeforeWhatDiagramsWant) {
  ScriptedWorld& w = prepare({"on: app", "priority: 1000"});
  w.send("overload app1");
  w.send("noise app1");
  EXPECT_EQ(w.by_hand("app1", "say", {"hello"}), "");
  w.end("app1.check");
  EXPECT_EQ(w.open(), "app1.say");
}

TEST_F(RunsTest, WindingUpCancelsWhoWaitsThenWhoGoesOn) {
  ScriptedWorld& w = prepare();
  w.send("overload app1");
  w.send("noise app1");
  w.send("tired app2");
  w.wind_up("SIGTERM");
  EXPECT_EQ(w.cancelled(), "app1.check app2.stop");
  EXPECT_THAT(w.ends(), ElementsAre("noise app1 cancelled: SIGTERM", "overload app1 cancelled: SIGTERM",
                                    "tired app2 cancelled: SIGTERM"));
  EXPECT_EQ(w.open(), "");
  EXPECT_EQ(w.state_of("app1"), "started") << "what is not called stays as it is";
}

TEST_F(RunsTest, WindingUpAwaitsTheOutcomesOfCalls) {
  ScriptedWorld& w = prepare();
  w.deaf = true;
  w.send("overload app1");
  w.wind_up("SIGTERM");
  EXPECT_EQ(w.cancelled(), "app1.check");
  EXPECT_THAT(w.ends(), IsEmpty());
  w.end("app1.check");
  EXPECT_THAT(w.ends(), ElementsAre("overload app1 cancelled: SIGTERM"));
  w.stopped();
  EXPECT_TRUE(std::holds_alternative<ManagerStopped>(w.journal.back().what));
}

TEST_F(RunsTest, NothingIsAnsweredAnyMoreOnceItIsWoundUp) {
  ScriptedWorld& w = prepare();
  w.wind_up("SIGTERM");
  w.send("overload app1");
  EXPECT_EQ(w.open(), "");
  EXPECT_THAT(w.suppressed(), ElementsAre("overload app1: the manager is stopping"));
}

TEST_F(RunsTest, AFailedRunGivesItsLocksBack) {
  ScriptedWorld& w = prepare();
  w.send("overload app1");
  w.send("noise app1");
  w.end("app1.check", exits(1));
  EXPECT_EQ(w.open(), "app1.reload");
}

// --- machines, and what lives in them ---

constexpr char kInside[] = R"(=== deployment.mmd
classDiagram
  class lab {
    <<host-family>>
    +nodefile: String = "lab.nodes"
  }
  class vm {
    +wrapper: String = "vm.xml"
    host-family: String = "lab"
    +memory: Size = 1GiB
    +address: String = "10.0.0.7"
  }
  class app {
    +wrapper: String = "app.xml"
    host-family: String = "vm"
  }
=== lab.nodes
lab1
=== wrappers/vm.xml
<wrapper name="vm">
  <event name="halt"/>
  <event name="boot"/>
  <method name="start" key="VM" method="start"><param value="$this.srname"/></method>
  <method name="halt" key="VM" method="stop"><param value="$this.srname"/></method>
</wrapper>
=== wrappers/app.xml
<wrapper name="app">
  <event name="look"/>
  <method name="start" key="Script" method="run"/>
  <method name="check" key="Script" method="run"/>
</wrapper>
=== diagrams/look.mmd
stateDiagram-v2
[*] --> a
a : this.check()
a --> [*]
=== diagrams/halt.mmd
stateDiagram-v2
[*] --> a
a : this.halt()
a --> [*]
=== diagrams/boot.mmd
stateDiagram-v2
[*] --> a
a : vm.start()
a --> [*]
)";

TEST(MachineTest, IsEndedOnlyOnceNoRunUsesWhatLivesInIt) {
  ScriptedWorld w(kInside);
  w.begin();
  w.hold("app.check");
  w.send("look app");
  w.calls();
  w.send("halt vm");
  EXPECT_EQ(w.by_hand("vm", "halt"), "");
  EXPECT_EQ(w.calls(), "");
  w.end("app.check");
  EXPECT_EQ(w.calls(), "vm.halt(vm) vm.halt(vm)");
}

TEST(MachineTest, IsStartedWhateverUsesWhatLivesInIt) {
  ScriptedWorld w(kInside);
  w.begin();
  w.hold("app.check");
  w.send("look app");
  w.calls();
  w.send("boot vm");
  EXPECT_EQ(w.calls(), "vm.start(vm)");
}

}  // namespace
}  // namespace attune::workflow
