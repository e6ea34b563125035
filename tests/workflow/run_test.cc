// SPDX-License-Identifier: Apache-2.0
// What one diagram means: its order, its guards, its errors and its times. Forks and composite states are in
// run_ways_test.cc.
#include "runtime/workflow/run.h"

#include "tests/workflow/shop.h"

namespace attune::workflow {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using std::chrono_literals::operator""s;
using std::chrono_literals::operator""min;

class RunTest : public WorkflowTest {
 protected:
  // `overload` where one call ends so.
  ScriptedWorld& overload_where(const std::string& call, CallOutcome outcome, const std::string& body) {
    diagram("overload", body);
    begun().script(call, std::move(outcome));
    world().send("overload app1");
    return world();
  }
  // `overload` where one call goes on.
  ScriptedWorld& overload_during(const std::string& call, const std::string& body) {
    diagram("overload", body);
    begun().hold(call);
    world().send("overload app1");
    return world();
  }
};

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

TEST_F(RunTest, AGuardIsToldAsItWasWritten) {
  ScriptedWorld& w = overload(R"(
    state c <<choice>>
    [*] --> c
    c --> a : [ (event.load)>95%  or attempts==0 ]
    c --> [*] : [else]
    a --> [*])");
  EXPECT_THAT(w.guards(),
              ElementsAre(::testing::HasSubstr("(event.load)>95%  or attempts==0: true (event.load = 90%")));
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
  ScriptedWorld& w = overload_where("app1.check", exits(3, "not well"), R"(
    [*] --> a
    a : this.check()
    a : this.reload()
    a --> [*]
    a --> b : on error
    b --> [*])");
  EXPECT_EQ(w.calls(), "app1.check");  // and what comes after it in the state is not done
  EXPECT_EQ(w.states(), "a b");
  EXPECT_THAT(w.ends(), ElementsAre("overload app1 done"));
}

TEST_F(RunTest, ATimedOutCallIsAnError) {
  ScriptedWorld& w = overload_where(
      "app1.check", timed_out(), "[*] --> a\n a : this.check()\n a --> [*]\n a --> b : on error\n b --> [*]");
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
  ScriptedWorld& w = overload_where("app1.check", exits(1), R"(
    state again <<choice>>
    [*] --> a
    a : this.check()
    a --> [*]
    a --> again : on error
    again --> a : [attempts < 3]
    again --> b : [else]
    b --> [*])");
  EXPECT_EQ(w.states(), "a a a b");
  EXPECT_THAT(w.guards(),
              ElementsAre("on error: true (app1.check exited with 1)", "attempts < 3: true (attempts = 1)",
                          "on error: true (app1.check exited with 1)", "attempts < 3: true (attempts = 2)",
                          "on error: true (app1.check exited with 1)", "attempts < 3: false (attempts = 3)"));
}

TEST_F(RunTest, AttemptsBelongToEachStateAndStartAnewWithEachRun) {
  ScriptedWorld& w = overload_where("app1.reload", exits(1), R"(
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

class AfterTest : public RunTest {
 protected:
  AfterTest() {
    overload_during("app1.check", R"(
      [*] --> a
      a : this.check()
      a : this.reload()
      a --> b
      a --> late : after 10s
      a --> wrong : on error
      b --> [*]
      late --> [*]
      wrong --> [*])");
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
  ScriptedWorld& w = overload_during("app1.check", R"(
    [*] --> a
    a : this.check()
    a --> [*]
    a --> a : after 10s)");
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

// --- cancelling ---

TEST_F(RunTest, CanBeCancelledAnywhere) {
  ScriptedWorld& w = overload_during("app1.check", R"(
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
  EXPECT_EQ(w.cancel(w.last_run()), "");
  EXPECT_EQ(w.cancelled(), "app1.check");
  EXPECT_THAT(w.ends(), ElementsAre("overload app1 cancelled: cancelled by tester"));
  w.pass(1s);
  EXPECT_EQ(w.engine->next_deadline(), std::nullopt);
}

TEST_F(RunTest, CancellingAwaitsTheCallsAndStartsWhatWasStopped) {
  world_of_restart();
  ScriptedWorld& w = begun();
  w.deaf = true;
  w.hold("app1.stop");
  w.send("overload app1");
  w.cancel(w.last_run());
  w.cancel(w.last_run());
  EXPECT_THAT(w.ends(), IsEmpty());
  w.end("app1.stop");
  EXPECT_EQ(w.calls(), "app1.stop app1.start(9000)");
  EXPECT_THAT(w.ends(), ElementsAre("overload app1 cancelled: cancelled by tester"));
}

TEST_F(RunTest, OneThatDoesNotGoOnCannotBeCancelled) {
  EXPECT_EQ(begun().cancel(99), "no run 99 goes on; `attune status` lists them");
}

}  // namespace
}  // namespace attune::workflow
