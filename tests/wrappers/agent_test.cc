// SPDX-License-Identifier: Apache-2.0
#include "wrappers/agent.h"

#include <algorithm>
#include <csignal>

#include "tests/support/hand_loop.h"
#include "tests/wrappers/hand_shell.h"
#include "tests/wrappers/local_fixture.h"
#include "wrappers/agent_name.h"

namespace attune::wrappers {
namespace {

using ::testing::_;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::Pair;

model::Project served_project() {
  using model::Type;
  model::Project made = small_project();
  for (model::Class& one : made.classes)
    if (one.name == "script") {
      one.attributes.push_back(
          {"configfile", Type::kString, model::Value(std::string("/etc/${this.host.name}.conf"))});
      one.attributes.push_back({"ocf_state", Type::kString, model::Value(std::string("/run/x"))});
      one.attributes.push_back({"port", Type::kInteger, model::Value(int64_t{80})});
      one.attributes.push_back({"verbose", Type::kBool, model::Value(true)});
      one.attributes.push_back({"pidfile", Type::kString, {}});
      one.attributes.push_back({"password", Type::kSecret, {}});
      one.attributes.push_back({"check_level", Type::kInteger, {}});
    }
  made.wrappers["script"].stubs = {stub("start", "ocf:heartbeat:nginx", "start"),
                                   stub("status", "ocf:heartbeat:nginx", "monitor")};
  made.settings["status.period"] = "5s";
  return made;
}

TEST(AgentName, IsAProvidersAndItsOwn) {
  const auto name = parse_agent_name("ocf:heartbeat:nginx");
  ASSERT_TRUE(name);
  EXPECT_EQ(name->path(), "/usr/lib/ocf/resource.d/heartbeat/nginx");
  for (const char* wrong :
       {"ocf:", "ocf:nginx", "ocf::nginx", "ocf:heartbeat:", "ocf:..:nginx", "ocf:a:b/c", "ocf:a:b:c"})
    EXPECT_FALSE(parse_agent_name(wrong)) << wrong;
}

class AgentTest : public ::testing::Test {
 protected:
  // What a test left open is called off, so that nothing of it stays.
  ~AgentTest() override {
    stop_.request_stop();
    loop_.turn();
  }
  void call(const std::string& operation, std::vector<std::string> arguments = {},
            const std::string& key = "ocf:heartbeat:nginx") {
    outcome_.clear();
    start<workflow::CallOutcome>(
        agent_.invoke(small_.call(id_, key, operation, std::move(arguments)), stop_.get_token()),
        [this](const workflow::CallOutcome& outcome) { outcome_ = shown(outcome); });
    loop_.turn();
  }
  std::string ends(int code, const std::string& error_output = {}) {
    shell_.end(shell_.runs.size() - 1, code, error_output);
    loop_.turn();
    return outcome_;
  }
  const ports::Command& command() { return shell_.runs.back().command; }
  std::string adopted_with(int code) {
    std::string result;
    start<Result<system::Lifecycle>>(agent_.adopt(id_), [&](const Result<system::Lifecycle>& found) {
      result = found ? std::string(system::name_of(*found)) : found.error().message;
    });
    loop_.turn();
    ends(code);
    return result;
  }

  test::HandLoop loop_;
  HandShell shell_{loop_};
  VmLand land_{loop_};
  WrapperWorld small_{loop_, loop_, shell_, land_, served_project()};
  Agent agent_{small_.world};
  system::ComponentId id_ = small_.make("script", "lab1");
  std::stop_source stop_;
  std::string outcome_;
};

TEST_F(AgentTest, HasTheAttributesAsItsParameters) {
  call("start");
  EXPECT_THAT(command().argv,
              ElementsAre("/bin/sh", "-c", _, "attune", "/usr/lib/ocf/resource.d/heartbeat/nginx", "start",
                          "/var/lib/attune/small/run/script1"));
  EXPECT_THAT(command().environment, Contains(Pair("OCF_RESKEY_configfile", "/etc/lab1.conf")));
  EXPECT_THAT(command().environment, Contains(Pair("OCF_RESKEY_port", "80")));
  EXPECT_THAT(command().environment, Contains(Pair("OCF_RESKEY_state", "/run/x")));
  EXPECT_THAT(command().environment, Contains(Pair("OCF_RESKEY_verbose", "true")));
}

TEST_F(AgentTest, AnAttributeWithoutAValueIsLeftToTheAgent) {
  call("start");
  EXPECT_THAT(command().environment, Not(Contains(Pair("OCF_RESKEY_pidfile", ::testing::_))));
}

TEST_F(AgentTest, HasWhatTheApiAsksFor) {
  small_.set(id_, "check_level", model::Value(int64_t{10}));
  call("monitor");
  for (const auto& [name, value] :
       std::initializer_list<std::pair<std::string, std::string>>{{"OCF_ROOT", "/usr/lib/ocf"},
                                                                  {"OCF_RA_VERSION_MAJOR", "1"},
                                                                  {"OCF_RA_VERSION_MINOR", "1"},
                                                                  {"OCF_RESOURCE_INSTANCE", "script1"},
                                                                  {"OCF_RESOURCE_TYPE", "nginx"},
                                                                  {"OCF_RESOURCE_PROVIDER", "heartbeat"},
                                                                  {"OCF_CHECK_LEVEL", "10"},
                                                                  {"OCF_RESKEY_CRM_meta_interval", "5000"},
                                                                  {"OCF_RESKEY_CRM_meta_timeout", "60000"}})
    EXPECT_THAT(command().environment, Contains(Pair(name, value)));
}

TEST_F(AgentTest, KnowsWhereItMigrates) {
  call("migrate_to", {"lab2"});
  EXPECT_THAT(command().environment, Contains(Pair("OCF_RESKEY_CRM_meta_migrate_target", "lab2")));
  EXPECT_THAT(command().environment, Contains(Pair("OCF_RESKEY_CRM_meta_migrate_source", "lab1")));
  call("migrate_from", {"lab2"});
  EXPECT_THAT(command().environment, Contains(Pair("OCF_RESKEY_CRM_meta_migrate_source", "lab2")));
}

TEST_F(AgentTest, ItsCodesBecomeWords) {
  call("start");
  EXPECT_EQ(ends(0), "exited 0");
  call("start");
  EXPECT_EQ(ends(5, "nginx: no such binary\n"),
            "exited 5: ocf:heartbeat:nginx start on lab1: its software is not installed there (code 5): "
            "nginx: no such "
            "binary");
  call("start");
  EXPECT_EQ(ends(6),
            "exited 6: ocf:heartbeat:nginx start on lab1: it is not configured as it should be (code 6)");
  call("monitor");
  EXPECT_EQ(ends(7), "exited 7: ocf:heartbeat:nginx monitor on lab1: it does not run (code 7)");
  call("monitor");
  EXPECT_EQ(ends(8), "exited 0: it runs, promoted");
  call("monitor");
  EXPECT_EQ(ends(190), "exited 0: it runs, degraded");
  call("start");
  EXPECT_EQ(ends(190), "exited 190: ocf:heartbeat:nginx start on lab1 ended with code 190");
}

TEST_F(AgentTest, ThatIsNotThereHasGivenNoAnswer) {
  call("monitor");
  EXPECT_THAT(ends(127), HasSubstr("exited 125: lab1 has no agent ocf:heartbeat:nginx: install"));
}

TEST_F(AgentTest, ThatCouldNotBeRunHasGivenNoAnswer) {
  call("monitor");
  EXPECT_EQ(ends(126, "sh: Permission denied\n"),
            "exited 125: ocf:heartbeat:nginx monitor on lab1: the agent was not run: sh: Permission denied");
  call("monitor");
  EXPECT_THAT(
      ends(125, "mktemp: No space left on device\n"),
      HasSubstr("exited 125: ocf:heartbeat:nginx monitor on lab1: the agent was not run: mktemp: No"));
}

TEST_F(AgentTest, LeadsToNoOtherFolder) {
  call("start", {}, "ocf:..:sh");
  EXPECT_EQ(outcome_, "exited 125: 'ocf:..:sh' names no agent: write ocf:heartbeat:nginx");
  EXPECT_THAT(shell_.runs, IsEmpty());
}

TEST_F(AgentTest, AdoptionAsksItsMonitor) {
  small_.set(id_, system::Lifecycle::kStarted);
  EXPECT_EQ(adopted_with(0), "started");
  EXPECT_EQ(adopted_with(7), "stopped");
  EXPECT_EQ(adopted_with(1), "failed");
  EXPECT_EQ(adopted_with(126), "script1 did not say whether it runs");
  EXPECT_EQ(adopted_with(127), "script1 did not say whether it runs");
}

TEST_F(AgentTest, OneThatNeverRanIsNotAsked) {
  std::string result;
  start<Result<system::Lifecycle>>(agent_.adopt(id_),
                                   [&](const auto& found) { result = system::name_of(*found); });
  loop_.turn();
  EXPECT_EQ(result, "declared");
  EXPECT_THAT(shell_.runs, IsEmpty());
}

TEST_F(AgentTest, ASecretIsInNoListOfProcesses) {
  test::TempDir dir;
  dir.write("password", "a'b $c\n");
  small_.set(id_, "password", model::Value(model::Secret{dir / "password"}));
  call("start");
  for (const std::string& word : command().argv) EXPECT_THAT(word, Not(HasSubstr("a'b")));
  for (const auto& [name, value] : command().environment) EXPECT_THAT(value, Not(HasSubstr("a'b")));
  EXPECT_THAT(command().argv.back(), "password");
  EXPECT_THAT(command().input, HasSubstr("ATTUNE_SECRET_password="));
}

// The script that runs an agent, with a program in the agent's place.
class AgentScriptTest : public LocalTest {
 protected:
  model::Project served_here() {
    model::Project made = served_project();
    made.families.front().dirlocal = dir_ / "host";
    return made;
  }
  // How `program` ends as the agent of a component, with this as its password, if that is not empty.
  ports::Exited run(const std::string& program, const std::string& password,
                    const std::string& action = "start") {
    const system::ComponentId id = small_.make("script", "lab1");
    if (!password.empty()) {
      dir_.write("password", password);
      small_.set(id, "password", model::Value(model::Secret{dir_ / "password"}));
    }
    std::stop_source stop;
    start<workflow::CallOutcome>(
        agent_.invoke(small_.call(id, "ocf:heartbeat:nginx", action), stop.get_token()), [](const auto&) {});
    hand_loop_.turn();
    ports::Command command = hand_.runs.back().command;
    dir_.write("agent", program, true);
    if (!path_.empty()) command.environment.emplace_back("PATH", path_ + ":/usr/bin:/bin");
    std::replace(command.argv.begin(), command.argv.end(),
                 std::string("/usr/lib/ocf/resource.d/heartbeat/nginx"), std::string(dir_ / "agent"));
    ports::Exited end = ended_here(std::move(command));
    hand_.end(hand_.runs.size() - 1, 0);
    hand_loop_.turn();
    return end;
  }

  std::string path_;  // a folder whose programs come first
  test::HandLoop hand_loop_;
  HandShell hand_{hand_loop_};
  WrapperWorld small_{hand_loop_, hand_loop_, hand_, land_, served_here()};
  Agent agent_{small_.world};
};

// As on a host whose /tmp is full or read-only.
TEST_F(AgentScriptTest, WithoutRoomForItsWordsIsNotRun) {
  dir_.write("bin/mktemp", "#!/bin/sh\necho 'No space left on device' >&2\nexit 1\n", true);
  path_ = dir_ / "bin";
  const ports::Exited end = run("#!/bin/sh\necho ran\n", "", "monitor");
  EXPECT_EQ(end.code, 125);
  EXPECT_EQ(end.output, "");
  EXPECT_EQ(end.error_output, "No space left on device\n");
}

TEST_F(AgentScriptTest, ASecretComesAsAParameter) {
  const std::string program = "#!/bin/sh\necho \"$1 [$OCF_RESKEY_password] [$OCF_RESKEY_port]\"\n";
  EXPECT_EQ(run(program, "a'b $c\n").output, "start [a'b $c] [80]\n");
}

TEST_F(AgentScriptTest, EndsAsTheAgentDoesWithWhatItSays) {
  const ports::Exited end = run("#!/bin/sh\necho good\necho bad >&2\nexit 5\n", "");
  EXPECT_EQ(end.code, 5);
  EXPECT_EQ(end.output, "good\nbad\n");
}

TEST_F(AgentScriptTest, OnlyWhatItSaysNowIsTold) {
  run("#!/bin/sh\necho before\n", "");
  EXPECT_EQ(in_run_directory("script1", "output"), "before\n");
  dir_.write("host/small/run/script2/output", std::string((10 << 20) + 1, 'x'));
  EXPECT_EQ(run("#!/bin/sh\necho now\n", "").output, "now\n");
  EXPECT_EQ(in_run_directory("script2", "output"), "now\n");
  EXPECT_EQ(in_run_directory("script2", "output.1").size(), (10u << 20) + 1);
}

TEST_F(AgentScriptTest, WhereItMayNotWriteItsOutputIsTold) {
  dir_.write("host/small/run", "a file where folders should be");
  EXPECT_EQ(run("#!/bin/sh\necho well\n", "").output, "well\n");
}

TEST_F(AgentScriptTest, WhatADaemonSaysLaterCanBeRead) {
  const std::string go = dir_ / "go";
  const ports::Exited end =
      run("#!/bin/sh\n(until [ -e " + go + " ]; do sleep 0.05; done; echo later) &\necho started\n", "");
  EXPECT_EQ(end.output, "started\n");
  dir_.write("go", "");
  await_text("host/small/run/script1/output", "started\nlater\n");
}

// As nginx, redis and slapd do, whose agents leave them their own output.
TEST_F(AgentScriptTest, DoesNotWaitForADaemonThatKeepsItsOutput) {
  const ports::Exited end = run("#!/bin/sh\nsleep 1000 &\necho $!\n", "");
  EXPECT_EQ(end.code, 0);
  const pid_t daemon = std::stoi(end.output);
  EXPECT_EQ(::kill(daemon, SIGKILL), 0) << "it runs on";
}

}  // namespace
}  // namespace attune::wrappers
