// SPDX-License-Identifier: Apache-2.0
// A manager's life: how it begins, what it finds after a crash, what is done by hand, how it ends.
#include "runtime/workflow/engine.h"

#include "tests/workflow/shop.h"

namespace attune::workflow {
namespace {

using system::Lifecycle;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;
using std::chrono_literals::operator""s;
using std::chrono_literals::operator""min;

class EngineTest : public WorkflowTest {
 protected:
  void write_life() {
    diagram("start",
            "[*] --> a\na : store.start()\na : app.start()\na --> b\nb : balancer.start()\nb --> [*]");
    diagram("stop", "[*] --> a\na : balancer.stop()\na : app.stop()\na --> [*]");
  }
  template <class T>
  size_t count() {
    return std::count_if(world().journal.begin(), world().journal.end(),
                         [](const Record& each) { return std::holds_alternative<T>(each.what); });
  }
};

// --- the beginning ---

TEST_F(EngineTest, MakesPlacesDeploysAndStartsWhatTheProjectBeginsWith) {
  write_life();
  ScriptedWorld& w = world();
  w.begin();
  EXPECT_EQ(w.calls(),
            "balancer.deploy app1.deploy app2.deploy cache1.deploy cache2.deploy store.deploy vm1.deploy "
            "vm2.deploy probe1.deploy probe2.deploy store.start app1.start(9000) app2.start(9000) "
            "balancer.start");
  EXPECT_EQ(w.bound("balancer", "workers"), "app1 app2");
  EXPECT_THAT(w.ends(), ElementsAre("start done"));
}

TEST_F(EngineTest, WithoutAStartDiagramAllIsStartedContainersFirst) {
  ScriptedWorld& w = world();
  w.hold("vm1.start");
  w.begin();
  EXPECT_THAT(w.calls(), ::testing::Not(HasSubstr("probe1.start")));
  w.end("vm1.start");
  EXPECT_THAT(w.calls(), HasSubstr("probe1.start"));
  EXPECT_EQ(w.state_of("probe2"), "started");
  EXPECT_EQ(w.calls(), "");
}

TEST_F(EngineTest, WhatCannotBeDeployedIsTriedAgainAtItsFirstCall) {
  write_life();
  ScriptedWorld& w = world();
  w.script("store.deploy", exits(1, "lab1: no route"));
  w.begin();
  EXPECT_THAT(w.calls(), ::testing::EndsWith("probe2.deploy store.deploy"));
  EXPECT_THAT(w.ends(), ElementsAre("start failed: in 'a': store.deploy exited with 1: lab1: no route"));
}

TEST_F(EngineTest, IsRefusedWhereAComponentFitsNowhere) {
  setting("name x");
  ScriptedWorld& w = world();
  for (model::Class& of : w.loaded.project.classes) {
    for (model::Attribute& attribute : of.attributes) {
      if (of.name == "vm" && attribute.name == "memory") attribute.value = model::Size{int64_t{2} << 30};
    }
  }
  w.take_over();
  const auto begun = w.engine->begin(w.loaded.instances, {});
  EXPECT_EQ(begun.error().code, ErrorCode::kNoSpace);
  EXPECT_THAT(begun.error().message, HasSubstr("vm1 fits on none of the 3 hosts of 'lab'"));
  w.engine.reset();  // nothing of it is in the journal
}

TEST_F(EngineTest, RunsStartAgainUntilItWasCompleted) {
  write_life();
  ScriptedWorld& w = world();
  w.script("balancer.start", exits(1));
  w.begin();
  w.go_on("balancer.start");
  w.die();
  forget();
  w.begin();
  EXPECT_EQ(w.calls(), "balancer.start");  // what runs already is not started again
  EXPECT_THAT(w.ends(), ElementsAre("start done"));
  w.die();
  w.begin();
  EXPECT_EQ(w.calls(), "");
}

// --- after a crash ---

TEST_F(EngineTest, AfterACrashRunsAreInterruptedCallsLostAndComponentsToo) {
  world_of_restart();
  ScriptedWorld& w = begun();
  w.hold("app1.stop");
  w.send("overload app1");
  w.die();
  w.take_over();
  EXPECT_EQ(w.state_of("app1"), "lost");
  EXPECT_EQ(w.state_of("app2"), "started");
  w.begin();
  EXPECT_THAT(w.ends(), ElementsAre("overload app1 interrupted: the manager ended while it went on"));
  EXPECT_EQ(w.calls(), "app1.stop");  // nothing is called anew
}

TEST_F(EngineTest, WhatIsLostIsSoUntilItWasAsked) {
  world_of_restart();
  ScriptedWorld& w = begun();
  w.hold("app1.stop");
  w.send("overload app1");
  w.die();
  w.take_over();
  w.observed(system::LifecycleChanged{w.system->find("app1")->id, Lifecycle::kStopped}, "adoption");
  EXPECT_EQ(w.state_of("app1"), "stopped");
  w.begin();
  w.go_on("app1.stop");
  EXPECT_EQ(w.send("overload app1"), "");
  EXPECT_EQ(w.state_of("app1"), "started");
}

TEST_F(EngineTest, ADeploymentThatWasInterruptedIsSimplyNotDone) {
  ScriptedWorld& w = world();
  w.hold("app1.deploy");
  w.begin();
  w.die();
  w.take_over();
  EXPECT_EQ(w.state_of("app1"), "declared");
}

TEST_F(EngineTest, TheNumbersGoOn) {
  world_of_restart();
  ScriptedWorld& w = begun();
  w.send("overload app1");
  const RunId before = w.last_run();
  w.die();
  w.begin();
  w.send("overload app1");
  EXPECT_EQ(w.last_run(), before + 1);
  EXPECT_EQ(w.journal.back().sequence, w.journal.size());
}

TEST_F(EngineTest, ACooldownOutlivesTheManager) {
  world_of_restart({"cooldown: 30s"});
  ScriptedWorld& w = begun();
  w.send("overload app1");
  w.pass(10s);
  w.die();
  w.begin();
  w.send("overload app1");
  EXPECT_THAT(w.suppressed(), ElementsAre("overload app1: cooldown until 12:00:30"));
}

TEST_F(EngineTest, ARunThatNeverBeganDemandsNoCooldownAfterwardsEither) {
  diagram("tired", "[*] --> a\na : this.reload()\na --> [*]", {"on: app"});
  world_of_restart({"cooldown: 30s"});
  ScriptedWorld& w = begun();
  w.hold("app1.reload");
  w.send("tired app1");
  w.send("overload app1");
  w.cancel(w.last_run());
  w.die();
  w.begin();
  w.calls();
  w.send("overload app1");
  EXPECT_EQ(w.calls(), "app1.stop app1.start(9000)");
}

TEST_F(EngineTest, ARunThatWasInterruptedHasEndedAndDemandsItsCooldown) {
  world_of_restart({"cooldown: 30s"});
  ScriptedWorld& w = begun();
  w.hold("app1.stop");
  w.send("overload app1");
  w.pass(1min);
  w.die();
  w.begin();
  w.send("overload app1");
  EXPECT_THAT(w.suppressed(), ElementsAre("overload app1: cooldown until 12:01:30"));
  w.die();
  w.begin();
  w.send("overload app1");
  EXPECT_THAT(w.suppressed(), ElementsAre("overload app1: cooldown until 12:01:30"));
}

// --- what the world does ---

TEST_F(EngineTest, WhatTheWorldDoesByItselfIsRecordedWithWhoSaysSo) {
  ScriptedWorld& w = begun();
  w.observed(system::HostAssigned{w.system->find("vm1")->id, "lab1"}, "libvirt lab1");
  const auto& changed = std::get<SystemChanged>(w.journal.back().what);
  EXPECT_EQ(changed.by, "libvirt lab1");
  EXPECT_EQ(changed.run, 0U);
  EXPECT_EQ(w.host_of("vm1"), "lab1");
}

TEST_F(EngineTest, WhatIsSoAlreadyOrCannotBeIsNoNews) {
  ScriptedWorld& w = begun();
  const size_t before = w.journal.size();
  const system::ComponentId vm = w.system->find("vm1")->id;
  w.observed(system::HostAssigned{vm, w.host_of("vm1")});
  w.observed(system::LifecycleChanged{vm, Lifecycle::kStarted});
  w.observed(system::LifecycleChanged{999, Lifecycle::kStarted});
  w.observed(system::HostChanged{"lab9", system::HostState::kDown, 0, {}, {}});
  EXPECT_EQ(w.journal.size(), before);
}

TEST_F(EngineTest, AnOutcomeIsHeardOnce) {
  ScriptedWorld& w = begun();
  const CallId call =
      std::get<CallIntent>(
          std::find_if(w.journal.begin(), w.journal.end(),
                       [](const Record& each) { return std::holds_alternative<CallIntent>(each.what); })
              ->what)
          .call.id;
  EXPECT_TRUE(w.engine->ended(call, exits(0), {}).empty());
}

// --- by hand ---

TEST_F(EngineTest, ACallByHandIsARunOfItsOwn) {
  ScriptedWorld& w = begun();
  EXPECT_EQ(w.by_hand("store", "grant", {"app2"}), "");
  EXPECT_EQ(w.calls(), "store.grant(app2)");
  EXPECT_THAT(w.ends(), ElementsAre("call store done"));
}

TEST_F(EngineTest, ACallByHandTellsWhyItFailed) {
  ScriptedWorld& w = begun();
  w.script("store.reload", exits(4, "no such file"));
  w.by_hand("store", "reload");
  EXPECT_THAT(w.ends(), ElementsAre("call store failed: store.reload exited with 4: no such file"));
}

TEST_F(EngineTest, ACallByHandNamesWhatIsThere) {
  ScriptedWorld& w = begun();
  EXPECT_THAT(w.by_hand("app9", "start"), HasSubstr("no component 'app9'"));
  EXPECT_THAT(w.by_hand("app1", "fly"), HasSubstr("app1 has no stub 'fly'"));
}

TEST_F(EngineTest, ACallByHandHasTheArgumentsThatTheStubAsksFor) {
  ScriptedWorld& w = begun();
  EXPECT_EQ(w.by_hand("store", "grant"), "store.grant takes one argument, not 0");
  EXPECT_EQ(w.by_hand("store", "grant", {"app1", "app2"}), "store.grant takes one argument, not 2");
  EXPECT_EQ(w.by_hand("app1", "start", {"now"}), "app1.start takes no arguments, not 1");
  EXPECT_EQ(w.by_hand("vm1", "migrate", {"lab9"}),
            "there is no component or host 'lab9': vm1.migrate reads $1.name of it");
  EXPECT_EQ(w.by_hand("vm1", "migrate", {"vm2"}),
            "vm1.migrate goes to a host, and vm2 is none: `attune status` lists them");
  EXPECT_EQ(w.by_hand("app1", "say", {"lab9"}), "");
  EXPECT_THAT(w.ends(), ElementsAre("call app1 done"));
}

TEST_F(EngineTest, ACallByHandCanBeCancelled) {
  ScriptedWorld& w = begun();
  w.hold("store.reload");
  w.by_hand("store", "reload");
  EXPECT_EQ(w.cancel(w.last_run()), "");
  EXPECT_EQ(w.cancelled(), "store.reload");
  EXPECT_THAT(w.ends(), ElementsAre("call store cancelled: cancelled by tester"));
}

TEST_F(EngineTest, AttributesAndBindingsAreChangedByHand) {
  ScriptedWorld& w = begun();
  const auto id = [&](const char* name) { return w.system->find(name)->id; };
  EXPECT_EQ(w.change(system::AttributeSet{id("app1"), "port", model::Value(int64_t{1})}), "");
  EXPECT_EQ(w.change(system::Unbound{id("balancer"), "workers", id("app1")}), "");
  EXPECT_EQ(w.bound("balancer", "workers"), "app2");
  EXPECT_EQ(w.change(system::Bound{id("balancer"), "workers", id("app1")}), "");
  EXPECT_EQ(std::get<SystemChanged>(w.journal.back().what).by, "tester");
}

TEST_F(EngineTest, WhatCannotBeIsRefusedByHandAndNotRecorded) {
  ScriptedWorld& w = begun();
  const system::ComponentId app = w.system->find("app1")->id;
  const size_t before = w.journal.size();
  EXPECT_THAT(w.change(system::AttributeSet{app, "port", model::Value(std::string("x"))}),
              HasSubstr("app1.port is"));
  EXPECT_THAT(w.change(system::ComponentRemoved{app}), HasSubstr("nothing else"));
  EXPECT_THAT(w.change(system::HostAssigned{app, "lab3"}),
              HasSubstr("app1 is started on lab2; stop it there"));
  EXPECT_EQ(w.journal.size(), before);
}

TEST_F(EngineTest, WhatARunUsesIsNotMovedByHand) {
  diagram("overload", "[*] --> a\na : this.stop()\na : wait(5s)\na --> [*]");
  ScriptedWorld& w = begun();
  w.send("overload app1");
  const system::ComponentId app = w.system->find("app1")->id;
  EXPECT_THAT(w.change(system::HostAssigned{app, "lab3"}), HasSubstr("app1 is in use by run "));
  w.pass(5s);
  EXPECT_EQ(w.change(system::HostAssigned{app, "lab3"}),
            "app1 is deployed on lab2: `attune undeploy app1` first, or that is left there");
  EXPECT_EQ(w.undeploy("app1"), "");
  EXPECT_EQ(w.change(system::HostAssigned{app, "lab3"}), "");
  EXPECT_EQ(w.host_of("app1"), "lab3");
}

TEST_F(EngineTest, UndeployStopsAComponentAndAllInsideIt) {
  ScriptedWorld& w = begun();
  EXPECT_EQ(w.undeploy("app1"), "");
  EXPECT_EQ(w.calls(), "cache1.stop app1.stop cache1.undeploy app1.undeploy");
  EXPECT_EQ(w.state_of("app1"), "declared");
  EXPECT_EQ(w.bound("balancer", "workers"), "app1 app2");
}

TEST_F(EngineTest, UndeployAllGoesFromTheInsideOut) {
  ScriptedWorld& w = begun();
  EXPECT_EQ(w.undeploy(""), "");
  for (const system::Component* one : w.system->components())
    EXPECT_EQ(one->lifecycle, Lifecycle::kDeclared) << one->name;
  const std::string calls = w.calls();
  EXPECT_LT(calls.find("probe1.undeploy"), calls.find("vm1.stop"));
}

TEST_F(EngineTest, ByHandAnInstanceIsMadeAsByADiagram) {
  ScriptedWorld& w = begun();
  EXPECT_EQ(w.create("app"), "");
  EXPECT_EQ(w.calls(), "app3.deploy cache3.deploy");
  EXPECT_EQ(w.state_of("app3"), "deployed");
  EXPECT_EQ(w.bound("balancer", "workers"), "app1 app2") << "others are bound to it by hand as well";
  EXPECT_THAT(w.ends(), ::testing::Contains("create done"));
}

TEST_F(EngineTest, ByHandNothingIsMadeThatCannotBe) {
  ScriptedWorld& w = begun();
  const size_t before = w.journal.size();
  EXPECT_EQ(w.create("ap"), "there is no class 'ap' in this project");
  EXPECT_EQ(w.create("cache"), "a 'cache' is made with what contains it: make the container");
  EXPECT_THAT(w.create("balancer"), HasSubstr("has its max of 1 already"));
  EXPECT_EQ(w.journal.size(), before);
}

TEST_F(EngineTest, ByHandAnInstanceIsRemovedAsByADiagram) {
  ScriptedWorld& w = begun();
  EXPECT_EQ(w.remove("app1"), "");
  EXPECT_EQ(w.calls(), "cache1.stop app1.stop cache1.undeploy app1.undeploy");
  EXPECT_EQ(w.system->find("app1"), nullptr);
  EXPECT_EQ(w.bound("balancer", "workers"), "app2");
  EXPECT_THAT(w.ends(), ::testing::Contains("remove app1 done"));
}

TEST_F(EngineTest, ByHandNothingIsRemovedThatCannotBe) {
  ScriptedWorld& w = begun();
  const size_t before = w.journal.size();
  EXPECT_EQ(w.remove("app9"), "there is no component 'app9': see `attune status`");
  EXPECT_EQ(w.remove("cache1"), "cache1 is a part of app1: it goes with that");
  EXPECT_EQ(w.remove("store"),
            "app1.data needs 1 'store' at least: bind another there first, or unbind store");
  EXPECT_EQ(w.journal.size(), before);
}

TEST_F(EngineTest, WhatARunUsesIsRemovedByHandAfterIt) {
  diagram("overload", "[*] --> a\na : this.stop()\na : wait(5s)\na --> [*]");
  ScriptedWorld& w = begun();
  w.send("overload app1");
  EXPECT_EQ(w.remove("app1"), "");
  EXPECT_THAT(w.waits(), ::testing::Contains(HasSubstr("app1 is in use by run")));
  w.pass(5s);
  EXPECT_EQ(w.system->find("app1"), nullptr);
}

TEST_F(EngineTest, ByHandTheLastOfARoleGoesOnlyAfterAnotherHasCome) {
  std::string files = kShop;
  files.replace(files.find("\"0..4\" app : workers"), 6, "\"1..4\"");
  ScriptedWorld w(files);
  w.begin();
  const auto id = [&](const char* name) { return w.system->find(name)->id; };
  EXPECT_EQ(w.change(system::Unbound{id("balancer"), "workers", id("app1")}), "");
  EXPECT_EQ(w.change(system::Unbound{id("balancer"), "workers", id("app2")}),
            "balancer.workers needs 1 'app' at least: bind another in its place first");
  EXPECT_EQ(w.change(system::Bound{id("balancer"), "workers", id("app1")}), "");
  EXPECT_EQ(w.change(system::Unbound{id("balancer"), "workers", id("app2")}), "");
  EXPECT_EQ(w.change(system::Unbound{id("app2"), "data", id("store")}), "") << "there is no room for another";
}

// --- the end ---

TEST_F(EngineTest, StopDeploysNothingThatWasUndeployed) {
  write_life();
  ScriptedWorld& w = begun();
  w.undeploy("");
  w.calls();
  w.stop();
  EXPECT_EQ(w.calls(), "");
  EXPECT_THAT(w.ends(), ::testing::Contains("stop done"));
}

TEST_F(EngineTest, StopRunsItsDiagram) {
  write_life();
  ScriptedWorld& w = begun();
  w.stop();
  EXPECT_EQ(w.calls(), "balancer.stop app1.stop app2.stop");
  EXPECT_THAT(w.ends(), ElementsAre("stop done"));
}

TEST_F(EngineTest, WithoutAStopDiagramAllIsStoppedContentsFirst) {
  ScriptedWorld& w = begun();
  w.stop();
  const std::string calls = w.calls();
  EXPECT_LT(calls.find("probe1.stop"), calls.find("vm1.stop"));
  EXPECT_EQ(w.state_of("vm1"), "stopped");
}

TEST_F(EngineTest, StopWaitsForWhatGoesOnAndCancelsWhatWaits) {
  diagram("tired", "[*] --> a\na : this.reload()\na --> [*]", {"on: app"});
  world_of_restart();
  ScriptedWorld& w = begun();
  w.hold("app1.reload");
  w.send("tired app1");
  w.send("overload app1");
  w.stop();
  EXPECT_THAT(w.ends(), ElementsAre("overload app1 cancelled: the manager is stopping"));
  w.send("overload app2");
  EXPECT_THAT(w.suppressed(), ElementsAre("overload app2: the manager is stopping"));
  EXPECT_EQ(w.state_of("vm1"), "started");
  w.end("app1.reload");
  EXPECT_EQ(w.state_of("vm1"), "stopped");
  EXPECT_EQ(w.engine->stop("tester", {}).error().code, ErrorCode::kExists);
}

TEST_F(EngineTest, AStopThatFailedLeavesItAnsweringAndCanBeAskedForAgain) {
  write_life();
  world_of_restart();
  ScriptedWorld& w = begun();
  w.script("app1.stop", exits(7, "busy"));
  w.stop();
  EXPECT_THAT(w.ends(), ElementsAre(HasSubstr("stop failed")));
  w.send("overload app2");
  EXPECT_THAT(w.ends(), ElementsAre("overload app2 done"));
  w.go_on("app1.stop");
  w.stop();
  EXPECT_THAT(w.ends(), ElementsAre("stop done"));
  EXPECT_EQ(w.state_of("app1"), "stopped");
}

TEST_F(EngineTest, AfterAStopThatFailedTheNextManagerStartsWhatDoesNotRun) {
  write_life();
  ScriptedWorld& w = begun();
  w.script("app1.stop", exits(7, "busy"));
  w.stop();
  w.die();
  forget();
  w.begin();
  EXPECT_THAT(w.ends(), ElementsAre("start done"));
  EXPECT_EQ(w.state_of("balancer"), "started");
}

TEST_F(EngineTest, AfterAStopThatBrokeOffTheNextManagerStartsWhatDoesNotRun) {
  write_life();
  ScriptedWorld& w = begun();
  w.hold("app1.stop");
  w.stop();
  w.die();
  forget();
  w.go_on("app1.stop");
  w.begin();
  EXPECT_THAT(w.ends(), ElementsAre("stop interrupted: the manager ended while it went on", "start done"));
  EXPECT_EQ(w.state_of("balancer"), "started");
}

TEST_F(EngineTest, AfterAStopTheNextManagerStartsAgain) {
  ScriptedWorld& w = begun();
  w.stop();
  w.stopped();
  w.die();
  forget();
  w.begin();
  EXPECT_EQ(w.state_of("app1"), "started");
  EXPECT_THAT(w.ends(), ElementsAre("start done"));
}

TEST_F(EngineTest, ShowsItsRuns) {
  diagram("tired", "[*] --> a\na : this.reload()\na --> [*]", {"on: app"});
  world_of_restart();
  ScriptedWorld& w = begun();
  w.hold("app1.reload");
  w.send("tired app1");
  w.send("overload app1");
  const std::vector<RunView> runs = w.engine->runs();
  ASSERT_THAT(runs, SizeIs(2));
  EXPECT_EQ(runs[0].diagram, "tired");
  EXPECT_EQ(runs[0].subject, "app1");
  EXPECT_THAT(runs[0].states, ElementsAre("a"));
  EXPECT_TRUE(runs[1].waiting);
  EXPECT_THAT(runs[1].waits_for, HasSubstr("app1 is in use by run "));
}

}  // namespace
}  // namespace attune::workflow
