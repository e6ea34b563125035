// SPDX-License-Identifier: Apache-2.0
#include "wrappers/remains.h"

#include <algorithm>
#include <filesystem>

#include "tests/wrappers/local_fixture.h"
#include "wrappers/process.h"
#include "wrappers/software.h"

namespace attune::wrappers {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

// A component that was deployed on lab1. Both hosts are up.
class RemainsTest : public LocalTest {
 public:
  ~RemainsTest() override { process("kill"); }

 protected:
  RemainsTest() {
    dir_.write("project/server", "#!/bin/sh\nwhile :; do sleep 0.01; done\n", true);
    for (model::Class& one : small_.project.classes)
      if (one.name == "app") one.legacy_file = dir_ / "project/server";
    app_ = small_.make("app", "lab1");
    small_.apply(system::HostChanged{"lab1", system::HostState::kUp, 0, {}, {}});
    small_.apply(system::HostChanged{"lab2", system::HostState::kUp, 0, {}, {}});
    EXPECT_THAT(component("deploy"), StartsWith("exited 0"));
  }
  std::string component(const std::string& operation) {
    return await(begin(software_, small_.call(app_, "Component", operation)));
  }
  std::string process(const std::string& operation, const std::vector<std::string>& arguments = {}) {
    if (small_.system.find(app_) == nullptr) return "removed";
    return await(begin(process_, small_.call(app_, "Process", operation, arguments)));
  }
  void look_over() { loop_.run(software_.look_over("lab1")); }
  bool is_deployed() const { return std::filesystem::exists(dir_ / "host/small/components/app1/server"); }
  pid_t pid() { return std::stoi(in_run_directory("app1", "pid")); }

  Process process_{small_.world};
  Software software_{small_.world};
  system::ComponentId app_ = system::kNoComponent;
};

TEST_F(RemainsTest, WhatItsComponentHasLeftIsTakenAway) {
  small_.apply(system::HostAssigned{app_, "lab2"});
  look_over();
  EXPECT_FALSE(std::filesystem::exists(dir_ / "host"));
  EXPECT_THAT(small_.log.lines, ElementsAre(HasSubstr("lab1 still had the software of app1")));
}

TEST_F(RemainsTest, WhatBelongsThereStays) {
  look_over();
  EXPECT_TRUE(is_deployed());
  EXPECT_THAT(small_.log.lines, IsEmpty());
}

// Two hosts see one directory, or one machine has two names.
TEST_F(RemainsTest, WhatWasDeployedForAnotherHostSinceStays) {
  small_.apply(system::HostAssigned{app_, "lab2"});
  EXPECT_EQ(component("deploy"), "exited 0: it was there already");
  look_over();
  EXPECT_TRUE(is_deployed());
}

TEST_F(RemainsTest, WhatWasRemovedIsTakenAway) {
  small_.apply(system::ComponentRemoved{app_});
  look_over();
  EXPECT_FALSE(is_deployed());
}

TEST_F(RemainsTest, WhatTheSystemHasNeverHadStays) {
  const std::string record = dir_.read("host/small/deployed/app1");
  dir_.write("host/small/deployed/app7", record);
  dir_.write("host/small/deployed/other1", record);
  look_over();
  EXPECT_TRUE(std::filesystem::exists(dir_ / "host/small/deployed/app7"));
  EXPECT_TRUE(std::filesystem::exists(dir_ / "host/small/deployed/other1"));
}

TEST_F(RemainsTest, AProcessThatRunsElsewhereByNowIsEndedWithItsSoftware) {
  process("start", {"./server"});
  const pid_t left = pid();
  small_.apply(system::HostAssigned{app_, "lab2"});
  small_.set(app_, Lifecycle::kStarted);
  look_over();
  EXPECT_TRUE(is_gone(left));
  EXPECT_FALSE(is_deployed());
  EXPECT_THAT(small_.log.lines, ElementsAre(HasSubstr("app1 still ran on lab1"), HasSubstr("it is removed")));
}

// Regression: it was taken for started by then, and died.
TEST_F(RemainsTest, AComponentThatComesBackWaitsForTheEndOfItsOldProcess) {
  deployed("app1", "server", "trap 'touch asked' TERM\nwhile :; do sleep 0.01; done\n");
  small_.set(app_, "stop_grace", Duration(std::chrono::seconds(1)));  // at which it is killed
  process("start", {"./server"});
  const pid_t old = pid();
  small_.apply(system::HostAssigned{app_, "lab2"});
  small_.set(app_, Lifecycle::kStarted);
  bool is_over = false;
  start<int>(software_.look_over("lab1"), [&](int) { is_over = true; });
  loop_.run_until([&] { return std::filesystem::exists(dir_ / "host/small/components/app1/asked"); });
  small_.apply(system::HostAssigned{app_, "lab1"});
  EXPECT_EQ(component("deploy"), "exited 0: it was there already");
  EXPECT_TRUE(is_gone(old));
  EXPECT_THAT(process("start", {"./server"}), StartsWith("exited 0"));
  EXPECT_NE(pid(), old);
  loop_.run_until([&] { return is_over; });
  EXPECT_TRUE(is_deployed());
}

TEST_F(RemainsTest, TheOnlyProcessIsToldOnceAndNotTouched) {
  process("start", {"./server"});
  small_.apply(system::HostAssigned{app_, "lab2"});
  small_.set(app_, Lifecycle::kFailed);
  look_over();
  look_over();
  EXPECT_FALSE(is_gone(pid()));
  EXPECT_TRUE(is_deployed());
  EXPECT_THAT(small_.log.lines, ElementsAre(AllOf(HasSubstr("app1 still runs on lab1"),
                                                  HasSubstr("failed on lab2, which is up"))));
  small_.apply(system::HostAssigned{app_, "lab1"});
}

TEST_F(RemainsTest, WhatCannotBeUndeployedIsTakenAwayOnceItsComponentHasGone) {
  process("start", {"./server"});
  EXPECT_THAT(component("undeploy"), HasSubstr("app1 still runs there"));
  small_.apply(system::HostAssigned{app_, "lab2"});
  small_.set(app_, Lifecycle::kStarted);
  const auto is_told = [&] {
    return std::any_of(small_.log.lines.begin(), small_.log.lines.end(),
                       [](const std::string& line) { return line.find("it is removed") != line.npos; });
  };
  loop_.run_until(is_told);
  EXPECT_FALSE(is_deployed());
}

}  // namespace
}  // namespace attune::wrappers
