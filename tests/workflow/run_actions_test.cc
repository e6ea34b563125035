// SPDX-License-Identifier: Apache-2.0
// What the actions of a diagram do.
#include <algorithm>

#include "tests/workflow/shop.h"

namespace attune::workflow {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;
using std::chrono_literals::operator""s;
using std::chrono_literals::operator""ms;
using std::chrono_literals::operator""min;
using std::chrono_literals::operator""h;

// One state with these actions, on an overloaded app1.
class ActionTest : public WorkflowTest {
 protected:
  ScriptedWorld& act(const std::vector<std::string>& actions) {
    write(actions);
    begun();
    return act();
  }
  // The same once more.
  ScriptedWorld& act() {
    EXPECT_EQ(world().send("overload app1 load=90%"), "");
    return world();
  }
  void write(const std::vector<std::string>& actions) {
    std::string body = "[*] --> a\n";
    for (const std::string& action : actions) body += "a : " + action + "\n";
    diagram("overload", body + "a --> [*]");
  }
  const std::string done_ = "overload app1 done";
};

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

TEST_F(ActionTest, AnotherHostIsForWhatDoesNotRun) {
  ScriptedWorld& w = act({"this.stop()", "this.host = lab.any(name == \"lab3\")", "this.start()"});
  EXPECT_EQ(w.host_of("app1"), "lab3");
  EXPECT_EQ(w.calls(), "app1.stop app1.deploy app1.start(9000)");  // there it is deployed anew
}

TEST_F(ActionTest, NothingRunsTwiceForBeingGivenAnotherHost) {
  ScriptedWorld& w = act({"this.host = lab.any(name == \"lab3\")"});
  EXPECT_THAT(w.ends().front(), HasSubstr("app1 is started on lab2; stop it there, or migrate it"));
  EXPECT_EQ(w.host_of("app1"), "lab2");
}

TEST_F(ActionTest, FromAHostThatIsDownItMayBeMoved) {
  write({"this.host = lab.any()", "this.start()"});
  ScriptedWorld& w = begun();
  w.observed(system::HostChanged{"lab1", system::HostState::kDown, 0, {}, {}});
  act();
  EXPECT_NE(w.host_of("app1"), "lab1");
  EXPECT_EQ(w.state_of("app1"), "started");
}

// A machine on a host that is down, and a reaction that would have it elsewhere.
class HostDownTest : public ActionTest {
 protected:
  HostDownTest() {
    diagram("host_down",
            "[*] --> a\n a : this.host = lab.any()\n a : this.start()\n a --> [*]\n a --> b : on error\n"
            "b : alert(\"not moved\", this)\n b --> [*]",
            {"on: vm"});
  }
  // As the manager does it.
  std::string falls_silent() {
    ScriptedWorld& w = begun();
    was_ = w.host_of("vm1");
    w.observed(system::HostChanged{was_, system::HostState::kDown, 0, {}, {}});
    w.send("host_down " + was_);
    w.calls();
    return was_;
  }
  std::string off(const std::string& host) {
    return world().change(system::HostChanged{.host = host, .state = system::HostState::kOff});
  }
  std::string was_;
};

TEST_F(HostDownTest, AMachineIsNotHadTwiceBecauseItsHostDoesNotAnswer) {
  falls_silent();
  EXPECT_EQ(world().host_of("vm1"), was_);
  EXPECT_EQ(world().state_of("vm1"), "started");
  EXPECT_THAT(world().alerts(), Contains("not moved (vm1)"));
}

TEST_F(HostDownTest, TheRefusalSaysWhatAPersonCanDo) {
  diagram("cpu_high", "[*] --> a\n a : this.host = lab.any()\n a --> [*]", {"on: vm"});
  falls_silent();
  world().send("cpu_high vm1 cpu=97%");
  EXPECT_THAT(world().ends().back(), HasSubstr("vm1 may still run on " + was_ +
                                               ", which does not answer: wait for it, or make sure "
                                               "that it is off and say so: attune off " +
                                               was_));
}

TEST_F(HostDownTest, OnceAPersonSaysThatItIsOffTheReactionComesAgain) {
  falls_silent();
  EXPECT_EQ(off(was_), "");
  EXPECT_NE(world().host_of("vm1"), was_);
  EXPECT_EQ(world().state_of("vm1"), "started");
  EXPECT_EQ(world().replayed(), ScriptedWorld::shown(*world().system));
}

TEST_F(HostDownTest, OnlyOfAHostThatDoesNotAnswerItCanBeSaid) {
  begun();
  EXPECT_THAT(off("lab1"), HasSubstr("lab1 is unknown, not down"));
  EXPECT_THAT(off("lab9"), HasSubstr("there is no host 'lab9'"));
}

TEST_F(HostDownTest, WhatIsSaidTwiceIsSoOnce) {
  falls_silent();
  EXPECT_EQ(off(was_), "");
  const size_t records = world().journal.size();
  EXPECT_EQ(off(was_), "");
  EXPECT_EQ(world().journal.size(), records);
}

TEST_F(ActionTest, NoHostIsAnError) {
  ScriptedWorld& w = act({"this.stop()", "this.host = lab.any(memory > 1TiB)"});
  EXPECT_THAT(w.ends().front(), HasSubstr("gives no host for app1"));
}

// --- policies ---

class PolicyTest : public ActionTest {
 protected:
  // Asks for a host for vm1, and then waits.
  ScriptedWorld& choose(const std::string& policy) {
    diagram("cpu_high", "[*] --> a\n a : target = " + policy + "\n a : wait(1h)\n a --> [*]", {"on: vm"});
    ScriptedWorld& w = begun();
    measure();
    w.send("cpu_high vm1 cpu=97%");
    return w;
  }
  void measure() {
    world().measured("lab1", 90);
    world().measured("lab2", 40);
    world().measured("lab3", 10);
  }
  std::string choice() {
    const auto choices = world().choices();
    return choices.empty() ? "(none)" : choices.back();
  }
};

TEST_F(PolicyTest, TheLeastLoadedIsChosenAndTheReasonTold) {
  choose("lab.least_loaded()");
  EXPECT_EQ(choice(), "target = lab3: lab3: load 10%, the least of 3 that fit");
}

TEST_F(PolicyTest, TheMostLoadedThatFitsIsChosen) {
  choose("lab.most_loaded_that_fits(load < 80%)");
  EXPECT_THAT(choice(),
              HasSubstr("target = lab2: lab2: load 40%, the most of 2 that fit; not lab1: load = 90%"));
}

TEST_F(PolicyTest, NothingFitsGivesNone) {
  choose("lab.least_loaded(free_memory >= 2GiB)");
  EXPECT_THAT(choice(), HasSubstr("target = none: no host of 'lab' fits; not lab1: free_memory = "));
}

TEST_F(PolicyTest, OnlyTheLastTenSecondsCount) {
  diagram("cpu_high", "[*] --> a\n a : target = lab.least_loaded()\n a --> [*]", {"on: vm"});
  ScriptedWorld& w = begun();
  w.measured("lab1", 0);
  w.pass(11s);
  measure();
  w.send("cpu_high vm1 cpu=97%");
  EXPECT_THAT(choice(), HasSubstr("lab3"));
}

TEST_F(PolicyTest, AHostThatIsDownIsNotChosen) {
  diagram("cpu_high", "[*] --> a\n a : target = lab.least_loaded()\n a --> [*]", {"on: vm"});
  ScriptedWorld& w = begun();
  measure();
  w.observed(system::HostChanged{"lab3", system::HostState::kDown, 0, {}, {}});
  w.send("cpu_high vm1 cpu=97%");
  EXPECT_THAT(choice(),
              HasSubstr("target = lab2: lab2: load 40%, the least of 2 that fit; not lab3: it is down"));
}

TEST_F(PolicyTest, ThePresentHostCountsWithoutItsSubject) {
  // vm1 takes 400 MiB of lab1's 1 GiB, and would fit there again.
  choose("lab.any(name == this.host.name and free_memory >= 1GiB)");
  EXPECT_THAT(choice(), HasSubstr("target = " + world().host_of("vm1")));
}

TEST_F(PolicyTest, CapacityIsReservedUntilTheRunEnds) {
  choose("lab.any(name == \"lab1\" and free_memory >= 800MiB)");
  ScriptedWorld& w = world();
  EXPECT_THAT(choice(), HasSubstr("target = lab1"));
  w.send("cpu_high vm2 cpu=97%");  // vm1 is to have 400 MiB of that
  EXPECT_THAT(choice(), HasSubstr("target = none"));
  w.pass(1h);
  w.send("cpu_high vm2 cpu=97%");
  EXPECT_THAT(choice(), HasSubstr("target = lab1"));
}

TEST_F(PolicyTest, AnotherChoiceOfTheRunReplacesTheFirst) {
  diagram("cpu_high", R"(
    [*] --> a
    a : target = lab.any(name == "lab3")
    a : target = lab.any(name == "lab2")
    a : wait(1h)
    a --> [*])",
          {"on: vm"});
  ScriptedWorld& w = begun();
  w.send("cpu_high vm1");
  w.send("cpu_high vm2");
  const auto choices = w.choices();
  ASSERT_THAT(choices, SizeIs(4));
  EXPECT_THAT(choices[2], HasSubstr("target = lab3"));
}

// --- coming and going ---

TEST_F(ActionTest, CreatesPlacesAndDeploysWithContentsAndBindings) {
  ScriptedWorld& w = act({"x = app++", "x.start()", "balancer.workers.add(x)"});
  EXPECT_EQ(w.calls(), "app3.deploy cache3.deploy app3.start(9000)");
  EXPECT_EQ(w.bound("app3", "cache"), "cache3");
  EXPECT_EQ(w.bound("app3", "data"), "store");
  EXPECT_EQ(w.bound("balancer", "workers"), "app1 app2 app3");
  EXPECT_NE(w.host_of("app3"), "");
  EXPECT_EQ(w.host_of("cache3"), w.host_of("app3"));
}

TEST_F(ActionTest, JoiningOthersRolesIsAnActionOfItsOwn) {
  ScriptedWorld& w = act({"app++"});
  EXPECT_EQ(w.bound("balancer", "workers"), "app1 app2");
}

TEST_F(ActionTest, WhatCannotBeDeployedIsNotCreated) {
  overload(
      "[*] --> a\na : x = app++\na --> [*]\na --> b : on error\nstate c <<choice>>\nb --> c\n"
      "c --> [*] : [x == none]");
  ScriptedWorld& w = world();
  EXPECT_EQ(w.state_of("app3"), "deployed");
  forget();
  w.script("cache4.deploy", exits(1));
  w.send("overload app1");
  EXPECT_EQ(w.calls(), "app4.deploy cache4.deploy app4.undeploy cache4.undeploy");
  EXPECT_EQ(w.state_of("app4"), "(gone)");
  EXPECT_EQ(w.state_of("cache4"), "(gone)");
  EXPECT_THAT(w.ends(), ElementsAre(done_));
}

TEST_F(ActionTest, WhatCannotBeUndeployedEitherIsGoneAllTheSame) {
  write({"app++"});
  ScriptedWorld& w = begun();
  w.script("app3.deploy", exits(1, "no space"));
  w.script("app3.undeploy", exits(1, "no answer"));
  act();
  EXPECT_EQ(w.state_of("app3"), "(gone)");
  EXPECT_THAT(w.ends(), ElementsAre(HasSubstr("app3.deploy exited with 1: no space")));
}

TEST_F(ActionTest, NoMoreThanMaxAreCreated) {
  write({"app++"});
  ScriptedWorld& w = begun();
  act();
  act();
  act();
  EXPECT_THAT(w.ends(), ElementsAre(done_, done_,
                                    "overload app1 failed: in 'a': class 'app' has its max of 4 already"));
}

TEST_F(ActionTest, RemovesTheNewestAndAllThatIsInIt) {
  ScriptedWorld& w = act({"app--"});
  EXPECT_EQ(w.calls(), "cache2.stop app2.stop cache2.undeploy app2.undeploy");
  EXPECT_EQ(w.state_of("app2"), "(gone)");
  EXPECT_EQ(w.state_of("cache2"), "(gone)");
  EXPECT_EQ(w.bound("balancer", "workers"), "app1");
}

TEST_F(ActionTest, RemovesTheOneThatIsNamed) {
  ScriptedWorld& w = act({"app--(this)"});
  EXPECT_EQ(w.state_of("app1"), "(gone)");
  EXPECT_THAT(w.ends(), ElementsAre(done_));
  EXPECT_EQ(w.send("overload app1"), "no component 'app1'");
}

TEST_F(ActionTest, ANumberIsNeverUsedAgain) {
  ScriptedWorld& w = act({"app--", "x = app++"});
  EXPECT_EQ(w.state_of("app2"), "(gone)");
  EXPECT_EQ(w.state_of("app3"), "deployed");
}

TEST_F(ActionTest, WhatCannotBeStoppedIsNotRemoved) {
  write({"app--"});
  ScriptedWorld& w = begun();
  w.script("app2.stop", exits(1));
  act();
  EXPECT_EQ(w.calls(), "cache2.stop app2.stop");
  EXPECT_EQ(w.state_of("app2"), "lost");
  EXPECT_EQ(w.bound("balancer", "workers"), "app1 app2");
}

TEST_F(ActionTest, BindsAndUnbinds) {
  ScriptedWorld& w = act({"balancer.workers.remove(this)"});
  EXPECT_EQ(w.bound("balancer", "workers"), "app2");
}

TEST_F(ActionTest, ABindingThatIsThereAlreadyIsAnError) {
  ScriptedWorld& w = act({"balancer.workers.add(this)"});
  EXPECT_THAT(w.ends().front(), HasSubstr("balancer.workers has app1 already"));
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
