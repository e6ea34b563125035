// SPDX-License-Identifier: Apache-2.0
// What the actions of a diagram do about hosts: another host, and the policies that choose one.
#include "tests/workflow/action_test.h"

namespace attune::workflow {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::SizeIs;
using std::chrono_literals::operator""s;
using std::chrono_literals::operator""h;

TEST_F(ActionTest, AnotherHostIsForWhatDoesNotRun) {
  ScriptedWorld& w = act({"this.stop()", "this.host = lab.any(name == \"lab3\")", "this.start()"});
  EXPECT_EQ(w.host_of("app1"), "lab3");
  EXPECT_EQ(w.calls(), "app1.stop app1.undeploy app1.deploy app1.start(9000)");  // there it is deployed anew
}

TEST_F(ActionTest, WhatCannotBeUndeployedBeforeItMovesIsLeft) {
  write({"this.stop()", "this.host = lab.any(name == \"lab3\")"});
  ScriptedWorld& w = begun();
  w.script("app1.undeploy", exits(1, "read-only"));
  act();
  EXPECT_EQ(w.host_of("app1"), "lab3");
  EXPECT_EQ(w.state_of("app1"), "declared");
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

TEST_F(ActionTest, WhatIsRemovedWhileACopyMayRunOnASilentHostIsTold) {
  write({"this.host = lab.any()", "this.start()", "app--(this)"});
  ScriptedWorld& w = begun();
  w.observed(system::HostChanged{"lab2", system::HostState::kDown, 0, {}, {}});
  act();
  EXPECT_EQ(w.state_of("app1"), "(gone)");
  EXPECT_THAT(w.alerts(), Contains(HasSubstr("app1 is removed, and may still run on lab2")));
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

TEST_F(HostDownTest, AStartThatReachesNobodyDoesNotMakeItFreeToGoElsewhere) {
  falls_silent();
  world().script("vm1.start", exits(CallExited::kNotRun, "no answer"));
  world().by_hand("vm1", "start");
  EXPECT_EQ(world().state_of("vm1"), "started");
  EXPECT_THAT(world().change(system::HostAssigned{world().system->find("vm1")->id, "lab3"}),
              HasSubstr("vm1 may still run on " + was_));
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

}  // namespace
}  // namespace attune::workflow
