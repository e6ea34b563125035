// SPDX-License-Identifier: Apache-2.0
#include "wrappers/container.h"

#include <algorithm>

#include "tests/support/hand_loop.h"
#include "tests/wrappers/hand_shell.h"
#include "tests/wrappers/local_fixture.h"
#include "wrappers/container_spec.h"

namespace attune::wrappers {
namespace {

using model::Type;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

model::Value list(std::vector<std::string> texts) {
  model::List all;
  for (std::string& each : texts) all.emplace_back(std::move(each));
  return all;
}

model::Class& script_of(model::Project& project) {
  return *std::find_if(project.classes.begin(), project.classes.end(),
                       [](const auto& one) { return one.name == "script"; });
}

model::Project project_with(std::vector<model::Attribute> attributes) {
  model::Project made = small_project();
  for (model::Attribute& each : attributes) script_of(made).attributes.push_back(std::move(each));
  made.wrappers["script"].stubs = {stub("start", "podman", "start")};
  return made;
}

model::Project contained_project() {
  return project_with({{"image", Type::kString, model::Value(std::string("lab/${this.srname}:1"))},
                       {"command", Type::kList, {}},
                       {"ports", Type::kList, {}},
                       {"volumes", Type::kList, {}},
                       {"environment", Type::kList, {}},
                       {"options", Type::kList, {}},
                       {"network", Type::kString, {}},
                       {"password", Type::kSecret, {}},
                       {"stop_grace", Type::kDuration, {}}});
}

class ContainerTest : public ::testing::Test {
 protected:
  ~ContainerTest() override { loop_.turn(); }
  std::string call(const std::string& operation, std::vector<std::string> arguments = {}) {
    outcome_.clear();
    start<workflow::CallOutcome>(
        container_.invoke(small_.call(id_, "podman", operation, std::move(arguments)), {}),
        [this](const workflow::CallOutcome& end) { outcome_ = shown(end); });
    loop_.turn();
    return outcome_;
  }
  std::string ends(int code, const std::string& error_output = {}) {
    shell_.end(shell_.runs.size() - 1, code, error_output);
    loop_.turn();
    return outcome_;
  }
  const ports::Command& command() { return shell_.runs.back().command; }
  // Podman's, behind the shell, its script and where the container and its things are.
  std::vector<std::string> created(std::vector<std::string> arguments = {}) {
    EXPECT_EQ(call("start", std::move(arguments)), "");
    std::vector<std::string> words(command().argv.begin() + 7, command().argv.end());
    ends(0);
    return words;
  }
  std::string adopted_with(int code) {
    std::string result;
    small_.set(id_, system::Lifecycle::kStarted);
    start<Result<system::Lifecycle>>(container_.adopt(id_), [&](const Result<system::Lifecycle>& found) {
      result = found ? std::string(system::name_of(*found)) : found.error().message;
    });
    loop_.turn();
    ends(code);
    return result;
  }

  test::HandLoop loop_;
  HandShell shell_{loop_};
  VmLand land_{loop_};
  WrapperWorld small_{loop_, loop_, shell_, land_, contained_project()};
  Container container_{small_.world};
  system::ComponentId id_ = small_.make("script", "lab1");
  std::string outcome_;
};

TEST_F(ContainerTest, IsMadeOfItsImageAlone) {
  EXPECT_THAT(created(), ElementsAre("--", "lab/script1:1"));
}

TEST_F(ContainerTest, HasTheNameOfItsProjectAndItsOwn) {
  created();
  EXPECT_EQ(command().argv[4], "attune-small-script1");
  EXPECT_EQ(command().argv[5], "/var/lib/attune/small/run/script1");
  EXPECT_EQ(command().argv[6], "/var/lib/attune/small/components/script1");
}

TEST_F(ContainerTest, IsMadeOfTheAttributes) {
  small_.set(id_, "command", list({"/bin/serve", "-v"}));
  small_.set(id_, "ports", list({"8080:80", "127.0.0.1:53:53/udp"}));
  small_.set(id_, "volumes", list({"/srv/data:/data:ro", "./conf:/etc/app"}));
  small_.set(id_, "environment", list({"MODE=fast", "EMPTY="}));
  small_.set(id_, "options", list({"--memory=512m", "--read-only"}));
  small_.set(id_, "network", model::Value(std::string("host")));
  EXPECT_THAT(created(),
              ElementsAre("--publish=8080:80", "--publish=127.0.0.1:53:53/udp", "--volume=/srv/data:/data:ro",
                          "--volume=./conf:/etc/app", "--env=MODE=fast", "--env=EMPTY=", "--network=host",
                          "--memory=512m", "--read-only", "--", "lab/script1:1", "/bin/serve", "-v"));
}

TEST_F(ContainerTest, ParamsAreItsEnvironmentAndItsCommand) {
  small_.set(id_, "command", list({"/bin/other"}));
  EXPECT_THAT(created({"STORE=10.0.0.1", "/bin/serve", "A=b"}),
              ElementsAre("--env=STORE=10.0.0.1", "--", "lab/script1:1", "/bin/serve", "A=b"));
  EXPECT_THAT(created({"STORE=10.0.0.1"}),
              ElementsAre("--env=STORE=10.0.0.1", "--", "lab/script1:1", "/bin/other"));
}

TEST_F(ContainerTest, ASecretIsInNoListOfProcesses) {
  test::TempDir dir;
  dir.write("password", "a'b $c\n");
  small_.set(id_, "password", model::Value(model::Secret{dir / "password"}));
  EXPECT_THAT(created(), ElementsAre("--env=ATTUNE_SECRET_password", "--", "lab/script1:1"));
  for (const std::string& word : command().argv) EXPECT_THAT(word, Not(HasSubstr("a'b")));
  EXPECT_THAT(command().input, HasSubstr("export ATTUNE_SECRET_password="));
}

TEST_F(ContainerTest, WhatPodmanWouldRefuseIsToldBeforeItIsAsked) {
  small_.set(id_, "ports", list({"http"}));
  EXPECT_EQ(call("start"),
            "exited 125: script1.ports: 'http' is not a port of the host and one of the container, 8080:80");
  small_.set(id_, "ports", list({}));
  small_.set(id_, "image", model::Value(std::string("--privileged")));
  EXPECT_THAT(call("start"), HasSubstr("exited 125: script1.image: '--privileged' names no image"));
  EXPECT_THAT(shell_.runs, IsEmpty());
}

TEST_F(ContainerTest, StopGivesItItsGraceInWholeSeconds) {
  small_.set(id_, "stop_grace", model::Value(Duration(std::chrono::milliseconds(2500))));
  call("stop");
  EXPECT_EQ(command().argv.back(), "3");
  EXPECT_EQ(ends(0), "exited 0");
  call("kill");
  EXPECT_EQ(command().argv.back(), "0");
  ends(0);
}

TEST_F(ContainerTest, AHostWithoutPodmanSaysWhatToInstall) {
  call("start");
  EXPECT_EQ(ends(200), "exited 125: lab1 has no podman: install the package podman there");
}

TEST_F(ContainerTest, ThatFailsTellsPodmansWords) {
  call("start");
  EXPECT_EQ(ends(71, "Trying to pull\nError: no such image\n"),
            "exited 71: script1.start on lab1 ended with code 71: Error: no such image");
}

TEST_F(ContainerTest, AStatusIsAnAnswerOrNone) {
  call("status");
  EXPECT_EQ(ends(0), "exited 0");
  call("status");
  EXPECT_THAT(ends(3, "it does not run"), HasSubstr("exited 3: "));
  call("status");
  EXPECT_THAT(ends(71, "database is locked\n"),
              HasSubstr("exited 125: script1.status on lab1: podman gave no answer: database is locked"));
  call("status");
  EXPECT_THAT(ends(75, "it is stopping\n"), HasSubstr("exited 125: "));
}

TEST_F(ContainerTest, AdoptionAsksPodman) {
  EXPECT_EQ(adopted_with(0), "started");
  EXPECT_EQ(adopted_with(3), "stopped");
  EXPECT_EQ(adopted_with(200), "script1 did not say whether it runs");
}

TEST_F(ContainerTest, OneThatNeverRanIsNotAsked) {
  std::string result;
  start<Result<system::Lifecycle>>(container_.adopt(id_),
                                   [&](const auto& found) { result = system::name_of(*found); });
  loop_.turn();
  EXPECT_EQ(result, "declared");
  EXPECT_THAT(shell_.runs, IsEmpty());
}

TEST(ContainerSpec, ANavigationThatLeadsNowhereIsToldAtItsAttribute) {
  test::HandLoop loop;
  HandShell shell(loop);
  VmLand land(loop);
  const std::string nowhere = "${this.password}";
  WrapperWorld small(loop, loop, shell, land,
                     project_with({{"image", Type::kString, model::Value(std::string("lab/busybox:1"))},
                                   {"network", Type::kString, model::Value(nowhere)},
                                   {"password", Type::kString, {}}}));
  const system::Component& component = *small.world.system.find(small.make("script", "lab1"));
  const auto spec = container_spec({small.world.system, {}, {}}, component, {});
  ASSERT_FALSE(spec);
  EXPECT_THAT(spec.error().message,
              AllOf(HasSubstr("script1.network"), HasSubstr("password has no value yet")));
}

// The scripts on this machine's shell, with a podman of the test's own, which knows one container: its state
// is in the file `state`, what it is to say when it is started in `says`.
constexpr std::string_view kPodman = R"sh(#!/bin/sh
cd "${0%/*}"
echo "$*" >>calls
[ ! -e locked ] || { echo 'database is locked' >&2; exit 125; }
case "$1 $2" in
'container exists') [ -e state ] || exit 1;;
'container inspect')
  [ -e state ] || exit 125
  case $* in *Labels*) cat begun;; *) echo "$(cat state), exit code 0";; esac;;
'create '*)
  echo created >state
  echo "$*" | sed 's/.*attune\.begun=//; s/ .*//' >begun;;
'start '*) echo "$3"; cat says; cp becomes state;;
'unpause '*) echo running >state;;
'stop '*) [ "$(cat state)" != paused ] || exit 125; echo exited >state;;
'rm '*) rm -f state;;
esac
)sh";

class ContainerScriptTest : public LocalTest {
 protected:
  ContainerScriptTest() {
    dir_.write("bin/podman", std::string(kPodman), true);
    becomes("running", "");
  }
  model::Project contained_here() {
    model::Project made = contained_project();
    made.families.front().dirlocal = dir_ / "host";
    return made;
  }
  // What the container that is started next says, and what state it is in then.
  void becomes(const std::string& state, const std::string& says) {
    dir_.write("bin/becomes", state);
    dir_.write("bin/says", says);
  }
  ports::Exited run(const std::string& operation) {
    start<workflow::CallOutcome>(container_.invoke(small_.call(id_, "podman", operation), {}),
                                 [](const auto&) {});
    hand_loop_.turn();
    ports::Command command = hand_.runs.back().command;
    command.environment.emplace_back("PATH", dir_ / "bin" + ":/usr/bin:/bin");
    ports::Exited end = ended_here(std::move(command));
    hand_.end(hand_.runs.size() - 1, 0);
    hand_loop_.turn();
    return end;
  }
  std::string state() { return dir_.read("bin/state"); }
  std::string calls() { return dir_.read("bin/calls"); }

  test::HandLoop hand_loop_;
  HandShell hand_{hand_loop_};
  WrapperWorld small_{hand_loop_, hand_loop_, hand_, land_, contained_here()};
  Container container_{small_.world};
  system::ComponentId id_ = small_.make("script", "lab1");
};

TEST_F(ContainerScriptTest, IsMadeStartedAndTakenAway) {
  EXPECT_EQ(run("status").code, 3);
  EXPECT_EQ(run("start").code, 0);
  EXPECT_EQ(run("status").code, 0);
  EXPECT_EQ(run("start").output, "it runs already\n");
  EXPECT_EQ(run("stop").code, 0);
  EXPECT_EQ(run("status").error_output, "it does not run (there is no container); its last words: \n");
  EXPECT_EQ(run("stop").code, 0);
}

TEST_F(ContainerScriptTest, WhileNobodyKnowsWhetherItRunsNothingIsDoneToIt) {
  run("start");
  dir_.write("bin/locked", "");
  for (const char* operation : {"start", "stop", "status"}) {
    dir_.write("bin/calls", "");
    const ports::Exited end = run(operation);
    EXPECT_EQ(end.code, 71) << operation;
    EXPECT_EQ(end.error_output, "database is locked\n") << operation;
    EXPECT_THAT(calls(), Not(HasSubstr("rm "))) << operation;
  }
}

TEST_F(ContainerScriptTest, APausedOneRunsAndCanBeStopped) {
  becomes("running", "");
  run("start");
  dir_.write("bin/state", "paused");
  EXPECT_EQ(run("status").code, 0);
  EXPECT_EQ(run("start").output, "it runs already, and is paused\n");
  EXPECT_EQ(run("stop").code, 0);
  EXPECT_EQ(state(), "");
}

TEST_F(ContainerScriptTest, WhatIsToBeMountedFromItsDirectoryIsLookedForNowhereElse) {
  small_.set(id_, "volumes", list({"./etc:/x"}));
  const ports::Exited end = run("start");
  EXPECT_EQ(end.code, 72);
  EXPECT_THAT(end.error_output, HasSubstr("components/script1; is the component deployed?"));
  EXPECT_THAT(calls(), Not(HasSubstr("create")));
  small_.set(id_, "volumes", list({"/etc:/x"}));
  EXPECT_EQ(run("start").code, 0);
  run("kill");
  small_.set(id_, "volumes", list({"./etc:/x"}));
  deployed("script1", "any", "");
  EXPECT_EQ(run("start").code, 0);
}

TEST_F(ContainerScriptTest, ItsLastWordsAreThoseOfThisStart) {
  becomes("exited", "no such page\n");
  EXPECT_EQ(run("start").error_output, "it ended at once (exited, exit code 0): no such page\n");
  EXPECT_EQ(run("status").error_output,
            "it does not run (exited, exit code 0); its last words: no such page\n");
  becomes("exited", "");
  EXPECT_EQ(run("start").error_output, "it ended at once (exited, exit code 0): \n");
  EXPECT_EQ(run("status").error_output, "it does not run (exited, exit code 0); its last words: \n");
  EXPECT_THAT(in_run_directory("script1", "output"), HasSubstr("no such page"));
}

std::vector<std::string> findings(std::vector<model::Attribute> attributes) {
  Diagnostics found;
  check_containers(project_with(std::move(attributes)), found);
  std::vector<std::string> all;
  for (const Diagnostic& one : found.all()) all.push_back(fmt::format("{}: {}", one.code, one.message));
  return all;
}

const model::Attribute kImage{"image", Type::kString, model::Value(std::string("lab/busybox:1")), {}};

TEST(ContainerCheck, ARightOneHasNoFinding) {
  EXPECT_THAT(findings({kImage}), IsEmpty());
  EXPECT_THAT(findings({{"image", Type::kString, {}, {}}}), IsEmpty()) << "a diagram may set it";
  EXPECT_THAT(findings({kImage,
                        {"ports", Type::kList, list({"80:80", "[::1]:8000-8010:8000-8010/tcp"}), {}},
                        {"volumes", Type::kList, list({"data:/data", "/a:/b:ro"}), {}},
                        {"environment", Type::kList, list({"A=", "_b1=c=d"}), {}},
                        {"options", Type::kList, list({"--cpus=0.5"}), {}}}),
              IsEmpty());
}

TEST(ContainerCheck, AMissingImageIsFound) {
  EXPECT_THAT(findings({}), ElementsAre("wrong-params: class 'script' names no image for its container"));
  EXPECT_THAT(findings({{"image", Type::kString, model::Value(std::string()), {}}}),
              ElementsAre("wrong-params: class 'script' names no image for its container"));
}

TEST(ContainerCheck, AValueThatPodmanCannotTakeIsFound) {
  const auto finding = [](const std::string& attribute, const std::string& value) {
    return findings({kImage, {attribute, Type::kList, list({value}), {}}});
  };
  for (const char* wrong : {"", "80", "a:80", "80:", ":80", "80:80/icmp", "800000:80", "1:2:"})
    EXPECT_THAT(finding("ports", wrong), ::testing::SizeIs(1)) << wrong;
  for (const char* wrong : {"", "/data", "data", ":/data", "/data:data"})
    EXPECT_THAT(finding("volumes", wrong), ::testing::SizeIs(1)) << wrong;
  for (const char* wrong : {"", "MODE", "=x", "1A=x", "A-B=x"})
    EXPECT_THAT(finding("environment", wrong), ::testing::SizeIs(1)) << wrong;
  for (const char* wrong : {"", "--", "-v", "memory=1", "--name=x", "--rm", "--log-driver"})
    EXPECT_THAT(finding("options", wrong), ::testing::SizeIs(1)) << wrong;
}

}  // namespace
}  // namespace attune::wrappers
