// SPDX-License-Identifier: Apache-2.0
#include "runtime/main/cli/dry_run.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "dsl/project_loader.h"
#include "tests/support/catalog.h"
#include "tests/support/folder_case.h"
#include "tests/support/project_builder.h"

namespace attune::cli {
namespace {

using attune::testing::ProjectBuilder;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

void give_stubs(model::Project& project, const std::string& wrapper, const std::string& key) {
  project.wrappers[wrapper].name = wrapper;
  for (const char* stub : {"start", "stop"})
    project.wrappers[wrapper].stubs.push_back({stub, key, stub, {}, std::chrono::seconds(60), {}});
}

class DryRunTest : public ::testing::Test {
 protected:
  Result<Plan> play(const model::Project& project) {
    Diagnostics found;
    const model::Instances instances = model::instantiate(project, found);
    EXPECT_TRUE(found.empty());
    dry_run_.emplace(project);
    return dry_run_->play(instances);
  }
  // Each step's calls, as "vm.start on lab1".
  static std::vector<std::vector<std::string>> calls_of(const Plan& plan) {
    std::vector<std::vector<std::string>> steps;
    for (const PlanStep& step : plan.steps) {
      auto& calls = steps.emplace_back();
      for (const PlannedCall& call : step.calls)
        calls.push_back(call.component + "." + call.stub + " on " + call.host);
    }
    return steps;
  }
  std::optional<DryRun> dry_run_;
};

TEST_F(DryRunTest, DeploysThenStartsContainersFirst) {
  model::Project project = ProjectBuilder()
                               .family("lab", {"lab1"})
                               .component("vm", "lab")
                               .wrapper("vm")
                               .component("probe")
                               .wrapper("probe")
                               .contains("vm", "probe", "probe")
                               .build();
  give_stubs(project, "vm", "VM");
  give_stubs(project, "probe", "Probe");
  const auto plan = play(project);
  ASSERT_TRUE(plan) << plan.error().message;
  EXPECT_EQ(plan->problem, "");
  EXPECT_THAT(calls_of(*plan),
              ElementsAre(ElementsAre("vm.deploy on lab1", "probe.deploy on lab1"),
                          ElementsAre("vm.start on lab1"), ElementsAre("probe.start on lab1")));
  EXPECT_EQ(dry_run_->system().find("vm")->lifecycle, system::Lifecycle::kStarted);
}

TEST_F(DryRunTest, DeploysIntoAGuestOnceItRuns) {
  model::Project project = ProjectBuilder()
                               .family("lab", {"lab1"})
                               .component("vm", "lab")
                               .wrapper("vm")
                               .component("app", "vm")
                               .wrapper("app")
                               .build();
  give_stubs(project, "vm", "VM");
  give_stubs(project, "app", "Process");
  const auto plan = play(project);
  ASSERT_TRUE(plan) << plan.error().message;
  EXPECT_EQ(plan->problem, "");
  EXPECT_THAT(calls_of(*plan), ElementsAre(ElementsAre("vm.deploy on lab1"), ElementsAre("vm.start on lab1"),
                                           ElementsAre("app.deploy on vm"), ElementsAre("app.start on vm")));
  EXPECT_EQ(dry_run_->system().find_host("vm")->address, "<address of vm>");
}

TEST_F(DryRunTest, SaysWhatFitsNowhere) {
  model::Project project =
      ProjectBuilder().family("lab", {"lab1"}).component("vm", "lab", 3).memory(1 << 30).build();
  project.families[0].hosts[0].memory = model::Size{2LL << 30};
  const auto plan = play(project);
  ASSERT_FALSE(plan);
  EXPECT_THAT(plan.error().message, HasSubstr("vm3 fits on none"));
}

// What a `start` diagram does before its last call.
class DiagramRunTest : public DryRunTest {
 protected:
  // In a project of a database and an app, on two hosts of 1 GiB.
  Plan play_diagram(const std::string& body) {
    const test::FolderCase folder(R"(=== deployment.mmd
classDiagram
  class lab {
    <<host-family>>
    +nodefile: String = "lab.nodes"
  }
  class database {
    +host-family: String = "lab"
    +wrapper: String = "service.xml"
    +memory: Size = 64MiB
  }
  class app {
    +host-family: String = "lab"
    +wrapper: String = "service.xml"
  }
=== lab.nodes
lab1 memory=1GiB
lab2 memory=1GiB
=== wrappers/service.xml
<wrapper name="service"><method name="start" key="Script" method="run"/></wrapper>
=== diagrams/start.mmd
stateDiagram-v2
)" + body + "\n");
    Diagnostics found;
    const auto loaded = dsl::load_project(folder.path().string(), test::catalog(), folder.path(), found);
    for (const Diagnostic& one : found.all()) ADD_FAILURE() << to_text(one);
    return play(loaded.project).value();
  }
  // What is told before the app is started, which is the last that is done.
  std::vector<std::string> notes_before_the_app(const std::string& body) {
    const Plan plan = play_diagram("[*] --> a\n" + body + "\nb : app.start()\nb --> [*]");
    EXPECT_EQ(plan.problem, "");
    EXPECT_THAT(calls_of(plan).back(), ElementsAre("app.start on lab2"));
    return plan.steps.back().notes;
  }
};

TEST_F(DiagramRunTest, TellsOfWaitsAndDoesNotWait) {
  EXPECT_THAT(notes_before_the_app("a : wait(30s)\na --> b"), ElementsAre("30s later"));
  EXPECT_THAT(notes_before_the_app("a : wait(1h)\na : wait(30min)\na --> b"), ElementsAre("90min later"));
}

TEST_F(DiagramRunTest, TellsWhatIsDecidedBetweenWaitsBetweenThem) {
  EXPECT_THAT(notes_before_the_app("a : wait(30s)\na : alert(\"now\")\na : wait(5s)\na --> b"),
              ElementsAre("30s later", "alert: now", "5s later"));
}

TEST_F(DiagramRunTest, TellsOfGuardsThatHold) {
  EXPECT_THAT(notes_before_the_app("a --> [*] : [database.state == \"started\"]\n"
                                   "a --> b : [database.state == \"deployed\"]\na --> [*] : [else]"),
              ElementsAre("a [database.state == \"deployed\"] holds (database.state = deployed)"));
}

TEST_F(DiagramRunTest, TellsOfTheHostsThatAreChosen) {
  EXPECT_THAT(notes_before_the_app("a : spare = lab.any(free_memory >= database.memory)\na --> b"),
              ElementsAre(::testing::StartsWith("spare = lab1 (")));
}

TEST_F(DiagramRunTest, SaysWhatItWouldWaitForInVain) {
  const Plan plan = play_diagram("[*] --> a\na : wait(database.state == \"failed\")\na --> [*]");
  EXPECT_EQ(plan.problem, "it waits in 'a' for what does not happen here");
}

TEST_F(DiagramRunTest, SaysThatItWouldNotEndWell) {
  const Plan plan = play_diagram(
      "[*] --> a\na --> [*] : [app.state == \"failed\"]\na --> b : [else]\n"
      "b : x = lab.any(load > 100%)\nb : app.host = x\nb --> [*]");
  EXPECT_THAT(plan.problem, HasSubstr("'x' gives no host for app"));
}

TEST_F(DryRunTest, PlansTenThousandInOneStepEach) {
  std::vector<std::string> hosts;
  for (int i = 0; i < 1000; ++i) hosts.push_back("h" + std::to_string(i));
  model::Project project =
      ProjectBuilder().family("lab", hosts).component("app", "lab", 10'000).wrapper("app").build();
  give_stubs(project, "app", "Process");
  const auto plan = play(project);
  ASSERT_TRUE(plan) << plan.error().message;
  ASSERT_EQ(plan->steps.size(), 2u);
  EXPECT_EQ(plan->steps[0].calls.size(), 10'000u);
  EXPECT_EQ(plan->steps[1].calls.size(), 10'000u);
  EXPECT_EQ(dry_run_->system().count_on(*dry_run_->system().find_host("h999")), 10u);
}

}  // namespace
}  // namespace attune::cli
