// SPDX-License-Identifier: Apache-2.0
// A call that was lost, and has certainly not been carried out, is made once more where its stub allows that.
#include "tests/workflow/shop.h"

namespace attune::workflow {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class RepeatTest : public WorkflowTest {
 protected:
  RepeatTest() {
    diagram("cpu_high", "[*] --> a\na : this.stop()\na : this.start()\na --> [*]");
    diagram("overload", "[*] --> a\na : this.stop()\na --> [*]");
  }
  // As the dispatcher tells of a lost call whose component was found so.
  CallOutcome not_done(const std::string& component, system::Lifecycle found) {
    return CallExited{CallExited::kUncertain,
                      "the link was cut; it may have run",
                      {system::LifecycleChanged{world().system->find(component)->id, found}}};
  }
};

TEST_F(RepeatTest, ItIsMadeOnceMoreAndTheJournalTellsWhy) {
  ScriptedWorld& w = begun();
  w.hold("vm1.start");
  w.send("cpu_high vm1");
  w.end("vm1.start", not_done("vm1", system::Lifecycle::kStopped));
  EXPECT_EQ(w.open(), "vm1.start");
  EXPECT_EQ(w.calls(), "vm1.stop(vm1) vm1.start(vm1) vm1.start(vm1)");
  EXPECT_THAT(w.guards(), ElementsAre("vm1.start may be repeated: true (the link was cut; it may have run)"));
  w.end("vm1.start");
  EXPECT_EQ(w.state_of("vm1"), "started");
  EXPECT_THAT(w.ends(), ElementsAre("cpu_high vm1 done"));
}

TEST_F(RepeatTest, NotTwice) {
  ScriptedWorld& w = begun();
  w.script("vm1.start", not_done("vm1", system::Lifecycle::kFailed));
  w.send("cpu_high vm1");
  EXPECT_EQ(w.calls(), "vm1.stop(vm1) vm1.start(vm1) vm1.start(vm1)");
  EXPECT_THAT(w.ends(), ElementsAre(HasSubstr("vm1.start exited with 255: the link was cut")));
}

TEST_F(RepeatTest, AScriptIsNotUnlessItSaysSo) {
  ScriptedWorld& w = begun();
  w.script("app1.stop", not_done("app1", system::Lifecycle::kStarted));
  w.send("overload app1");
  EXPECT_EQ(w.calls(), "app1.stop");
  EXPECT_THAT(w.guards(), IsEmpty());
}

TEST_F(RepeatTest, WhatNobodyCanTellOfIsNot) {
  ScriptedWorld& w = begun();
  w.script("vm1.stop", lost());
  w.send("cpu_high vm1");
  EXPECT_EQ(w.calls(), "vm1.stop(vm1)");
  EXPECT_EQ(w.state_of("vm1"), "lost");
}

TEST_F(RepeatTest, AProgramsOwn255IsNoLoss) {
  ScriptedWorld& w = begun();
  w.script("vm1.stop", exits(255));
  w.send("cpu_high vm1");
  EXPECT_EQ(w.calls(), "vm1.stop(vm1)");
}

TEST_F(RepeatTest, NotInARunThatIsCancelled) {
  ScriptedWorld& w = begun();
  w.deaf = true;
  w.hold("vm1.start");
  w.send("cpu_high vm1");
  w.cancel(w.last_run());
  w.end("vm1.start", not_done("vm1", system::Lifecycle::kFailed));
  EXPECT_EQ(w.calls(), "vm1.stop(vm1) vm1.start(vm1)");
  EXPECT_THAT(w.ends(), ElementsAre("cpu_high vm1 cancelled: cancelled by tester"));
}

}  // namespace
}  // namespace attune::workflow
