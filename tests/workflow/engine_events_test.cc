// SPDX-License-Identifier: Apache-2.0
// Which events are answered, when, and what is said of those that are not.
#include "tests/workflow/shop.h"

namespace attune::workflow {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using std::chrono_literals::operator""s;
using std::chrono_literals::operator""min;
using std::chrono_literals::operator""h;

class EventsTest : public WorkflowTest {
 protected:
  // `overload` of an app checks it.
  ScriptedWorld& checks(const std::vector<std::string>& settings = {}) {
    diagram("overload", "[*] --> a\na : this.check()\na --> [*]", settings);
    return begun();
  }
};

// --- accepted or not ---

TEST_F(EventsTest, AnEventStartsARunAboutItsComponent) {
  ScriptedWorld& w = checks();
  EXPECT_EQ(w.send("overload app2 load=90%"), "");
  EXPECT_EQ(w.calls(), "app2.check");
  EXPECT_THAT(w.ends(), ElementsAre("overload app2 done"));
}

TEST_F(EventsTest, WhatIsNotKnownIsRefused) {
  ScriptedWorld& w = checks();
  EXPECT_EQ(w.send("flood app1"), "no event 'flood' in this project");
  EXPECT_EQ(w.send("overload app9"), "no component 'app9'");
  EXPECT_EQ(w.send("overload"), "overload is about a 'app': name it");
  EXPECT_THAT(w.send("overload app1 load=much"), HasSubstr("overload load: "));
  EXPECT_EQ(w.send("start"), "'start' is the project's beginning, not an event");
  EXPECT_EQ(w.send("stop"), "'stop' is the project's end: use `attune stop`, not an event");
  EXPECT_EQ(w.calls(), "");
}

TEST_F(EventsTest, WhatNoDiagramAnswersIsHeardAllTheSame) {
  ScriptedWorld& w = checks();
  EXPECT_EQ(w.send("noise app1"), "");
  EXPECT_THAT(w.suppressed(), ElementsAre("noise app1: no diagram answers it"));
}

TEST_F(EventsTest, AboutAnotherClassIsNotAnswered) {
  ScriptedWorld& w = checks();
  EXPECT_EQ(w.send("overload vm1"), "");
  EXPECT_THAT(w.suppressed(), ElementsAre("overload vm1: its diagram is about a 'app'"));
}

TEST_F(EventsTest, OneThatIsAnsweredAlreadyIsNotAnsweredAgain) {
  ScriptedWorld& w = checks();
  w.hold("app1.check");
  w.send("overload app1");
  w.send("overload app1");
  EXPECT_THAT(w.suppressed(), ElementsAre(HasSubstr("overload app1: run ")));
  w.end("app1.check");
  w.hold("app1.check");
  w.send("overload app1");
  EXPECT_EQ(w.calls(), "app1.check app1.check");
}

TEST_F(EventsTest, EqualOnesAreCountedTogether) {
  ScriptedWorld& w = checks();
  for (int i = 0; i < 1000; ++i) w.send("noise app1");
  EXPECT_THAT(w.suppressed(), SizeIs(1));
  w.pass(10s);
  EXPECT_THAT(w.suppressed(), ElementsAre("noise app1: no diagram answers it; at 12:00:00 (999 times)"));
  w.pass(1min);
  EXPECT_THAT(w.suppressed(), IsEmpty());
  EXPECT_EQ(w.engine->next_deadline(), std::nullopt);
}

TEST_F(EventsTest, EqualOnesAreCountedTogetherAlsoWhereReasonsAlternate) {
  ScriptedWorld& w = checks({"cooldown: 1min"});
  w.send("overload app1");
  w.suppressed();
  for (int i = 0; i < 100; ++i) {
    w.send("overload app1");
    w.send("overload app1 cleared=true");
  }
  EXPECT_THAT(w.suppressed(), SizeIs(2));
}

TEST_F(EventsTest, WhatWasCountedIsToldAtTheEnd) {
  ScriptedWorld& w = checks();
  for (int i = 0; i < 3; ++i) w.send("noise app1");
  w.stopped();
  EXPECT_THAT(w.suppressed(), ElementsAre("noise app1: no diagram answers it",
                                          "noise app1: no diagram answers it (2 times)"));
}

TEST_F(EventsTest, WhatIsCountedIsToldWithWhatItNames) {
  ScriptedWorld& w = checks({"cooldown: 2s"});
  w.hold("app1.check");
  for (int round = 0; round < 2; ++round) {
    w.send("overload app1");
    w.send("overload app1");  // answered already
    w.end("app1.check");
    w.send("overload app1");  // rests
    w.pass(2s);
  }
  EXPECT_THAT(
      w.suppressed(),
      ElementsAre("overload app1: run 2 answers it already", "overload app1: cooldown until 12:00:02",
                  "overload app1: run 3 answers it already", "overload app1: cooldown until 12:00:04"));
}

TEST_F(EventsTest, ALevelThatIsCountedIsToldAsItStoodLast) {
  ScriptedWorld& w = checks({"hold: 30s"});
  w.send("overload app1");
  EXPECT_THAT(w.suppressed(), ElementsAre("overload app1: held 0s of 30s"));
  for (int second = 0; second < 9; ++second) w.pass(1s), w.send("overload app1");
  w.pass(1s);
  EXPECT_THAT(w.suppressed(),
              ElementsAre("overload app1: held 9s of 30s; from 12:00:01 to 12:00:09 (9 times)"));
}

TEST_F(EventsTest, SuppressionsOfTwoHostsAreCountedApart) {
  ScriptedWorld& w = begun();
  for (const char* line : {"host_down lab1", "host_down lab2", "host_down lab2"}) w.send(line);
  EXPECT_THAT(w.suppressed(),
              ElementsAre("host_down lab1: no diagram answers it", "host_down lab2: no diagram answers it"));
  w.pass(10s);
  EXPECT_THAT(w.suppressed(), ElementsAre("host_down lab2: no diagram answers it; at 12:00:00"));
}

// --- hold ---

TEST_F(EventsTest, HoldAnswersOnlyWhatHasLasted) {
  ScriptedWorld& w = checks({"hold: 10s"});
  w.send("overload app1 load=90%");
  EXPECT_EQ(w.calls(), "");
  EXPECT_THAT(w.suppressed(), ElementsAre("overload app1: held 0s of 10s"));
  w.pass(10s);
  EXPECT_EQ(w.calls(), "app1.check");
}

TEST_F(EventsTest, NothingIsKeptOfWhatIsRemoved) {
  ScriptedWorld& w = checks({"hold: 10min"});
  w.send("overload app2");
  EXPECT_EQ(w.remove("app2"), "");
  w.pass(1min);
  EXPECT_EQ(w.engine->next_deadline(), std::nullopt) << "nor is it waited for";
}

TEST_F(EventsTest, HoldIsResetByTheClearedOne) {
  ScriptedWorld& w = checks({"hold: 10s"});
  w.send("overload app1");
  w.pass(9s);
  w.send("overload app1 cleared=true");
  w.pass(5s);
  w.send("overload app1");
  w.pass(9s);
  EXPECT_EQ(w.calls(), "");
  w.pass(1s);
  EXPECT_EQ(w.calls(), "app1.check");
}

TEST_F(EventsTest, HoldCountsFromTheFirstAndAnswersTheLatest) {
  diagram("overload", "[*] --> a\na : this.say(event.load)\na --> [*]", {"hold: 10s"});
  ScriptedWorld& w = begun();
  w.send("overload app1 load=81%");
  w.pass(6s);
  w.send("overload app1 load=95%");
  w.pass(4s);
  EXPECT_EQ(w.calls(), "app1.say(95%)");
}

TEST_F(EventsTest, HoldBeginsAnewAfterTheAnswer) {
  ScriptedWorld& w = checks({"hold: 10s"});
  w.send("overload app1");
  w.pass(10s);
  EXPECT_EQ(w.calls(), "app1.check");
  w.pass(1min);
  w.send("overload app1");
  EXPECT_EQ(w.calls(), "");
  w.pass(10s);
  EXPECT_EQ(w.calls(), "app1.check");
}

TEST_F(EventsTest, HoldIsOfEachComponent) {
  ScriptedWorld& w = checks({"hold: 10s"});
  w.send("overload app1");
  w.pass(5s);
  w.send("overload app2");
  w.pass(5s);
  EXPECT_EQ(w.calls(), "app1.check");
  w.pass(5s);
  EXPECT_EQ(w.calls(), "app2.check");
}

TEST_F(EventsTest, WhatHasGoneMeanwhileIsNotAnswered) {
  diagram("tired", "[*] --> a\na : app--(this)\na --> [*]", {"on: app"});
  ScriptedWorld& w = checks({"hold: 10s"});
  w.send("overload app1");
  w.send("tired app1");
  w.calls();
  w.pass(1min);
  EXPECT_EQ(w.calls(), "");
}

// --- level events ---

TEST_F(EventsTest, TheEndOfAConditionIsNoOccasion) {
  ScriptedWorld& w = checks();
  w.send("overload app1 cleared=true");
  EXPECT_EQ(w.calls(), "");
  EXPECT_THAT(w.suppressed(), ElementsAre("overload app1: the condition has ended"));
}

TEST_F(EventsTest, ARunThatStillWaitsEndsWithItsCondition) {
  diagram("tired", "[*] --> a\na : this.reload()\na --> [*]", {"on: app"});
  ScriptedWorld& w = checks();
  w.hold("app1.reload");
  w.send("tired app1");
  w.send("overload app1");
  w.send("overload app1 cleared=true");
  EXPECT_THAT(w.ends(), ElementsAre("overload app1 cancelled: its condition ended before it could begin"));
  w.end("app1.reload");
  EXPECT_EQ(w.calls(), "app1.reload");
}

TEST_F(EventsTest, ARunThatGoesOnIsNotEndedByIt) {
  ScriptedWorld& w = checks();
  w.hold("app1.check");
  w.send("overload app1");
  w.send("overload app1 cleared=true");
  EXPECT_EQ(w.cancelled(), "");
  w.end("app1.check");
  EXPECT_THAT(w.ends(), ElementsAre("overload app1 done"));
}

// --- release ---

TEST_F(EventsTest, WhatIsBackBeforeItsReleaseHasNotEnded) {
  ScriptedWorld& w = checks({"hold: 10s", "release: 5s"});
  w.send("overload app1");
  w.pass(6s);
  w.send("overload app1 cleared=true");
  EXPECT_THAT(w.suppressed(), ElementsAre("overload app1: held 0s of 10s",
                                          "overload app1: the condition ends, unless it is back within 5s"));
  w.pass(3s);
  w.send("overload app1");
  w.pass(1s);
  EXPECT_EQ(w.calls(), "app1.check");
}

TEST_F(EventsTest, WhatIsBackAfterItsReleaseBeginsAnew) {
  ScriptedWorld& w = checks({"hold: 10s", "release: 5s"});
  w.send("overload app1");
  w.pass(4s);
  w.send("overload app1 cleared=true");
  w.pass(5s);
  w.send("overload app1");
  w.pass(9s);
  EXPECT_EQ(w.calls(), "");
  w.pass(1s);
  EXPECT_EQ(w.calls(), "app1.check");
}

TEST_F(EventsTest, WhatHasHeldButIsOverIsAnsweredOnlyWhenItIsBack) {
  ScriptedWorld& w = checks({"hold: 10s", "release: 5s"});
  w.send("overload app1");
  w.pass(8s);
  w.send("overload app1 cleared=true");
  w.pass(4s);
  EXPECT_EQ(w.calls(), "");
  w.send("overload app1");
  EXPECT_EQ(w.calls(), "app1.check");
}

// --- cooldown ---

TEST_F(EventsTest, CooldownCountsFromTheRunsEnd) {
  ScriptedWorld& w = checks({"cooldown: 30s"});
  w.hold("app1.check");
  w.send("overload app1");
  w.pass(1min);
  w.end("app1.check");
  w.send("overload app1");
  EXPECT_THAT(w.suppressed(), ElementsAre("overload app1: cooldown until 12:01:30"));
  w.pass(29s);
  w.send("overload app1");
  EXPECT_EQ(w.calls(), "app1.check");
  w.pass(1s);
  w.send("overload app1");
  EXPECT_EQ(w.calls(), "app1.check");
}

TEST_F(EventsTest, CooldownIsOfEachComponent) {
  ScriptedWorld& w = checks({"cooldown: 30s"});
  w.send("overload app1");
  w.send("overload app2");
  EXPECT_EQ(w.calls(), "app1.check app2.check");
}

TEST_F(EventsTest, CooldownComesAfterAFailedRunToo) {
  ScriptedWorld& w = checks({"cooldown: 30s"});
  w.script("app1.check", exits(1));
  w.send("overload app1");
  w.send("overload app1");
  EXPECT_EQ(w.calls(), "app1.check");
}

TEST_F(EventsTest, ARunThatNeverBeganDemandsNoCooldown) {
  diagram("tired", "[*] --> a\na : this.reload()\na --> [*]", {"on: app"});
  ScriptedWorld& w = checks({"cooldown: 30s"});
  w.hold("app1.reload");
  w.send("tired app1");
  w.send("overload app1");
  w.cancel(w.last_run());
  w.end("app1.reload");
  w.send("overload app1");
  EXPECT_EQ(w.calls(), "app1.reload app1.check");
}

TEST_F(EventsTest, HoldIsWaitedForWithinACooldown) {
  ScriptedWorld& w = checks({"cooldown: 30s", "hold: 10s"});
  w.send("overload app1");
  w.pass(10s);
  EXPECT_EQ(w.calls(), "app1.check");
  w.send("overload app1");  // lasts
  w.pass(30s);
  EXPECT_EQ(w.calls(), "");
  w.send("overload app1");  // still lasts, and the diagram rests no more
  EXPECT_EQ(w.calls(), "app1.check");
}

// --- timers ---

TEST_F(EventsTest, EveryRaisesTheEventAgainAndAgain) {
  diagram("round", "[*] --> a\na : app.check()\na --> [*]", {"every: 10min"});
  ScriptedWorld& w = begun();
  w.pass(10min - 1s);
  EXPECT_EQ(w.calls(), "");
  w.pass(1s);
  EXPECT_EQ(w.calls(), "app1.check app2.check");
  w.pass(20min);
  EXPECT_EQ(w.calls(), "app1.check app2.check app1.check app2.check");
}

TEST_F(EventsTest, ATimerRunsForEachComponentOfItsClass) {
  diagram("round", "[*] --> a\na : this.check()\na --> [*]", {"on: app", "every: 10min"});
  ScriptedWorld& w = begun();
  w.pass(10min);
  EXPECT_EQ(w.calls(), "app1.check app2.check");
  EXPECT_THAT(w.ends(), ElementsAre("round app1 done", "round app2 done"));
}

TEST_F(EventsTest, AtRaisesTheEventOnceADay) {
  diagram("night", "[*] --> a\na : store.reload()\na --> [*]", {"at: \"03:30\""});
  ScriptedWorld& w = begun();  // at noon
  w.pass(15h);
  EXPECT_EQ(w.calls(), "");
  w.pass(30min);
  EXPECT_EQ(w.calls(), "store.reload");
  w.pass(24h);
  EXPECT_EQ(w.calls(), "store.reload");
}

// --- the manager's own events ---

TEST_F(EventsTest, AHostsEventIsAboutEachComponentThere) {
  diagram("host_down", "[*] --> a\na : alert(event.host, this)\na --> [*]", {"on: cache"});
  ScriptedWorld& w = begun();
  EXPECT_EQ(w.send("host_down lab2"), "");
  EXPECT_THAT(w.alerts(), ElementsAre("lab2 (cache1)"));  // in app1, which is there
}

TEST_F(EventsTest, AHostsEventIsAboutNothingWhereTheDiagramSaysSo) {
  diagram("host_down", "[*] --> a\na : alert(event.host)\na --> [*]");
  ScriptedWorld& w = begun();
  w.send("host_down lab2");
  EXPECT_THAT(w.alerts(), ElementsAre("lab2"));
  EXPECT_EQ(w.send("host_down lab9"), "no host 'lab9'");
}

TEST_F(EventsTest, TwoHostsThatAreDownAtOnceAreBothAnswered) {
  diagram("host_down", "[*] --> a\na : balancer.reload()\na : alert(event.host)\na --> [*]",
          {"cooldown: 1min"});
  ScriptedWorld& w = begun();
  w.hold("balancer.reload");
  w.send("host_down lab1");
  w.send("host_down lab2");
  EXPECT_THAT(w.suppressed(), IsEmpty());
  EXPECT_THAT(w.waits(), ElementsAre(HasSubstr("'balancer' as a whole is in use by run 2")));
  w.send("host_down lab1");
  EXPECT_THAT(w.suppressed(), ElementsAre(HasSubstr("host_down lab1: run 2 answers it already")));
  w.end("balancer.reload");
  w.end("balancer.reload");
  EXPECT_THAT(w.alerts(), ElementsAre("lab1", "lab2"));
  w.send("host_down lab2");
  EXPECT_THAT(w.suppressed(), ElementsAre(HasSubstr("host_down lab2: cooldown until")));
  w.send("host_down lab3");
  EXPECT_THAT(w.suppressed(), IsEmpty()) << "each host rests by itself";
}

TEST_F(EventsTest, AHostWithNothingOfTheClassIsSaidToHaveNone) {
  diagram("host_down", "[*] --> a\na : this.check()\na --> [*]", {"on: app"});
  ScriptedWorld& w = begun();
  w.send("host_down lab1");
  EXPECT_THAT(w.suppressed(), ElementsAre("host_down lab1: no 'app' on lab1"));
}

TEST_F(EventsTest, ARegroupIsAboutNoComponentAndSaysTheGroups) {
  diagram("regroup", "[*] --> a\na : alert(event.groups)\na --> [*]");
  ScriptedWorld& w = begun();
  EXPECT_EQ(w.send("regroup - groups=vm1;vm2"), "");
  EXPECT_THAT(w.ends(), ElementsAre("regroup done"));
  EXPECT_THAT(w.alerts(), ElementsAre("vm1;vm2"));
}

TEST_F(EventsTest, AFailedRunIsAnEventToo) {
  diagram("run_failed", "[*] --> a\na : alert(event.diagram + \" - \" + event.why)\na --> [*]");
  ScriptedWorld& w = checks();
  w.script("app1.check", exits(1));
  w.send("overload app1");
  EXPECT_THAT(w.alerts(), ElementsAre("overload - in 'a': app1.check exited with 1"));
}

TEST_F(EventsTest, AFailedRunAboutFailedRunsIsTheEndOfIt) {
  diagram("run_failed", "[*] --> a\na : store.reload()\na --> [*]");
  ScriptedWorld& w = checks();
  w.script("app1.check", exits(1));
  w.script("store.reload", exits(1));
  w.send("overload app1");
  EXPECT_THAT(w.ends(), SizeIs(2));
}

TEST_F(EventsTest, DiagramsThatCallEachOtherForEverDoNotHoldUpTheRest) {
  diagram("tired", "[*] --> a\na : emit(noise, this)\na --> [*]", {"on: app"});
  diagram("noise", "[*] --> a\na : emit(tired, this)\na --> [*]", {"on: app"});
  ScriptedWorld& w = checks();
  w.send("tired app1");
  EXPECT_LT(w.ends().size(), 2000U);
  EXPECT_EQ(w.engine->next_deadline(), w.now());
  w.send("overload app1");
  EXPECT_EQ(w.calls(), "app1.check");
}

}  // namespace
}  // namespace attune::workflow
