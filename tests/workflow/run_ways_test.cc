// SPDX-License-Identifier: Apache-2.0
// What one diagram means: its forks, joins and composite states.
#include "tests/workflow/shop.h"

namespace attune::workflow {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using std::chrono_literals::operator""s;

class WaysTest : public WorkflowTest {
 protected:
  // `overload` where the app's check fails.
  ScriptedWorld& overload_of_an_ill_app(const std::string& body) {
    diagram("overload", body);
    begun().script("app1.check", exits(1));
    world().send("overload app1");
    return world();
  }
  // `overload` where the app's check and the balancer's reload go on.
  ScriptedWorld& overload_that_goes_on(const std::string& body) {
    diagram("overload", body);
    return go_on();
  }
  ScriptedWorld& go_on() {
    begun().hold("app1.check");
    world().hold("balancer.reload");
    world().send("overload app1");
    return world();
  }
};

// --- fork and join ---

class ForkTest : public WaysTest {
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
  }
};

TEST_F(ForkTest, ItsBranchesBeginAtOnceAndTheJoinWaitsForAll) {
  ScriptedWorld& w = go_on();
  EXPECT_EQ(w.open(), "app1.check balancer.reload");
  w.end("app1.check");
  EXPECT_EQ(w.open(), "balancer.reload");
  w.end("balancer.reload");
  EXPECT_EQ(w.calls(), "app1.check balancer.reload store.reload app1.reload");
  EXPECT_EQ(w.states(), "split left right sync last");
  EXPECT_THAT(w.ends(), ElementsAre("overload app1 done"));
}

TEST_F(ForkTest, AFailingBranchCancelsTheOthers) {
  ScriptedWorld& w = go_on();
  w.end("app1.check", exits(1, "ill"));
  EXPECT_EQ(w.cancelled(), "balancer.reload");
  EXPECT_THAT(w.ends(),
              ElementsAre("overload app1 failed: in 'split': in 'left': app1.check exited with 1: ill"));
  EXPECT_EQ(w.open(), "");
}

TEST_F(ForkTest, AFailedForkAwaitsWhatItCancelled) {
  world().deaf = true;
  ScriptedWorld& w = go_on();
  w.end("app1.check", exits(1));
  EXPECT_THAT(w.ends(), IsEmpty());
  w.end("balancer.reload");
  EXPECT_EQ(w.calls(), "app1.check balancer.reload");
  EXPECT_THAT(w.ends(), SizeIs(1));
}

TEST_F(ForkTest, ABranchThatFailsAtOnceCancelsWhatHasJustBegun) {
  ScriptedWorld& w = begun();
  w.hold("balancer.reload");
  w.script("app1.check", exits(1));
  w.send("overload app1");
  EXPECT_EQ(w.cancelled(), "balancer.reload");
  EXPECT_THAT(w.ends(), SizeIs(1));
}

TEST_F(WaysTest, AFailedForkMayBeMended) {
  ScriptedWorld& w = overload_of_an_ill_app(R"(
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
  EXPECT_EQ(w.states(), "both split left right mend");
  EXPECT_THAT(w.ends(), ElementsAre("overload app1 done"));
}

TEST_F(WaysTest, ABranchMayBeMendedByItself) {
  ScriptedWorld& w = overload_of_an_ill_app(R"(
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
  EXPECT_EQ(w.cancelled(), "");
  EXPECT_THAT(w.ends(), ElementsAre("overload app1 done"));
}

TEST_F(WaysTest, ForksMayStandWithinForks) {
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

TEST_F(WaysTest, BranchesMayEndWithoutAJoin) {
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

TEST_F(WaysTest, AJoinDoesNotWaitForABranchThatHasEndedElsewhere) {
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

TEST_F(WaysTest, AForkTakesThoseWaysWhoseGuardsHold) {
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

TEST_F(WaysTest, ACompositeStateIsDoneWhenItsInsideIs) {
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

TEST_F(WaysTest, ItsRegionsGoOnSideBySide) {
  ScriptedWorld& w = overload_that_goes_on(R"(
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
  EXPECT_EQ(w.open(), "app1.check balancer.reload");
  w.end("balancer.reload");
  EXPECT_THAT(w.ends(), IsEmpty());
  w.end("app1.check");
  EXPECT_THAT(w.ends(), ElementsAre("overload app1 done"));
}

TEST_F(WaysTest, AnErrorInsideIsTheWholesError) {
  ScriptedWorld& w = overload_of_an_ill_app(R"(
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
  EXPECT_EQ(w.states(), "both a b mend");
  EXPECT_EQ(w.engine->next_deadline(), std::nullopt);
}

TEST_F(WaysTest, AfterATimeTheWholeInsideIsLeft) {
  ScriptedWorld& w = overload_that_goes_on(R"(
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
  w.pass(10s);
  EXPECT_EQ(w.cancelled(), "app1.check balancer.reload");
  EXPECT_EQ(w.states(), "both a inner deep late");
  EXPECT_THAT(w.ends(), ElementsAre("overload app1 done"));
}

}  // namespace
}  // namespace attune::workflow
