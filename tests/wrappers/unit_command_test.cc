// SPDX-License-Identifier: Apache-2.0
#include "wrappers/unit_command.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/hand_loop.h"
#include "tests/wrappers/hand_shell.h"
#include "tests/wrappers/vm_land.h"
#include "tests/wrappers/wrapper_world.h"
#include "wrappers/unit.h"

namespace attune::wrappers {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

// Behind the shell and its script.
std::vector<std::string> words(const std::string& operation, const std::vector<std::string>& arguments = {}) {
  const auto command = unit_command(operation, "app.service", arguments);
  if (!command) return {command.error().message};
  return {command->argv.begin() + 4, command->argv.end()};
}

std::string told(const std::string& operation, ports::CommandEnd end) {
  return shown(unit_outcome(std::move(end), operation, "app.service", "lab1"));
}

TEST(UnitName, IsThatOfTheKey) {
  EXPECT_EQ(*unit_name("systemd:postgresql.service", "db1"), "postgresql.service");
  EXPECT_EQ(*unit_name("systemd:srv-data.mount", "db1"), "srv-data.mount");
}

TEST(UnitName, OfATemplateIsAnInstanceOfTheComponentsName) {
  EXPECT_EQ(*unit_name("systemd:postgresql@.service", "db1"), "postgresql@db1.service");
  EXPECT_EQ(*unit_name("systemd:postgresql@15-main.service", "db1"), "postgresql@15-main.service");
}

TEST(UnitName, HasItsKindAndNoBlank) {
  for (const char* wrong : {"systemd:", "systemd:nginx", "systemd:-x.service", "systemd:a b.service",
                            "systemd:a/b.service", "systemd:nginx.", "systemd:.service"})
    EXPECT_FALSE(unit_name(wrong, "db1")) << wrong;
}

TEST(UnitCommand, IsSystemctls) {
  EXPECT_THAT(words("restart"),
              ElementsAre("systemctl", "--no-ask-password", "--no-pager", "restart", "--", "app.service"));
  EXPECT_THAT(words("status"),
              ElementsAre("systemctl", "--no-ask-password", "--no-pager", "is-active", "--", "app.service"));
  EXPECT_THAT(words("kill"), ElementsAre("systemctl", "--no-ask-password", "--no-pager", "kill",
                                         "--signal=SIGKILL", "--", "app.service"));
}

TEST(UnitCommand, RunsAProgramWithLimits) {
  EXPECT_THAT(words("run", {"MemoryMax=512M", "CPUQuota=50%", "/usr/bin/serve", "--x=1", "A=b"}),
              ElementsAre("app.service", "systemd-run", "--quiet", "--collect", "--service-type=exec",
                          "--unit=app.service", "--property=MemoryMax=512M", "--property=CPUQuota=50%", "--",
                          "/usr/bin/serve", "--x=1", "A=b"));
}

TEST(UnitCommand, ArgumentsOfAProgramAreNotExpandedBySystemd) {
  const auto all = words("run", {"MemoryMax=512M", "/bin/sh", "-c", "echo $HOME ${X} $$", "100%"});
  EXPECT_THAT(std::vector<std::string>(all.end() - 4, all.end()),
              ElementsAre("/bin/sh", "-c", "echo $$HOME $${X} $$$$", "100%"));
}

TEST(UnitCommand, RunNeedsAProgram) {
  EXPECT_THAT(words("run", {"MemoryMax=512M"}),
              ElementsAre("run: behind its properties a program was expected"));
}

TEST(UnitOutcome, OfAHostWithoutSystemdSaysSo) {
  EXPECT_THAT(told("start", ports::Exited{200, "", ""}),
              HasSubstr("exited 125: lab1 was not booted by systemd"));
  EXPECT_THAT(told("status", ports::Exited{200, "", ""}),
              HasSubstr("exited 125: lab1 was not booted by systemd"));
}

TEST(UnitOutcome, OfAStatusIsWhetherItRuns) {
  EXPECT_EQ(told("status", ports::Exited{0, "active\n", ""}), "exited 0: active");
  EXPECT_EQ(told("status", ports::Exited{3, "failed\n", ""}), "exited 3: app.service on lab1 is failed");
  EXPECT_EQ(told("status", ports::Exited{3, "inactive\n", ""}), "exited 3: app.service on lab1 is inactive");
}

TEST(UnitOutcome, WhatIsBetweenTheTwoIsNoAnswer) {
  EXPECT_EQ(told("status", ports::Exited{3, "activating\n", ""}),
            "exited 125: app.service on lab1 is activating");
  EXPECT_EQ(told("status", ports::Exited{1, "", "Failed to connect to bus\n"}),
            "exited 125: app.service on lab1 is Failed to connect to bus");
}

// As it has ended, and systemd has forgotten it.
TEST(UnitOutcome, ATransientUnitThatHasEndedIsStopped) {
  const ports::Exited end{5, "", "Failed to stop app.service: Unit app.service not loaded.\n"};
  EXPECT_EQ(told("stop", end), "exited 0: it is not loaded, so it does not run");
  EXPECT_THAT(told("kill", end), HasSubstr("exited 5: "));
}

TEST(UnitOutcome, OfAnythingElseIsSystemctls) {
  EXPECT_EQ(told("start", ports::Exited{5, "", "Unit app.service not found.\n"}),
            "exited 5: start of app.service on lab1 ended with code 5: Unit app.service not found.");
}

class UnitTest : public ::testing::Test {
 protected:
  ~UnitTest() override { loop_.turn(); }
  std::string adopted(const ports::Exited& end) {
    std::string result;
    small_.set(id_, system::Lifecycle::kStarted);
    start<Result<system::Lifecycle>>(unit_.adopt(id_), [&](const Result<system::Lifecycle>& found) {
      result = found ? std::string(system::name_of(*found)) : found.error().message;
    });
    loop_.turn();
    shell_.end(shell_.runs.size() - 1, ports::CommandEnd(end));
    loop_.turn();
    return result;
  }
  static model::Project project() {
    model::Project made = small_project();
    made.wrappers["script"].stubs = {stub("start", "systemd:worker@.service", "start")};
    return made;
  }

  test::HandLoop loop_;
  HandShell shell_{loop_};
  VmLand land_{loop_};
  WrapperWorld small_{loop_, loop_, shell_, land_, project()};
  Unit unit_{small_.world};
  system::ComponentId id_ = small_.make("script", "lab1");
};

TEST_F(UnitTest, AdoptionAsksSystemd) {
  EXPECT_EQ(adopted({0, "active\n", ""}), "started");
  EXPECT_EQ(shell_.runs[0].command.argv.back(), "worker@script1.service");
  EXPECT_EQ(adopted({3, "inactive\n", ""}), "stopped");
  EXPECT_EQ(adopted({200, "", ""}), "script1 did not say whether it runs");
}

TEST_F(UnitTest, CallsAreMadeOnItsHost) {
  std::string outcome;
  start<workflow::CallOutcome>(unit_.invoke(small_.call(id_, "systemd:worker@.service", "start"), {}),
                               [&](const workflow::CallOutcome& end) { outcome = shown(end); });
  loop_.turn();
  EXPECT_EQ(shell_.runs[0].host.name, "lab1");
  shell_.end(0, 0);
  loop_.turn();
  EXPECT_EQ(outcome, "exited 0");
}

}  // namespace
}  // namespace attune::wrappers
