// SPDX-License-Identifier: Apache-2.0
// What a call's outcome makes of its component.
#include "runtime/workflow/stub_call.h"

#include "tests/workflow/shop.h"

namespace attune::workflow {
namespace {

using system::Lifecycle;
using ::testing::HasSubstr;

constexpr Lifecycle kBefore = Lifecycle::kStarted;

TEST(LifecycleAfter, AStartThatFailedDoesNotRun) {
  EXPECT_EQ(lifecycle_after(kStart, exits(1), Lifecycle::kDeployed), Lifecycle::kFailed);
  EXPECT_EQ(lifecycle_after(kStart, exits(0), Lifecycle::kDeployed), Lifecycle::kStarted);
  EXPECT_EQ(lifecycle_after(kStart, exits(CallExited::kNotRun), Lifecycle::kDeployed), Lifecycle::kFailed);
}

TEST(LifecycleAfter, WhatAStopThatFailedLeftMayRun) {
  EXPECT_EQ(lifecycle_after(kStop, exits(1), kBefore), Lifecycle::kLost);
  EXPECT_EQ(lifecycle_after(kStop, exits(0), kBefore), Lifecycle::kStopped);
}

TEST(LifecycleAfter, AStopThatHasNotRunChangesNothing) {
  EXPECT_EQ(lifecycle_after(kStop, exits(CallExited::kNotRun), kBefore), kBefore);
}

TEST(LifecycleAfter, WhatTimedOutOrWasCancelledMayRun) {
  for (const std::string_view stub : {kStart, kStop}) {
    EXPECT_EQ(lifecycle_after(stub, CallTimedOut{}, kBefore), Lifecycle::kLost);
    EXPECT_EQ(lifecycle_after(stub, CallCancelled{}, kBefore), Lifecycle::kLost);
  }
}

// It does not run, and what is left of it an undeployment asks the host about.
TEST(LifecycleAfter, WhatWasLostWhileItWasUndeployedIsToBeDeployedAnew) {
  EXPECT_EQ(lifecycle_after(kUndeploy, CallLost{}, Lifecycle::kStopped), Lifecycle::kDeclared);
  EXPECT_EQ(lifecycle_after(kUndeploy, CallLost{}, Lifecycle::kStarted), Lifecycle::kLost);
}

class StubCallTest : public WorkflowTest {};

TEST_F(StubCallTest, WhatItsHostFoundOfTheComponentCounts) {
  ScriptedWorld& w = begun();
  const system::ComponentId app = w.system->find("app1")->id;
  w.script("app1.stop", CallTimedOut{{system::LifecycleChanged{app, Lifecycle::kStarted}}});
  w.by_hand("app1", "stop");
  EXPECT_EQ(w.state_of("app1"), "started");
}

TEST_F(StubCallTest, WhatCouldNotBeStoppedIsStoppedLaterAndNotMoved) {
  ScriptedWorld& w = begun();
  w.script("app1.stop", exits(CallExited::kNotRun, "lab2: no route"));
  w.by_hand("app1", "stop");
  const system::ComponentId app = w.system->find("app1")->id;
  EXPECT_THAT(w.change(system::HostAssigned{app, "lab3"}), HasSubstr("app1 is started on lab2"));
  w.go_on("app1.stop");
  w.calls();
  w.stop();
  EXPECT_THAT(w.calls(), HasSubstr("app1.stop"));
}

}  // namespace
}  // namespace attune::workflow
