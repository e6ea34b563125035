// SPDX-License-Identifier: Apache-2.0
// What is so, and was told at the wrong moment, is answered later.
#include "tests/workflow/facts.h"

namespace attune::workflow {
namespace {

using system::HostState;
using system::Lifecycle;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using std::chrono_literals::operator""s;

// --- in a cooldown ---

TEST_F(FactsTest, OneThatComesInACooldownIsAnsweredAfterIt) {
  ScriptedWorld& w = repairs();
  ends("vm1");
  w.pass(10s);
  forget();
  ends("vm1");
  EXPECT_THAT(w.suppressed(),
              ElementsAre("vm_crashed vm1: cooldown until 12:01:00; then it is looked at again"));
  w.pass(49s);
  EXPECT_EQ(w.calls(), "");
  w.pass(1s);
  EXPECT_EQ(w.calls(), "vm1.start(vm1)");
  EXPECT_EQ(w.state_of("vm1"), "started");
  EXPECT_THAT(w.ends(), ElementsAre("vm_crashed vm1 done"));
}

TEST_F(FactsTest, WhatIsNotSoAnyMoreByThenIsNotAnswered) {
  ScriptedWorld& w = repairs();
  ends("vm1");
  ends("vm1");
  EXPECT_EQ(w.by_hand("vm1", "start"), "");
  forget();
  w.pass(200s);
  EXPECT_EQ(w.calls(), "");
}

TEST_F(FactsTest, OneThatComesOftenInACooldownIsAnsweredOnce) {
  ScriptedWorld& w = repairs();
  ends("vm1");
  for (int i = 0; i < 5; ++i) ends("vm1");
  forget();
  w.pass(200s);
  EXPECT_EQ(w.calls(), "vm1.start(vm1)");
}

TEST_F(FactsTest, WhatAProbeTellsIsNotPutOff) {
  diagram("tired", "[*] --> a\na : this.check()\na --> [*]", {"on: app", "cooldown: 1min"});
  ScriptedWorld& w = begun();
  w.send("tired app1");
  w.send("tired app1");
  EXPECT_THAT(w.suppressed(), ElementsAre("tired app1: cooldown until 12:01:00"));
  forget();
  w.pass(200s);
  EXPECT_EQ(w.calls(), "");
}

TEST_F(FactsTest, EachHostThatFallsSilentAgainInItsOwnCooldownIsAnsweredAfterIt) {
  diagram("host_down", "[*] --> a\na : alert(event.host)\na --> [*]", {"cooldown: 1min"});
  ScriptedWorld& w = begun();
  for (const char* host : {"lab1", "lab2", "lab3"}) falls_silent(host);
  EXPECT_THAT(w.alerts(), ElementsAre("lab1", "lab2", "lab3"));
  for (const char* host : {"lab1", "lab2"}) {
    w.observed(system::HostChanged{.host = host, .state = HostState::kUp}, "attune");
    falls_silent(host);
  }
  EXPECT_THAT(w.alerts(), IsEmpty());
  w.observed(system::HostChanged{.host = "lab2", .state = HostState::kUp}, "attune");
  w.pass(60s);
  EXPECT_THAT(w.alerts(), ElementsAre("lab1"));
}

TEST_F(FactsTest, AHostIsAskedAboutThoseThatAreStillThere) {
  diagram("host_down", "[*] --> a\na : alert(event.host, this)\na --> [*]", {"on: vm", "cooldown: 1min"});
  ScriptedWorld& w = begun();
  const std::string host = w.host_of("vm1"), other = host == "lab1" ? "lab2" : "lab1";
  falls_silent(host);
  falls_silent(host, HostState::kOff);
  EXPECT_EQ(w.change(system::HostAssigned{w.system->find("vm1")->id, other}), "");
  forget();
  w.pass(200s);
  EXPECT_THAT(w.alerts(), Not(Contains(HasSubstr("(vm1)"))));
}

// --- in a run ---

TEST_F(FactsTest, OneThatWasPutOffIsAnsweredWithTheOneThatComesBeforeItIsLookedAt) {
  ScriptedWorld& w = repairs("a : alert(event.host, this)\na : store.reload()", {"on: vm"});
  w.hold("store.reload");
  ends("vm1");
  ends("vm1");
  EXPECT_EQ(w.alerts().size(), 1u);
  w.go_on("store.reload");
  w.end("store.reload");
  ends("vm1");
  EXPECT_EQ(w.alerts().size(), 1u);
  w.pass(200s);
  EXPECT_THAT(w.alerts(), IsEmpty());
}

TEST_F(FactsTest, OneThatComesInARunOfTheSameReactionIsAnsweredAfterIt) {
  ScriptedWorld& w = repairs("a : this.start()\na : wait(5s)", {"on: vm"});
  ends("vm1");
  w.pass(1s);
  ends("vm1");
  EXPECT_THAT(w.suppressed(), ElementsAre(HasSubstr("answers it already; then it is looked at again")));
  w.pass(3s);
  EXPECT_EQ(w.calls(), "vm1.start(vm1)");
  w.pass(1s);
  EXPECT_EQ(w.calls(), "vm1.start(vm1)");
  EXPECT_EQ(w.state_of("vm1"), "started");
}

TEST_F(FactsTest, ARunThatHasNotBegunAnswersIt) {
  diagram("tired", "[*] --> a\na : vm.stop()\na --> [*]", {"on: app"});
  ScriptedWorld& w = repairs();
  w.hold("vm2.stop");
  w.send("tired app1");
  ends("vm1");
  ends("vm1");
  EXPECT_THAT(w.suppressed(), ElementsAre(Not(HasSubstr("looked at again"))));
}

TEST_F(FactsTest, GroupsThatChangeInARunAreAnsweredAfterItWithTheNewestOnes) {
  diagram("regroup", "[*] --> a\na : alert(event.groups)\na : wait(5s)\na --> [*]");
  ScriptedWorld& w = begun();
  w.send("regroup - groups=vm1");
  w.send("regroup - groups=vm2");
  w.send("regroup - groups=vm3");
  EXPECT_THAT(w.suppressed(), Each(HasSubstr("answers it already; then it is looked at again")));
  EXPECT_THAT(w.alerts(), ElementsAre("vm1"));
  w.pass(200s);
  EXPECT_THAT(w.alerts(), ElementsAre("vm3"));
}

TEST_F(FactsTest, GroupsThatChangeInACooldownAreAnsweredAfterIt) {
  diagram("regroup", "[*] --> a\na : alert(event.groups)\na --> [*]", {"cooldown: 1min"});
  ScriptedWorld& w = begun();
  w.send("regroup - groups=vm1");
  w.send("regroup - groups=vm2");
  EXPECT_THAT(w.alerts(), ElementsAre("vm1"));
  w.pass(59s);
  EXPECT_THAT(w.alerts(), IsEmpty());
  w.pass(1s);
  EXPECT_THAT(w.alerts(), ElementsAre("vm2"));
}

// --- over by the time that their run can begin ---

TEST_F(FactsTest, AHostThatIsBackTakesTheRunsWithItThatAModeKeptBack) {
  diagram("host_down", "[*] --> a\na : alert(event.host, this)\na --> [*]", {"on: app"});
  for (const Mode mode : {Mode::kPaused, Mode::kRecommend}) {
    ScriptedWorld& w = begun();
    const std::string host = w.host_of("app1");
    EXPECT_EQ(w.mode(mode), "");
    falls_silent(host);
    w.observed(system::HostChanged{.host = host, .state = HostState::kUp}, "attune");
    EXPECT_THAT(
        w.ends(),
        Contains("host_down app1 cancelled: its condition ended before it could begin: " + host + " is up"));
    EXPECT_THAT(w.engine->runs(), IsEmpty());
    EXPECT_EQ(w.mode(Mode::kAutomatic), "");
    EXPECT_THAT(w.alerts(), IsEmpty());
    w.die();
  }
}

TEST_F(FactsTest, WhatRunsAgainIsNotRepairedWhenTheModeLetsIt) {
  ScriptedWorld& w = repairs();
  EXPECT_EQ(w.mode(Mode::kPaused), "");
  ends("vm1");
  EXPECT_EQ(w.by_hand("vm1", "start"), "");
  forget();
  EXPECT_EQ(w.mode(Mode::kAutomatic), "");
  EXPECT_EQ(w.calls(), "");
}

TEST_F(FactsTest, WhatAModeKeptBackAndIsStillSoIsAnswered) {
  ScriptedWorld& w = repairs();
  EXPECT_EQ(w.mode(Mode::kPaused), "");
  ends("vm1");
  w.script("vm1.start", exits(1, "no disk"));
  EXPECT_EQ(w.by_hand("vm1", "start"), "");
  w.go_on("vm1.start");
  forget();
  EXPECT_EQ(w.mode(Mode::kAutomatic), "");
  EXPECT_EQ(w.calls(), "vm1.start(vm1)");
}

TEST_F(FactsTest, WhatARunBeforeItHasMendedIsNotAnswered) {
  diagram("tired", "[*] --> a\na : vm.stop()\na : vm.start()\na --> [*]", {"on: app"});
  ScriptedWorld& w = repairs();
  w.hold("vm2.stop");
  w.send("tired app1");
  ends("vm1");
  EXPECT_THAT(w.waits(), Contains(HasSubstr("in use by run")));
  forget();
  w.end("vm2.stop");
  EXPECT_THAT(w.ends(), ElementsAre("tired app1 done",
                                    "vm_crashed vm1 cancelled: its condition ended before it could "
                                    "begin: vm1 is started"));
}

TEST_F(FactsTest, WhatAPersonSaysIsAnsweredAlsoWhereItWasNeverSo) {
  ScriptedWorld& w = repairs("a : this.stop()");
  EXPECT_EQ(w.mode(Mode::kRecommend), "");
  EXPECT_EQ(w.send("vm_crashed vm1 host=lab1"), "");
  EXPECT_EQ(w.approve(w.last_run()), "");
  EXPECT_EQ(w.calls(), "vm1.stop(vm1)");
}

// --- in a judgement, and where it is switched off ---

TEST_F(FactsTest, OneThatComesInAJudgementIsAnsweredAfterIt) {
  ScriptedWorld& w = repairs("a : this.start()", {"on: vm", "ensure: this.memory < 1MiB", "within: 30s"});
  ends("vm1");
  w.pass(10s);
  ends("vm1");
  forget();
  w.pass(19s);
  EXPECT_EQ(w.calls(), "");
  w.pass(2s);
  EXPECT_EQ(w.calls(), "vm1.start(vm1)");
}

TEST_F(FactsTest, WhatIsSwitchedOnAgainAnswersWhatIsStillSo) {
  ScriptedWorld& w = repairs("a : this.start()", {"on: vm", "tries: 1"});
  w.script("vm1.start", exits(1, "no disk"));
  ends("vm1");
  ends("vm1");
  w.go_on("vm1.start");
  forget();
  w.pass(60s);
  EXPECT_EQ(w.calls(), "");
  EXPECT_EQ(w.resume("vm_crashed", "vm1"), "");
  w.pass(0s);
  EXPECT_EQ(w.calls(), "vm1.start(vm1)");
}

// --- after the end of the manager: what its watches find anew of themselves is not told here ---

TEST_F(FactsTest, AMachineThatTurnedItselfOffInACooldownIsAnsweredByTheNextManagerAfterIt) {
  diagram("vm_stopped", "[*] --> a\na : this.start()\na --> [*]", {"on: vm", "cooldown: 1min"});
  ScriptedWorld& w = begun();
  ends("vm1", Lifecycle::kStopped);
  w.pass(10s);
  ends("vm1", Lifecycle::kStopped);
  w.die();
  forget();
  w.begin();
  EXPECT_THAT(w.suppressed(),
              ElementsAre("vm_stopped vm1: cooldown until 12:01:00; then it is looked at again"));
  w.pass(49s);
  EXPECT_EQ(w.calls(), "");
  w.pass(1s);
  EXPECT_EQ(w.calls(), "vm1.start(vm1)");
}

TEST_F(FactsTest, WhatTheAdoptionFoundStoppedIsAnsweredByTheNextManagerToo) {
  diagram("component_failed", "[*] --> a\na : this.start()\na --> [*]", {"on: app", "cooldown: 1min"});
  ScriptedWorld& w = begun();
  for (int i = 0; i < 2; ++i) {
    w.observed(system::LifecycleChanged{w.system->find("app1")->id, Lifecycle::kStopped}, "adoption");
    EXPECT_EQ(w.send("component_failed app1 why=x"), "");
  }
  w.die();
  forget();
  w.begin();
  EXPECT_EQ(w.calls(), "");
  w.pass(60s);
  EXPECT_EQ(w.calls(), "app1.start(9000)");
}

TEST_F(FactsTest, WhatTheAdoptionFoundAndNobodyWasToldYetIsAnswered) {
  diagram("component_failed", "[*] --> a\na : alert(event.why, this)\na --> [*]", {"on: app"});
  ScriptedWorld& w = begun();
  w.observed(system::LifecycleChanged{w.system->find("app1")->id, Lifecycle::kStopped}, "adoption");
  w.die();
  w.begin();
  EXPECT_THAT(w.alerts(), ElementsAre("it was found stopped before the manager started (app1)"));
}

TEST_F(FactsTest, OfAMachineWhatTheAdoptionFoundIsACrashWhereOnlyThatIsAnswered) {
  diagram("vm_crashed", "[*] --> a\na : alert(event.host, this)\na --> [*]", {"on: vm"});
  ScriptedWorld& w = begun();
  w.observed(system::LifecycleChanged{w.system->find("vm1")->id, Lifecycle::kStopped}, "adoption");
  w.die();
  w.begin();
  EXPECT_THAT(w.alerts(), ElementsAre(w.host_of("vm1") + " (vm1)"));
}

TEST_F(FactsTest, WhatWasAnsweredIsNotRaisedAgain) {
  diagram("vm_stopped", "[*] --> a\na : alert(\"off\", this)\na --> [*]", {"on: vm"});
  ScriptedWorld& w = begun();
  ends("vm1", Lifecycle::kStopped);
  EXPECT_THAT(w.alerts(), ElementsAre("off (vm1)"));
  w.die();
  w.begin();
  EXPECT_THAT(w.alerts(), IsEmpty());
}

TEST_F(FactsTest, WhatAPersonHasStoppedIsNotRaised) {
  diagram("component_failed", "[*] --> a\na : this.start()\na --> [*]", {"on: app"});
  diagram("vm_stopped", "[*] --> a\na : this.start()\na --> [*]", {"on: vm"});
  ScriptedWorld& w = begun();
  for (const char* one : {"app1", "vm1"}) EXPECT_EQ(w.by_hand(one, "stop"), "");
  w.die();
  forget();
  w.begin();
  EXPECT_EQ(w.calls(), "");
}

TEST_F(FactsTest, EachHostsCooldownOutlivesTheManager) {
  diagram("host_down", "[*] --> a\na : alert(event.host)\na --> [*]", {"cooldown: 1min"});
  ScriptedWorld& w = begun();
  for (const char* host : {"lab1", "lab2"}) falls_silent(host);
  w.pass(10s);
  w.die();
  forget();
  w.begin();
  for (const char* host : {"lab1", "lab2", "lab3"}) falls_silent(host);
  EXPECT_THAT(w.alerts(), ElementsAre("lab3"));
  EXPECT_THAT(w.suppressed(),
              ElementsAre("host_down lab1: cooldown until 12:01:00; then it is looked at again",
                          "host_down lab2: cooldown until 12:01:00; then it is looked at again"));
  w.observed(system::HostChanged{.host = "lab2", .state = HostState::kUp}, "attune");
  w.pass(50s);
  EXPECT_THAT(w.alerts(), ElementsAre("lab1"));
}

TEST_F(FactsTest, WhatWasHeldIsAnsweredOnceByTheNextManagerWhenItHasLastedAnew) {
  diagram("vm_stopped", "[*] --> a\na : alert(event.host, this)\na --> [*]", {"on: vm", "hold: 10s"});
  ScriptedWorld& w = begun();
  ends("vm1", Lifecycle::kStopped);
  w.pass(8s);
  w.die();
  forget();
  w.begin();
  EXPECT_THAT(w.suppressed(), ElementsAre("vm_stopped vm1: held 0s of 10s"));
  w.pass(9s);
  EXPECT_THAT(w.alerts(), IsEmpty());
  w.pass(200s);
  EXPECT_THAT(w.alerts(), ElementsAre(w.host_of("vm1") + " (vm1)"));
  w.die();
  w.begin();
  w.pass(200s);
  EXPECT_THAT(w.alerts(), IsEmpty());
}

TEST_F(FactsTest, WhatWasHeldAndIsOverIsNotAnsweredByTheNextManager) {
  diagram("vm_stopped", "[*] --> a\na : alert(event.host, this)\na --> [*]", {"on: vm", "hold: 10s"});
  ScriptedWorld& w = begun();
  ends("vm1", Lifecycle::kStopped);
  w.die();
  w.take_over();
  w.observed(system::LifecycleChanged{w.system->find("vm1")->id, Lifecycle::kStarted}, "adoption");
  w.begin();
  w.pass(200s);
  EXPECT_THAT(w.alerts(), IsEmpty());
}

// --- of runs that were interrupted ---

TEST_F(FactsTest, ARunThatWasInterruptedHasFailed) {
  diagram("tired", "[*] --> a\na : this.check()\na --> [*]", {"on: app"});
  diagram("run_failed", "[*] --> a\na : alert(event.why, this)\na --> [*]", {"on: app"});
  ScriptedWorld& w = begun();
  w.hold("app1.check");
  w.send("tired app1");
  w.die();
  w.take_over();
  EXPECT_THAT(w.alerts(), IsEmpty()) << "not before it is known what became of all";
  w.begin();
  EXPECT_THAT(w.alerts(), ElementsAre("the manager ended while it went on (app1)"));
}

// As stock:report tells it.
TEST_F(FactsTest, WhatAnEventSaysIsReadAsAText) {
  diagram("tired", "[*] --> a\na : this.check()\na --> [*]", {"on: app"});
  diagram("nobody", "[*] --> a\na : balancer.reload()\na --> [*]");
  diagram("run_failed",
          "[*] --> a\na : alert(event.text + \", from \" + event.source, event.component)\n"
          "a --> [*]");
  ScriptedWorld& w = begun();
  w.script("*.check", exits(1, "no"));
  w.send("tired app1");
  std::string run = std::to_string(w.last_run() - 1);
  EXPECT_THAT(w.alerts(), ElementsAre("run_failed of app1: run=" + run +
                                      ", diagram=tired, why=in 'a': app1.check exited with 1: no, from run " +
                                      run + " (app1)"));
  w.script("balancer.reload", exits(1, "no"));
  w.send("nobody");
  run = std::to_string(w.last_run() - 1);
  EXPECT_THAT(w.alerts(), ElementsAre(AllOf(HasSubstr("run_failed: run=" + run + ", diagram=nobody, why=in"),
                                            HasSubstr("from run " + run))));
}

TEST_F(FactsTest, OneThatWasInterruptedAndPutBackHasFailedToo) {
  diagram("tired", "[*] --> a\na : this.port = 1\na : this.check()\na --> [*]", {"on: app"});
  diagram("run_failed", "[*] --> a\na : alert(event.diagram, this)\na --> [*]", {"on: app"});
  ScriptedWorld& w = begun();
  w.hold("app1.check");
  w.send("tired app1");
  w.die();
  w.begin();
  EXPECT_EQ(w.attribute("app1", "port"), "9000");
  EXPECT_THAT(w.alerts(), ElementsAre("tired (app1)"));
}

TEST_F(FactsTest, AMachineThatTurnedItselfOffIsAnsweredByTheNextManager) {
  diagram("vm_stopped", "[*] --> a\na : this.start()\na --> [*]", {"on: vm"});
  ScriptedWorld& w = begun();
  w.hold("vm1.start");
  ends("vm1", Lifecycle::kStopped);
  w.die();
  w.take_over();
  w.observed(system::LifecycleChanged{w.system->find("vm1")->id, Lifecycle::kStopped}, "adoption");
  w.go_on("vm1.start");
  forget();
  w.begin();
  EXPECT_EQ(w.calls(), "vm1.start(vm1)");
  EXPECT_EQ(w.state_of("vm1"), "started");
}

}  // namespace
}  // namespace attune::workflow
