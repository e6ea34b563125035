// SPDX-License-Identifier: Apache-2.0
// What one diagram means: its order, its ways, its forks and its composite states.
#include "runtime/workflow/run.h"

#include "tests/workflow/shop.h"

namespace attune::workflow {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using std::chrono_literals::operator""s;
using std::chrono_literals::operator""min;

class RunTest : public WorkflowTest {};

// --- sequence ---

TEST_F(RunTest, ActionsRunInOrderThenTheNextState) {
  ScriptedWorld& w = overload(R"(
    [*] --> a
    a : this.stop()
    a : this.start()
    a --> b
    b : balancer.reload()
    b --> [*])");
  EXPECT_EQ(w.calls(), "app1.stop app1.start(9000) balancer.reload");
  EXPECT_EQ(w.states(), "a b");
  EXPECT_THAT(w.ends(), ElementsAre("overload app1 done"));
}

TEST_F(RunTest, AnActionWaitsForTheOneBefore) {
  world_of_restart();
  ScriptedWorld& w = begun();
  w.hold("app1.stop");
  w.send("overload app1");
  EXPECT_EQ(w.calls(), "app1.stop");
  w.end("app1.stop");
  EXPECT_EQ(w.calls(), "app1.start(9000)");
}

TEST_F(RunTest, AStateWithoutActionsIsPassed) {
  ScriptedWorld& w = overload("[*] --> a\n a --> b\n b --> [*]");
  EXPECT_EQ(w.states(), "a b");
  EXPECT_THAT(w.ends(), ElementsAre("overload app1 done"));
}

// --- choice and guards ---

TEST_F(RunTest, TheFirstGuardThatHoldsIsTaken) {
  ScriptedWorld& w = overload(R"(
    state c <<choice>>
    [*] --> c
    c --> a : [event.load > 95%]
    c --> b : [event.load > 80%]
    c --> d : [event.load > 50%]
    c --> [*] : [else]
    a --> [*]
    b --> [*]
    d --> [*])");
  EXPECT_EQ(w.states(), "b");
  EXPECT_THAT(w.guards(), ElementsAre("event.load > 95%: false (event.load = 90%)",
                                      "event.load > 80%: true (event.load = 90%)"));
}

TEST_F(RunTest, ElseIsTakenWhereNoGuardHolds) {
  ScriptedWorld& w = overload(R"(
    state c <<choice>>
    [*] --> c
    c --> b : [else]
    c --> a : [event.load > 95%]
    a --> [*]
    b --> [*])");
  EXPECT_EQ(w.states(), "b");
}

TEST_F(RunTest, GuardsStandAtStatesToo) {
  ScriptedWorld& w = overload(R"(
    [*] --> a
    a : this.check()
    a --> b : [event.load > 95%]
    a --> d
    b --> [*]
    d --> [*])");
  EXPECT_EQ(w.states(), "a d");
}

TEST_F(RunTest, WithoutAWayTheRunFails) {
  ScriptedWorld& w = overload(R"(
    state c <<choice>>
    [*] --> c
    c --> [*] : [event.load > 95%])");
  EXPECT_THAT(w.ends(), ElementsAre("overload app1 failed: no way leads on from 'c'"));
}

TEST_F(RunTest, AGuardThatCannotBeToldFailsTheRun) {
  ScriptedWorld& w = overload(R"(
    state c <<choice>>
    [*] --> c
    c --> [*] : [this.note == "x"]
    c --> [*] : [else])");
  EXPECT_THAT(w.ends(),
              ElementsAre("overload app1 failed: in 'c': app1.note has no value yet; set it first"));
}

// --- on error ---

TEST_F(RunTest, OnErrorIsTakenWhenACallFails) {
  diagram("overload", R"(
    [*] --> a
    a : this.check()
    a : this.reload()
    a --> [*]
    a --> b : on error
    b --> [*])");
  ScriptedWorld& w = begun();
  w.script("app1.check", exits(3, "not well"));
  w.send("overload app1");
  EXPECT_EQ(w.calls(), "app1.check");  // and what comes after it in the state is not done
  EXPECT_EQ(w.states(), "a b");
  EXPECT_THAT(w.ends(), ElementsAre("overload app1 done"));
}

TEST_F(RunTest, ATimedOutCallIsAnError) {
  diagram("overload", "[*] --> a\n a : this.check()\n a --> [*]\n a --> b : on error\n b --> [*]");
  ScriptedWorld& w = begun();
  w.script("app1.check", timed_out());
  w.send("overload app1");
  EXPECT_EQ(w.states(), "a b");
}

TEST_F(RunTest, WithoutOnErrorTheRunFailsAndSaysWhy) {
  world_of_restart();
  ScriptedWorld& w = begun();
  w.script("app1.stop", exits(3, "busy"));
  w.send("overload app1");
  EXPECT_THAT(w.ends(), ElementsAre("overload app1 failed: in 'a': app1.stop exited with 3: busy"));
  EXPECT_EQ(w.state_of("app1"), "lost");
}

TEST_F(RunTest, AttemptsCountsHowOftenTheStateWasLeftByAnError) {
  diagram("overload", R"(
    state again <<choice>>
    [*] --> a
    a : this.check()
    a --> [*]
    a --> again : on error
    again --> a : [attempts < 3]
    again --> b : [else]
    b --> [*])");
  ScriptedWorld& w = begun();
  w.script("app1.check", exits(1));
  w.send("overload app1");
  EXPECT_EQ(w.states(), "a a a b");
  EXPECT_THAT(w.guards(),
              ElementsAre("attempts < 3: true (attempts = 1)", "attempts < 3: true (attempts = 2)",
                          "attempts < 3: false (attempts = 3)"));
}

TEST_F(RunTest, AttemptsBelongToEachStateAndStartAnewWithEachRun) {
  diagram("overload", R"(
    state again <<choice>>
    [*] --> a
    a : this.check()
    a --> b
    a --> again : on error
    b : this.reload()
    b --> [*]
    b --> again : on error
    again --> a : [attempts < 2]
    again --> [*] : [else])");
  ScriptedWorld& w = begun();
  w.script("app1.reload", exits(1));
  w.send("overload app1");
  EXPECT_EQ(w.states(), "a b a b");
  w.send("overload app1");
  EXPECT_EQ(w.states(), "a b a b");
}

TEST_F(RunTest, ARunThatGoesRoundInCirclesFails) {
  ScriptedWorld& w = overload("[*] --> a\n a --> b\n b --> a : [event.load > 1%]\n b --> [*] : [else]");
  ASSERT_THAT(w.ends(),
              ElementsAre("overload app1 failed: it took 10000 steps without waiting for anything"));
}

// --- after T ---

class AfterTest : public WorkflowTest {
 protected:
  AfterTest() {
    diagram("overload", R"(
      [*] --> a
      a : this.check()
      a : this.reload()
      a --> b
      a --> late : after 10s
      a --> wrong : on error
      b --> [*]
      late --> [*]
      wrong --> [*])");
    begun().hold("app1.check");
    world().send("overload app1");
  }
};

TEST_F(AfterTest, TheCallIsCancelledThenTheWayIsTaken) {
  ScriptedWorld& w = world();
  w.pass(9s);
  EXPECT_EQ(w.cancelled(), "");
  w.pass(1s);
  EXPECT_EQ(w.cancelled(), "app1.check");
  EXPECT_EQ(w.states(), "a late");
  EXPECT_EQ(w.calls(), "app1.check");
}

TEST_F(AfterTest, TheCancelledCallsOutcomeIsAwaited) {
  ScriptedWorld& w = world();
  w.deaf = true;
  w.pass(20s);
  EXPECT_EQ(w.states(), "a");
  w.end("app1.check");  // well, but too late
  EXPECT_EQ(w.states(), "late");
}

TEST_F(AfterTest, WhatIsDoneInTimeDisarmsIt) {
  ScriptedWorld& w = world();
  w.end("app1.check");
  EXPECT_EQ(w.states(), "a b");
  w.pass(1min);
  EXPECT_EQ(w.states(), "");
  EXPECT_EQ(w.engine->next_deadline(), std::nullopt);
}

TEST_F(AfterTest, AnErrorBeforeItIsAnError) {
  ScriptedWorld& w = world();
  w.end("app1.check", exits(1));
  EXPECT_EQ(w.states(), "a wrong");
}

TEST_F(RunTest, TheTimeCountsFromEnteringTheStateEachTime) {
  diagram("overload", R"(
    [*] --> a
    a : this.check()
    a --> [*]
    a --> a : after 10s)");
  ScriptedWorld& w = begun();
  w.hold("app1.check");
  w.send("overload app1");
  w.pass(35s);
  EXPECT_EQ(w.states(), "a a a a");
}

TEST_F(RunTest, AStateThatOnlyWaitsIsLeftAfterItsTime) {
  ScriptedWorld& w = overload("[*] --> a\n a : this.check()\n a --> b : after 5s\n b --> [*]");
  EXPECT_THAT(w.ends(), IsEmpty());
  EXPECT_EQ(w.engine->runs().front().states, std::vector<std::string>{"a"});
  w.pass(5s);
  EXPECT_EQ(w.states(), "a b");
  EXPECT_THAT(w.ends(), ElementsAre("overload app1 done"));
}

// --- fork and join ---

class ForkTest : public WorkflowTest {
 protected:
  ForkTest() {
    diagram("overload", R"(
      state split <<fork>>
      state sync <<join>>
      [*] --> split
      split --> left
      split --> right
      left : this.check()
      right : balancer.reload()
      right : store.reload()
      left --> sync
      right --> sync
      sync --> last
      last : this.reload()
      last --> [*])");
    begun();
  }
};

TEST_F(ForkTest, ItsBranchesBeginAtOnceAndTheJoinWaitsForAll) {
  ScriptedWorld& w = world();
  w.hold("app1.check");
  w.hold("balancer.reload");
  w.send("overload app1");
  EXPECT_EQ(w.open(), "app1.check balancer.reload");
  w.end("app1.check");
  EXPECT_EQ(w.open(), "balancer.reload");
  w.end("balancer.reload");
  EXPECT_EQ(w.calls(), "app1.check balancer.reload store.reload app1.reload");
  EXPECT_EQ(w.states(), "split left right sync last");
  EXPECT_THAT(w.ends(), ElementsAre("overload app1 done"));
}

TEST_F(ForkTest, AFailingBranchCancelsTheOthers) {
  ScriptedWorld& w = world();
  w.hold("app1.check");
  w.hold("balancer.reload");
  w.send("overload app1");
  w.end("app1.check", exits(1, "ill"));
  EXPECT_EQ(w.cancelled(), "balancer.reload");
  EXPECT_THAT(w.ends(),
              ElementsAre("overload app1 failed: in 'split': in 'left': app1.check exited with 1: ill"));
  EXPECT_EQ(w.open(), "");
}

TEST_F(ForkTest, AFailedForkAwaitsWhatItCancelled) {
  ScriptedWorld& w = world();
  w.deaf = true;
  w.hold("app1.check");
  w.hold("balancer.reload");
  w.send("overload app1");
  w.end("app1.check", exits(1));
  EXPECT_THAT(w.ends(), IsEmpty());
  w.end("balancer.reload");
  EXPECT_EQ(w.calls(), "app1.check balancer.reload");
  EXPECT_THAT(w.ends(), ::testing::SizeIs(1));
}

TEST_F(ForkTest, ABranchThatFailsAtOnceCancelsWhatHasJustBegun) {
  ScriptedWorld& w = world();
  w.hold("balancer.reload");
  w.script("app1.check", exits(1));
  w.send("overload app1");
  EXPECT_EQ(w.cancelled(), "balancer.reload");
  EXPECT_THAT(w.ends(), ::testing::SizeIs(1));
}

TEST_F(RunTest, AFailedForkMayBeMended) {
  diagram("overload", R"(
    state both {
      state split <<fork>>
      state sync <<join>>
      [*] --> split
      split --> left
      split --> right
      left : this.check()
      right : wait(1h)
      left --> sync
      right --> sync
      sync --> [*]
    }
    [*] --> both
    both --> [*]
    both --> mend : on error
    mend --> [*])");
  ScriptedWorld& w = begun();
  w.script("app1.check", exits(1));
  w.send("overload app1");
  EXPECT_EQ(w.states(), "both split left right mend");
  EXPECT_THAT(w.ends(), ElementsAre("overload app1 done"));
}

TEST_F(RunTest, ABranchMayBeMendedByItself) {
  diagram("overload", R"(
    state split <<fork>>
    state sync <<join>>
    [*] --> split
    split --> left
    split --> right
    left : this.check()
    left --> sync
    left --> mend : on error
    mend --> sync
    right : balancer.reload()
    right --> sync
    sync --> [*])");
  ScriptedWorld& w = begun();
  w.script("app1.check", exits(1));
  w.send("overload app1");
  EXPECT_EQ(w.cancelled(), "");
  EXPECT_THAT(w.ends(), ElementsAre("overload app1 done"));
}

TEST_F(RunTest, ForksMayStandWithinForks) {
  ScriptedWorld& w = overload(R"(
    state outer <<fork>>
    state inner <<fork>>
    state in <<join>>
    state out <<join>>
    [*] --> outer
    outer --> a
    outer --> inner
    inner --> b
    inner --> c
    a : this.check()
    b : balancer.reload()
    c : store.reload()
    b --> in
    c --> in
    in --> out
    a --> out
    out --> [*])");
  EXPECT_EQ(w.calls(), "app1.check balancer.reload store.reload");
  EXPECT_THAT(w.ends(), ElementsAre("overload app1 done"));
}

TEST_F(RunTest, BranchesMayEndWithoutAJoin) {
  ScriptedWorld& w = overload(R"(
    state split <<fork>>
    [*] --> split
    split --> a
    split --> b
    a : this.check()
    b : wait(5s)
    a --> [*]
    b --> [*])");
  EXPECT_THAT(w.ends(), IsEmpty());
  w.pass(5s);
  EXPECT_THAT(w.ends(), ElementsAre("overload app1 done"));
}

TEST_F(RunTest, AJoinDoesNotWaitForABranchThatHasEndedElsewhere) {
  ScriptedWorld& w = overload(R"(
    state outer <<fork>>
    state inner <<fork>>
    state sync <<join>>
    state way <<choice>>
    [*] --> outer
    outer --> a
    outer --> inner
    inner --> b
    inner --> c
    a --> sync
    b : wait(5s)
    b --> way
    c --> [*]
    way --> sync : [event.load > 95%]
    way --> [*] : [else]
    sync --> last
    last : this.check()
    last --> [*])");
  EXPECT_EQ(w.calls(), "");
  w.pass(5s);
  EXPECT_EQ(w.calls(), "app1.check");
  EXPECT_THAT(w.ends(), ElementsAre("overload app1 done"));
}

TEST_F(RunTest, AForkTakesThoseWaysWhoseGuardsHold) {
  ScriptedWorld& w = overload(R"(
    state split <<fork>>
    state sync <<join>>
    [*] --> split
    split --> a
    split --> b : [event.load > 95%]
    a : this.check()
    b : this.reload()
    a --> sync
    b --> sync
    sync --> [*])");
  EXPECT_EQ(w.calls(), "app1.check");
  EXPECT_THAT(w.ends(), ElementsAre("overload app1 done"));
}

// --- composite states ---

TEST_F(RunTest, ACompositeStateIsDoneWhenItsInsideIs) {
  ScriptedWorld& w = overload(R"(
    [*] --> whole
    state whole {
      [*] --> a
      a : this.check()
      a --> b
      b : this.reload()
      b --> [*]
    }
    whole --> last
    last : balancer.reload()
    last --> [*])");
  EXPECT_EQ(w.calls(), "app1.check app1.reload balancer.reload");
  EXPECT_EQ(w.states(), "whole a b last");
}

TEST_F(RunTest, ItsRegionsGoOnSideBySide) {
  diagram("overload", R"(
    [*] --> both
    state both {
      [*] --> a
      a : this.check()
      a --> [*]
      --
      [*] --> b
      b : balancer.reload()
      b --> [*]
    }
    both --> [*])");
  ScriptedWorld& w = begun();
  w.hold("app1.check");
  w.hold("balancer.reload");
  w.send("overload app1");
  EXPECT_EQ(w.open(), "app1.check balancer.reload");
  w.end("balancer.reload");
  EXPECT_THAT(w.ends(), IsEmpty());
  w.end("app1.check");
  EXPECT_THAT(w.ends(), ElementsAre("overload app1 done"));
}

TEST_F(RunTest, AnErrorInsideIsTheWholesError) {
  diagram("overload", R"(
    [*] --> both
    state both {
      [*] --> a
      a : this.check()
      a --> [*]
      --
      [*] --> b
      b : wait(1h)
      b --> [*]
    }
    both --> [*]
    both --> mend : on error
    mend --> [*])");
  ScriptedWorld& w = begun();
  w.script("app1.check", exits(1));
  w.send("overload app1");
  EXPECT_EQ(w.states(), "both a b mend");
  EXPECT_EQ(w.engine->next_deadline(), std::nullopt);
}

TEST_F(RunTest, AfterATimeTheWholeInsideIsLeft) {
  diagram("overload", R"(
    [*] --> both
    state both {
      [*] --> a
      a : this.check()
      a --> [*]
      --
      [*] --> inner
      state inner {
        [*] --> deep
        deep : balancer.reload()
        deep --> [*]
      }
      inner --> [*]
    }
    both --> [*]
    both --> late : after 10s
    late --> [*])");
  ScriptedWorld& w = begun();
  w.hold("app1.check");
  w.hold("balancer.reload");
  w.send("overload app1");
  w.pass(10s);
  EXPECT_EQ(w.cancelled(), "app1.check balancer.reload");
  EXPECT_EQ(w.states(), "both a inner deep late");
  EXPECT_THAT(w.ends(), ElementsAre("overload app1 done"));
}

// --- cancelling ---

TEST_F(RunTest, CanBeCancelledAnywhere) {
  diagram("overload", R"(
    state split <<fork>>
    state sync <<join>>
    [*] --> split
    split --> a
    split --> b
    split --> c
    a : this.check()
    b : wait(1h)
    c : wait(this.state == "lost")
    a --> sync
    b --> sync
    c --> sync
    sync --> [*])");
  ScriptedWorld& w = begun();
  w.hold("app1.check");
  w.send("overload app1");
  EXPECT_EQ(w.cancel(w.last_run()), "");
  EXPECT_EQ(w.cancelled(), "app1.check");
  EXPECT_THAT(w.ends(), ElementsAre("overload app1 cancelled: cancelled by tester"));
  w.pass(1s);
  EXPECT_EQ(w.engine->next_deadline(), std::nullopt);
}

TEST_F(RunTest, CancellingAwaitsTheCallsAndDoesNothingMore) {
  world_of_restart();
  ScriptedWorld& w = begun();
  w.deaf = true;
  w.hold("app1.stop");
  w.send("overload app1");
  w.cancel(w.last_run());
  w.cancel(w.last_run());
  EXPECT_THAT(w.ends(), IsEmpty());
  w.end("app1.stop");
  EXPECT_EQ(w.calls(), "app1.stop");
  EXPECT_THAT(w.ends(), ElementsAre("overload app1 cancelled: cancelled by tester"));
}

TEST_F(RunTest, OneThatDoesNotGoOnCannotBeCancelled) {
  EXPECT_EQ(begun().cancel(99), "no run 99 goes on; `attune status` lists them");
}

}  // namespace
}  // namespace attune::workflow
