// SPDX-License-Identifier: Apache-2.0
// What the actions of a diagram do about instances: they come and go, and are bound to others.
#include "tests/workflow/action_test.h"

namespace attune::workflow {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

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
  EXPECT_EQ(w.calls(), "app4.deploy cache4.deploy cache4.undeploy app4.undeploy");
  EXPECT_EQ(w.state_of("app4"), "(gone)");
  EXPECT_EQ(w.state_of("cache4"), "(gone)");
  EXPECT_THAT(w.ends(), ElementsAre(done_));
}

TEST_F(ActionTest, WhatCannotBeUndeployedEitherStaysWhichIsTold) {
  write({"app++"});
  ScriptedWorld& w = begun();
  w.script("app3.deploy", CallLost{"the connection broke"});
  w.script("app3.undeploy", exits(1, "no answer"));
  act();
  EXPECT_EQ(w.state_of("app3"), "declared");
  EXPECT_THAT(w.ends(),
              ElementsAre(AllOf(HasSubstr("app3.deploy was lost, it may have run: the connection broke; what "
                                          "it left stays: app3.undeploy exited with 1: no answer"),
                                HasSubstr("; could not put back: app3 (app3.undeploy exited with 1"))));
}

TEST_F(ActionTest, WhatCouldNotBeUndeployedIsUndeployedOnceThatWorks) {
  write({"app++"});
  ScriptedWorld& w = begun();
  w.script("app3.deploy", CallLost{"the connection broke"});
  w.hold("app3.undeploy");
  act();
  w.end("app3.undeploy", exits(1, "no answer"));
  w.end("app3.undeploy");
  EXPECT_EQ(w.calls(),
            "app3.deploy cache3.deploy cache3.undeploy app3.undeploy cache3.undeploy app3.undeploy");
  EXPECT_EQ(w.state_of("app3"), "(gone)");
}

TEST_F(ActionTest, WhatIsOnlyDeclaredIsUndeployedBeforeItIsRemoved) {
  write({"app--"});
  ScriptedWorld& w = begun();
  EXPECT_EQ(w.undeploy("app2"), "");
  EXPECT_EQ(w.state_of("app2"), "declared");
  forget();
  w.hold("app2.undeploy");
  act();
  w.end("app2.undeploy", exits(1, "no answer"));
  EXPECT_EQ(w.state_of("app2"), "declared");
  EXPECT_THAT(w.ends(), ElementsAre(HasSubstr("app2.undeploy exited with 1: no answer")));
  act();
  w.end("app2.undeploy");
  EXPECT_EQ(w.calls(), "cache2.undeploy app2.undeploy cache2.undeploy app2.undeploy");
  EXPECT_EQ(w.state_of("app2"), "(gone)");
}

TEST_F(ActionTest, WhatIsCancelledWhileItIsDeployedIsNotCreated) {
  write({"app++"});
  ScriptedWorld& w = begun();
  w.hold("app3.deploy");
  act();
  EXPECT_EQ(w.cancel(w.last_run()), "");
  EXPECT_EQ(w.state_of("app3"), "(gone)");
  EXPECT_EQ(w.state_of("cache3"), "(gone)");
  EXPECT_EQ(w.calls(), "app3.deploy cache3.deploy cache3.undeploy app3.undeploy");
  EXPECT_THAT(w.ends(), ElementsAre(HasSubstr("cancelled")));
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
  EXPECT_EQ(w.calls(), "cache2.stop app2.stop cache2.start");
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

}  // namespace
}  // namespace attune::workflow
