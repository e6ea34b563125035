// SPDX-License-Identifier: Apache-2.0
// The real daemon takes a changed project without a restart.
#include <csignal>
#include <filesystem>

#include <fcntl.h>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <nlohmann/json.hpp>

#include "tests/daemon/small_project.h"

namespace attune::main {
namespace {

using nlohmann::json;
using ::testing::AllOf;
using ::testing::HasSubstr;
using workflow::RunEnd;
using workflow::RunEnded;

constexpr char kAnswer[] = "stateDiagram-v2\n[*] --> a\na : alert(\"alarm\", this)\na --> [*]\n";
constexpr char kCache[] =
    "  class cache {\n    +wrapper: String = \"app.xml\"\n    +legacyFile: String = \"service.sh\"\n"
    "    +host-family: String = \"machine\"\n    +notes: String = \"/tmp\"\n  }\n";

class ReloadTest : public DaemonTest {
 protected:
  void start_all() {
    daemon_.start();
    ASSERT_EQ(daemon_.await<RunEnded>().end, RunEnd::kDone);
    first_ = process_of("app1");
  }
  json reload(const std::string& body = "{}") { return json::parse(daemon_.ask("POST", "/v1/reload", body)); }
  std::string refused(const std::string& body = "{}") {
    const auto answer = daemon_.try_ask("POST", "/v1/reload", body);
    return answer ? "reloaded: " + *answer : answer.error().message;
  }
  // That the components were let alone by it.
  void expect_same_processes() {
    EXPECT_EQ(process_of("app1"), first_);
    EXPECT_EQ(starts_of("app1"), 1u);
    EXPECT_EQ(states(), "app1 started, app2 started");
  }
  pid_t first_ = 0;
};

TEST_F(ReloadTest, ADiagramThatIsNewAnswersFromThenOn) {
  start_all();
  write("diagrams/alarm.mmd", kAnswer);
  const json answer = reload();
  EXPECT_TRUE(answer["reloads"]);
  EXPECT_EQ(answer["differences"][0]["text"], "diagram alarm added");
  daemon_.await_ready();
  daemon_.write("alarm app1 level=1\n");
  EXPECT_EQ(daemon_.await<workflow::Alerted>().text, "alarm");
  expect_same_processes();
}

TEST_F(ReloadTest, TheJournalSaysWhoWantedItAndWhatHasChanged) {
  start_all();
  write("diagrams/alarm.mmd", kAnswer);
  reload();
  daemon_.await_ready();
  std::string why;
  for (const workflow::Record& record : daemon_.records())
    if (const auto* stopped = std::get_if<workflow::ManagerStopped>(&record.what)) why = stopped->why;
  EXPECT_THAT(why, HasSubstr("has the project read anew: diagram alarm added"));
}

TEST_F(ReloadTest, SighupDoesItWithoutAsking) {
  start_all();
  write("diagrams/alarm.mmd", kAnswer);
  daemon_.kill(SIGHUP);
  daemon_.await_ready();
  daemon_.write("alarm app2 level=1\n");
  EXPECT_EQ(daemon_.await<workflow::Alerted>().component, "app2");
  daemon_.kill(SIGHUP);
  daemon_.await_log("nothing has changed in the project");
  daemon_.kill(SIGTERM);
  EXPECT_EQ(daemon_.await_end(), 0);
}

TEST_F(ReloadTest, ADryRunOnlySaysWhatWouldChange) {
  start_all();
  EXPECT_TRUE(reload(R"({"dry_run": true})")["differences"].empty());
  write("deployment.mmd", deployment(3));
  const json answer = reload(R"({"dry_run": true})");
  EXPECT_FALSE(answer["reloads"]);
  EXPECT_THAT(answer["differences"].dump(), HasSubstr("class setting app.initial changed: 2 -> 3"));
  EXPECT_EQ(answer["obstacle"], nullptr);
  expect_same_processes();
}

TEST_F(ReloadTest, AProjectWithErrorsChangesNothing) {
  start_all();
  write("deployment.mmd", "classDiagram\n  class app {\n    +initial: Integer = \"two\"\n  }\n");
  EXPECT_THAT(refused(), HasSubstr("not reloaded: the project has "));
  EXPECT_FALSE(reload(R"({"dry_run": true})")["findings"].empty());
  expect_same_processes();
  daemon_.kill(SIGHUP);
  daemon_.await_log("error   not reloaded: the project has ");
}

TEST_F(ReloadTest, WhatIsMoreIsMadeAsAtAStart) {
  start_all();
  write("deployment.mmd", deployment(3));
  reload();
  daemon_.await_ready();
  EXPECT_EQ(states(), "app1 started, app2 started, app3 declared");
  EXPECT_EQ(process_of("app1"), first_);
}

TEST_F(ReloadTest, AProjectThatFitsOnNoHostChangesNothing) {
  write("machine.nodes", "here memory=1GiB\n");
  start_all();
  const std::string large =
      std::string(kCache).insert(std::string(kCache).rfind("  }"), "    +memory: Size = 2GiB\n");
  write("deployment.mmd", deployment(2, {}, large));
  EXPECT_THAT(refused(), AllOf(HasSubstr("what is new cannot be placed: "), HasSubstr("cache")));
  EXPECT_THAT(reload(R"({"dry_run": true})")["obstacle"].dump(), HasSubstr("cannot be placed"));
  expect_same_processes();
}

TEST_F(ReloadTest, WhereTheChangedProjectCannotBeOpenedTheOneBeforeGoesOn) {
  start_all();
  write("diagrams/alarm.mmd", kAnswer);
  reload();
  daemon_.await_ready();
  write("attune.info", "status { period 200ms }\nhost { load_period 0s }\ncontrol { look no-such-group }\n");
  EXPECT_TRUE(reload()["reloads"]);
  daemon_.write("alarm app1 level=1\n");
  daemon_.await_log("the changed project is not run, the one before goes on: ");
  daemon_.await_ready();
  EXPECT_EQ(daemon_.await<workflow::Alerted>().text, "alarm") << "what was written meanwhile is answered";
  EXPECT_THAT(reload(R"({"dry_run": true})")["not_run"].dump(), HasSubstr("no-such-group"));
  expect_same_processes();
}

TEST_F(ReloadTest, AClassGoesOnlyAfterItsComponentsHaveGone) {
  write("deployment.mmd", deployment(2, {}, kCache));
  start_all();
  write("deployment.mmd", deployment());
  EXPECT_THAT(refused(), HasSubstr("no class any more for cache ('cache')"));
  daemon_.ask("POST", "/v1/components/cache/remove");
  EXPECT_TRUE(reload()["reloads"]);
  daemon_.await_ready();
  expect_same_processes();
  daemon_.crash();  // the journal is read once more
  daemon_.start();
  expect_same_processes();
}

TEST_F(ReloadTest, RunsThatGoOnAreNotCancelledByIt) {
  start_all();
  const std::string answer = dir_ / "answer";
  ASSERT_EQ(::mkfifo(answer.c_str(), 0600), 0);
  const UniqueFd held(::open(answer.c_str(), O_RDWR | O_CLOEXEC));
  daemon_.ask("POST", "/v1/calls",
              R"({"component": "app1", "stub": "ask", "wait": false, "arguments": [")" + answer + "\"]}");
  write("diagrams/alarm.mmd", kAnswer);
  EXPECT_THAT(refused(), HasSubstr("(call app1); wait for their end (--wait)"));
  daemon_.kill(SIGHUP);
  daemon_.await_log("not reloaded: these runs go on");
  ASSERT_EQ(::write(held.get(), "0\n", 2), 2);
  EXPECT_TRUE(reload(R"({"wait": true})")["reloads"]);
  daemon_.await_ready();
  expect_same_processes();
}

TEST_F(ReloadTest, ARunThatAModeKeepsBackIsGivenUpByIt) {
  write("diagrams/alarm.mmd", kAnswer);
  start_all();
  daemon_.ask("PUT", "/v1/mode", R"({"mode": "recommend"})");
  daemon_.write("alarm app1 level=1\n");
  const workflow::RunId run = daemon_.await<workflow::RunWaits>().run;
  write("attune.info", "status { period 300ms }\nhost { load_period 0s }\n");
  EXPECT_TRUE(reload()["reloads"]);
  daemon_.await_ready();  // between the two nobody answers
  const auto end = daemon_.await<RunEnded>();
  EXPECT_EQ(end.run, run);
  EXPECT_EQ(end.end, RunEnd::kCancelled);
  daemon_.write("alarm app1 level=1\n");
  EXPECT_GT(daemon_.await<workflow::RunWaits>().run, run) << "the next event asks anew";
}

// Until the next manager says that nothing has changed since.
TEST_F(ReloadTest, WhoeverComesMeanwhileFindsTheSocket) {
  start_all();
  write("diagrams/alarm.mmd", kAnswer);
  reload();
  for (bool is_back = false; !is_back;) {
    auto client = control::Client::connect(daemon_.control());
    ASSERT_TRUE(client) << client.error().message;
    const auto answer = client->ask("POST", "/v1/reload", R"({"dry_run": true})");
    is_back = answer && json::parse(*answer)["differences"].empty();
  }
  daemon_.await_ready();
  daemon_.kill(SIGTERM);
  EXPECT_EQ(daemon_.await_end(), 0);
  EXPECT_FALSE(std::filesystem::exists(daemon_.control()));
}

TEST_F(ReloadTest, EventsThatComeMeanwhileWaitInThePipe) {
  start_all();
  write("diagrams/alarm.mmd", kAnswer);
  reload();
  for (int i = 0; i < 20; ++i) daemon_.write(fmt::format("alarm app{} level={}\n", i % 2 + 1, i));
  daemon_.write("nosuch app1\n");
  daemon_.await_ready();
  daemon_.await_log("nosuch");  // those before it have been looked at
  const json events = json::parse(daemon_.ask("GET", "/v1/events"));
  EXPECT_EQ(events["accepted"].get<int>() + events["suppressed"].get<int>(), 20);
}

}  // namespace
}  // namespace attune::main
