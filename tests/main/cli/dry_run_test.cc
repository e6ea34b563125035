// SPDX-License-Identifier: Apache-2.0
#include "runtime/main/cli/dry_run.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

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
