// SPDX-License-Identifier: Apache-2.0
// What starting, stopping and removing come to where components live inside VMs.
#include "runtime/workflow/standard_errands.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/workflow/scripted_world.h"

namespace attune::workflow {
namespace {

using ::testing::ElementsAre;

constexpr char kBoxes[] = R"(=== deployment.mmd
classDiagram
  class lab {
    <<host-family>>
    +nodefile: String = "lab.nodes"
  }
  class box {
    +wrapper: String = "vm.xml"
    host-family: String = "lab"
    +max: Integer = 2
    +memory: Size = 1GiB
    +address: String = "10.0.0.7"
  }
  class shell {
    +wrapper: String = "service.xml"
  }
  class inner {
    +wrapper: String = "service.xml"
    host-family: String = "box"
    +max: Integer = 2
  }
  class user {
    +wrapper: String = "service.xml"
    host-family: String = "lab"
  }
  box "1" *-- "1" shell : shell
  user "1" --> "0..1" inner : service
=== lab.nodes
lab1
=== wrappers/service.xml
<wrapper name="service">
  <event name="full"/>
  <method name="start" key="Script" method="run"/>
  <method name="stop" key="Script" method="run"/>
</wrapper>
=== wrappers/vm.xml
<wrapper name="vm">
  <method name="start" key="VM" method="start"><param value="$this.srname"/></method>
  <method name="stop" key="VM" method="stop"><param value="$this.srname"/></method>
  <method name="kill" key="VM" method="stop"><param value="$this.srname"/></method>
</wrapper>
=== diagrams/full.mmd
---
attune:
  on: user
---
stateDiagram-v2
  [*] --> a
  a : box--
  a --> [*]
)";

class StandardErrandsTest : public ::testing::Test {
 protected:
  void begin() {
    world_.begin();
    begun_ = world_.calls();
  }

  ScriptedWorld world_{kBoxes};
  std::string begun_;
};

TEST_F(StandardErrandsTest, WhatLivesInsideAVmIsDeployedOnceThatRuns) {
  begin();
  EXPECT_EQ(begun_,
            "box1.deploy shell1.deploy user.deploy box1.start(box1) user.start shell1.start inner1.deploy "
            "inner1.start");
}

TEST_F(StandardErrandsTest, StopGoesFromTheInsideOut) {
  begin();
  world_.stop();
  EXPECT_EQ(world_.calls(), "shell1.stop inner1.stop box1.stop(box1) user.stop");
}

TEST_F(StandardErrandsTest, WhatLivesInsideAVmIsUndeployedWhileThatRuns) {
  begin();
  world_.send("full user");
  EXPECT_EQ(world_.calls(),
            "shell1.stop inner1.stop inner1.undeploy box1.stop(box1) shell1.undeploy box1.undeploy");
  EXPECT_EQ(world_.state_of("inner1"), "(gone)");
  EXPECT_EQ(world_.state_of("box1"), "(gone)");
  EXPECT_EQ(world_.bound("user", "service"), "");
}

TEST_F(StandardErrandsTest, WhatLivesInsideAVmThatIsOffIsOutOfReach) {
  begin();
  world_.observed(system::LifecycleChanged{world_.system->find("box1")->id, system::Lifecycle::kStopped});
  world_.undeploy("");
  EXPECT_THAT(world_.ends(), ElementsAre("start done", "undeploy done"));
  EXPECT_EQ(world_.state_of("box1"), "declared");
}

TEST_F(StandardErrandsTest, WhatLivedInsideAVmThatDiedIsDeployedAnewBeforeItStarts) {
  begin();
  world_.observed(system::LifecycleChanged{world_.system->find("box1")->id, system::Lifecycle::kFailed});
  EXPECT_EQ(world_.state_of("inner1"), "declared");
  EXPECT_EQ(world_.state_of("shell1"), "started");  // its content lives beside it, on the host
  world_.by_hand("box1", "start");
  world_.by_hand("inner1", "start");
  EXPECT_EQ(world_.calls(), "box1.start(box1) inner1.deploy inner1.start");
}

TEST_F(StandardErrandsTest, WhatLivedInsideAVmIsDeclaredWhenItsKillHasAnswered) {
  begin();
  const system::ComponentId box = world_.system->find("box1")->id;
  world_.script("box1.kill", CallExited{0, "", {system::LifecycleChanged{box, system::Lifecycle::kStopped}}});
  world_.by_hand("box1", "kill");
  EXPECT_EQ(world_.state_of("box1"), "stopped");
  EXPECT_EQ(world_.state_of("inner1"), "declared");
  world_.by_hand("box1", "start");
  world_.by_hand("inner1", "start");
  EXPECT_EQ(world_.calls(), "box1.kill(box1) box1.start(box1) inner1.deploy inner1.start");
}

TEST_F(StandardErrandsTest, UndeployByHandTakesWhatLivesInside) {
  begin();
  world_.undeploy("box1");
  EXPECT_EQ(world_.calls(),
            "shell1.stop inner1.stop inner1.undeploy box1.stop(box1) shell1.undeploy box1.undeploy");
  EXPECT_EQ(world_.bound("user", "service"), "inner1");
}

// A deployment of it may have been lost.
TEST_F(StandardErrandsTest, UndeployingAllAsksTheHostAboutWhatIsOnlyDeclared) {
  begin();
  world_.observed(system::LifecycleChanged{world_.system->find("user")->id, system::Lifecycle::kDeclared});
  world_.undeploy("");
  EXPECT_THAT(world_.calls(), ::testing::HasSubstr("user.undeploy"));
  EXPECT_THAT(world_.calls(), ::testing::Not(::testing::HasSubstr("user.stop")));
}

TEST_F(StandardErrandsTest, UndeployingAllTakesNobodysWordThatWhatFailedDoesNotRun) {
  begin();
  world_.observed(system::LifecycleChanged{world_.system->find("user")->id, system::Lifecycle::kFailed});
  world_.script("user.stop", exits(1, "no answer"));
  world_.undeploy("");
  EXPECT_THAT(world_.calls(), ::testing::ContainsRegex("user.stop.* user.undeploy"));
  EXPECT_THAT(world_.ends(), ::testing::Contains(::testing::HasSubstr("user.stop exited with 1: no answer")));
  EXPECT_EQ(world_.state_of("user"), "declared");
}

}  // namespace
}  // namespace attune::workflow
