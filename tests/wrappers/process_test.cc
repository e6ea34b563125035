// SPDX-License-Identifier: Apache-2.0
#include "wrappers/process.h"

#include <sys/stat.h>
#include <unistd.h>

#include "runtime/deploy/shell_functions.h"
#include "tests/wrappers/local_fixture.h"
#include "wrappers/process_scripts.h"
#include "wrappers/software.h"

namespace attune::wrappers {
namespace {

using ::testing::AllOf;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::StartsWith;

// A program that runs until it is told to end, and says so.
constexpr char kServer[] =
    "trap 'echo told to end; exit 0' TERM\n"
    "trap 'echo reread' HUP\n"
    "echo \"serves $*\" in \"$PWD\"\n"
    "while :; do sleep 0.01; done\n";
constexpr char kDeafServer[] =
    "trap '' TERM\n"
    "echo deaf\n"
    "while :; do sleep 0.01; done\n";

class ProcessTest : public LocalTest {
 public:
  ~ProcessTest() override { call("kill"); }  // whatever a test leaves running

 protected:
  ProcessTest() {
    app_ = small_.make("app", "lab1");
    deployed("app1", "server", kServer);
  }
  std::string call(const std::string& operation, const std::vector<std::string>& arguments = {}) {
    return await(begin(process_, small_.call(app_, "Process", operation, arguments)));
  }
  std::string start_server(const std::vector<std::string>& arguments = {"./server"}) {
    return call("start", arguments);
  }
  std::string output() { return in_run_directory("app1", "output"); }
  void await_output(const std::string& text) { await_text("host/small/run/app1/output", text); }
  pid_t pid() { return std::stoi(in_run_directory("app1", "pid")); }
  void set_grace(Duration grace) { small_.set(app_, "stop_grace", model::Value(grace)); }

  Process process_{small_.world};
  system::ComponentId app_ = system::kNoComponent;
};

// --- start ---

TEST_F(ProcessTest, StartsInItsDirectoryWithItsArgumentsAsTheyAre) {
  EXPECT_EQ(start_server({"./server", "a b", "$HOME;'", ""}), "exited 0");
  await_output("serves a b $HOME;'  in " + dir_ / "host/small/components/app1");
}

TEST_F(ProcessTest, OutlivesTheCallInASessionOfItsOwn) {
  start_server();
  EXPECT_FALSE(is_gone(pid()));
  EXPECT_EQ(::getsid(pid()), pid());
}

TEST_F(ProcessTest, IsNotStartedTwice) {
  start_server();
  const pid_t first = pid();
  EXPECT_EQ(start_server(), "exited 0: it runs already");
  EXPECT_EQ(pid(), first);
}

// As where a manager has died over a start, and the next one starts it as well.
TEST_F(ProcessTest, IsNotStartedTwiceByCallsAtTheSameTime) {
  std::vector<std::shared_ptr<Going>> calls;
  for (int i = 0; i < 8; ++i)
    calls.push_back(begin(process_, small_.call(app_, "Process", "start", {"./server"})));
  for (const auto& one : calls) EXPECT_EQ(await(one).substr(0, 8), "exited 0");
  await_output("serves");
  EXPECT_EQ(output().find("serves"), output().rfind("serves")) << output();
}

TEST_F(ProcessTest, ThatEndsAtOnceHasFailedWithItsLastWords) {
  deployed("app1", "server", "echo starting; echo 'port 80 is taken' >&2; exit 1\n");
  EXPECT_EQ(start_server(),
            "exited 70: app1.start on lab1 ended with code 70: it ended at once: port 80 is taken");
}

TEST_F(ProcessTest, NeedsItsProgram) {
  EXPECT_THAT(start_server({"no-such-program"}),
              AllOf(StartsWith("exited 127"), EndsWith("no program no-such-program on this host")));
}

TEST_F(ProcessTest, NeedsAProgramThatMayBeRun) {
  std::filesystem::permissions(dir_ / "host/small/components/app1/server", std::filesystem::perms(0600));
  EXPECT_EQ(
      start_server(),
      "exited 126: app1.start on lab1 ended with code 126: ./server is not executable: make it so where its "
      "archive is packed");
}

// dash finds a file that may not be run, bash does not.
TEST_F(ProcessTest, NeedsAProgramThatMayBeRunWhicheverShellTheHostHas) {
  std::filesystem::permissions(dir_ / "host/small/components/app1/server", std::filesystem::perms(0600));
  const std::string text = std::string(deploy::kAliveFunctions) + std::string(kStartScript);
  for (const std::vector<std::string>& shell :
       {std::vector<std::string>{"/bin/dash"}, {"/bin/bash", "--posix"}, {"/bin/busybox", "sh"}}) {
    if (!std::filesystem::exists(shell[0])) continue;
    ports::Command command;
    command.argv = shell;
    command.argv.insert(command.argv.end(), {"-c", text, "attune", dir_ / "host/small/run/app1",
                                             dir_ / "host/small/components/app1", "./server"});
    EXPECT_EQ(ended_here(std::move(command)).code, 126) << shell[0];
  }
}

TEST_F(ProcessTest, NeedsToBeDeployed) {
  std::filesystem::remove_all(dir_ / "host/small/components");
  EXPECT_THAT(start_server(), AllOf(StartsWith("exited 72"), HasSubstr("is the component deployed?")));
}

TEST_F(ProcessTest, KeepsItsOutputOverRestarts) {
  start_server({"./server", "one"});
  await_output("serves one");
  call("stop");
  start_server({"./server", "two"});
  await_output("serves two");
  EXPECT_THAT(output(), AllOf(HasSubstr("serves one"), HasSubstr("told to end")));
}

TEST_F(ProcessTest, SetsAsideOutputThatHasGrownLarge) {
  dir_.write("host/small/run/app1/output", std::string((10 << 20) + 1, 'x'));
  start_server();
  await_output("serves");
  EXPECT_EQ(in_run_directory("app1", "output.1").size(), (10U << 20) + 1);
}

TEST_F(ProcessTest, KeepsItsThingsFromOthers) {
  start_server();
  for (const char* name : {"host/small/run/app1", "host/small/run/app1/pid", "host/small/run/app1/output"}) {
    struct stat status {};
    ASSERT_EQ(::stat((dir_ / name).c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 077, 0U) << name;
  }
}

// --- stop and kill ---

TEST_F(ProcessTest, StopAsksItToEnd) {
  start_server();
  await_output("serves");
  const pid_t server = pid();
  EXPECT_EQ(call("stop"), "exited 0");
  EXPECT_TRUE(is_gone(server));
  EXPECT_THAT(output(), EndsWith("told to end\n"));
}

TEST_F(ProcessTest, StopKillsItWhenItsGraceIsOver) {
  deployed("app1", "server", kDeafServer);
  start_server();
  await_output("deaf");
  const pid_t server = pid();
  set_grace(std::chrono::milliseconds(200));
  EXPECT_EQ(call("stop"), "exited 0: it did not end by itself and was killed");
  EXPECT_TRUE(is_gone(server));
}

TEST_F(ProcessTest, StopKillsItWithinTheCallsTime) {
  deployed("app1", "server", kDeafServer);
  start_server();
  await_output("deaf");
  const pid_t server = pid();
  set_grace(std::chrono::hours(1));
  workflow::Call call = small_.call(app_, "Process", "stop");
  call.timeout = std::chrono::seconds(3);
  EXPECT_EQ(await(begin(process_, call)), "exited 0: it did not end by itself and was killed");
  EXPECT_TRUE(is_gone(server));
}

// By the clock: on a busy host each look takes longer than it should.
TEST_F(ProcessTest, StopKillsItWithinTheCallsTimeOnASlowHost) {
  deployed("app1", "server", "trap '' TERM\necho deaf\nwhile :; do /bin/sleep 0.01; done\n");
  start_server();
  await_output("deaf");
  dir_.write("bin/sleep", "#!/bin/sh\nexec /bin/sleep 0.5\n", true);
  const std::string path = ::getenv("PATH");
  ::setenv("PATH", (dir_ / "bin:" + path).c_str(), 1);
  workflow::Call call = small_.call(app_, "Process", "stop");
  call.timeout = std::chrono::seconds(8);
  EXPECT_EQ(await(begin(process_, call)), "exited 0: it did not end by itself and was killed");
  ::setenv("PATH", path.c_str(), 1);
}

TEST_F(ProcessTest, StopTakesAlongWhatItStarted) {
  deployed("app1", "server", "sh -c 'echo $$; exec sleep 1000' &\nwait\n");
  start_server();
  await_output("\n");
  const pid_t child = std::stoi(output());
  EXPECT_EQ(call("stop"), "exited 0");
  await_end_of(child);
}

TEST_F(ProcessTest, StopOfWhatDoesNotRunIsDone) {
  EXPECT_EQ(call("stop"), "exited 0");
}

TEST_F(ProcessTest, StopThatIsCancelledSaysSo) {
  deployed("app1", "server", kDeafServer);
  start_server();
  await_output("deaf");
  const auto going = begin(process_, small_.call(app_, "Process", "stop"));
  going->stop.request_stop();
  EXPECT_EQ(await(going), "cancelled");
}

TEST_F(ProcessTest, KillDoesNotAsk) {
  start_server();
  await_output("serves");
  const pid_t server = pid();
  EXPECT_EQ(call("kill"), "exited 0");
  EXPECT_TRUE(is_gone(server));
  EXPECT_THAT(output(), ::testing::Not(HasSubstr("told to end")));
}

// --- status, reload ---

TEST_F(ProcessTest, StatusTellsWhetherItRuns) {
  start_server();
  EXPECT_EQ(call("status"), "exited 0");
  await_output("serves");
  ::kill(pid(), SIGKILL);
  await_end_of(pid());
  EXPECT_THAT(call("status"), AllOf(StartsWith("exited 3: "), HasSubstr("its last words: serves")));
}

TEST_F(ProcessTest, ANumberThatAnotherProcessHasNowIsNotIt) {
  dir_.write("host/small/run/app1/pid", std::to_string(::getpid()) + " 1\n");
  EXPECT_THAT(call("status"), StartsWith("exited 3"));
  EXPECT_EQ(call("kill"), "exited 0");  // and this test goes on
}

TEST_F(ProcessTest, ReloadSendsItASignal) {
  start_server();
  await_output("serves");
  EXPECT_EQ(call("reload"), "exited 0");
  await_output("reread");
}

TEST_F(ProcessTest, ReloadTakesTheSignalsThatLeaveItRunning) {
  start_server();
  EXPECT_EQ(call("reload", {"KILL"}),
            "exited 125: 'KILL' is no signal to reload by: use HUP, INT, USR1, USR2, TERM, WINCH");
}

TEST_F(ProcessTest, ReloadOfWhatDoesNotRunFails) {
  EXPECT_THAT(call("reload"), AllOf(StartsWith("exited 3"), EndsWith("it does not run")));
}

// --- configure ---

TEST_F(ProcessTest, ConfigureFillsATemplateIntoItsDirectory) {
  dir_.write("project/site.conf", "listen $this.port on ${this.host.name}\n");
  EXPECT_EQ(call("configure", {"site.conf", "etc/site/site.conf"}), "exited 0");
  EXPECT_EQ(dir_.read("host/small/components/app1/etc/site/site.conf"), "listen 80 on lab1\n");
}

TEST_F(ProcessTest, ConfigureReplacesTheWholeFile) {
  dir_.write("project/site.conf", "short\n");
  dir_.write("host/small/components/app1/site.conf", "something longer\n");
  call("configure", {"site.conf", "site.conf"});
  EXPECT_EQ(dir_.read("host/small/components/app1/site.conf"), "short\n");
}

TEST_F(ProcessTest, ConfigureStaysInsideItsDirectory) {
  dir_.write("project/site.conf", "text\n");
  EXPECT_EQ(call("configure", {"site.conf", "../app2/site.conf"}),
            "exited 125: '../app2/site.conf' leaves the component's directory: name a file inside it");
}

// Its record has a line for each file: another line would be another file, or more.
TEST_F(ProcessTest, ConfigureTakesNoNameWithALineEnd) {
  dir_.write("project/site.conf", "text\n");
  const std::string wrong = call("configure", {"site.conf", "a\nmade ./server"});
  EXPECT_THAT(wrong, HasSubstr("'a\\x0amade ./server' has a control character in it"));
}

TEST_F(ProcessTest, ConfigureTakesANameThatLooksLikeAnOption) {
  dir_.write("project/site.conf", "text\n");
  EXPECT_EQ(call("configure", {"site.conf", "-p/-m"}), "exited 0");
  EXPECT_EQ(dir_.read("host/small/components/app1/-p/-m"), "text\n");
}

TEST_F(ProcessTest, ConfigureTellsWhatIsWrongWithTheTemplate) {
  EXPECT_THAT(call("configure", {"missing.conf", "site.conf"}), HasSubstr("missing.conf"));
}

TEST_F(ProcessTest, ConfigureTakesNoHalfOfAFile) {
  const std::string name = dir_ / "host/small/components/app1/site.conf";
  dir_.write("host/small/components/app1/site.conf", "whole\n");
  ports::Command half;
  half.argv = {"sh",
               "-c",
               std::string(kWriteScript),
               "attune",
               dir_ / "host/small/components/app1",
               "site.conf",
               dir_ / "host/small/deployed/app1",
               "10"};
  half.input = "hal";  // the connection broke
  const auto end = loop_.run(shell_.run({.name = "lab1", .protocol = Protocol::kLocal}, half, {}));
  EXPECT_EQ(std::get<ports::Exited>(*end).code, 74);
  EXPECT_EQ(dir_.read("host/small/components/app1/site.conf"), "whole\n");
  EXPECT_FALSE(std::filesystem::exists(name + ".new"));
}

// --- what is left on its host ---

class DeployedProcessTest : public ProcessTest {
 protected:
  DeployedProcessTest() {
    std::filesystem::remove_all(dir_ / "host");
    dir_.write("project/server", std::string("#!/bin/sh\n") + kServer, true);
    for (model::Class& one : small_.project.classes)
      if (one.name == "app") one.legacy_file = dir_ / "project/server";
    EXPECT_THAT(component("deploy"), StartsWith("exited 0"));
    dir_.write("project/site.conf", "listen $this.port\n");
    EXPECT_EQ(call("configure", {"site.conf", "etc/./site//site.conf"}), "exited 0");
    EXPECT_EQ(start_server(), "exited 0");
  }
  std::string component(const std::string& operation) {
    return await(begin(software_, small_.call(app_, "Component", operation)));
  }
  Software software_{small_.world};
};

TEST_F(DeployedProcessTest, NothingIsLeftOfItAfterAStopAndUndeploy) {
  call("stop");
  EXPECT_EQ(component("undeploy"), "exited 0");
  EXPECT_FALSE(std::filesystem::exists(dir_ / "host"));
  EXPECT_THAT(call("status"), StartsWith("exited 3"));
  EXPECT_EQ(call("stop"), "exited 0");
  EXPECT_FALSE(std::filesystem::exists(dir_ / "host")) << "asking makes nothing";
}

TEST_F(DeployedProcessTest, WhatAPersonPutThereStays) {
  dir_.write("host/small/components/app1/etc/notes", "mine");
  dir_.write("host/small/run/app1/core", "mine");
  call("stop");
  EXPECT_EQ(component("undeploy"), "exited 0: files of others are left in its directory: 2");
  EXPECT_EQ(dir_.read("host/small/components/app1/etc/notes"), "mine");
  EXPECT_FALSE(std::filesystem::exists(dir_ / "host/small/components/app1/etc/site"));
  EXPECT_FALSE(std::filesystem::exists(dir_ / "host/small/run/app1/output"));
}

TEST_F(DeployedProcessTest, IsNotUndeployedWhileItRuns) {
  EXPECT_THAT(component("undeploy"), HasSubstr("host lab1: app1 still runs there, as process " +
                                               std::to_string(pid()) + ": stop it, then undeploy again"));
  EXPECT_EQ(call("status"), "exited 0");
  EXPECT_TRUE(std::filesystem::exists(dir_ / "host/small/components/app1/etc/site/site.conf"));
}

TEST_F(DeployedProcessTest, WhatWasConfiguredOutlastsANewArchiveAndGoesWithThat) {
  call("stop");
  dir_.write("project/server", "#!/bin/sh\nexit 0\n", true);
  EXPECT_THAT(component("deploy"), StartsWith("exited 0"));
  EXPECT_EQ(dir_.read("host/small/components/app1/etc/site/site.conf"), "listen 80\n");
  EXPECT_EQ(component("undeploy"), "exited 0");
  EXPECT_FALSE(std::filesystem::exists(dir_ / "host"));
}

// --- adoption ---

TEST_F(ProcessTest, ANewManagerFindsItRunning) {
  start_server();
  Process next{small_.world};
  EXPECT_EQ(adopted(next, app_), "started");
  EXPECT_EQ(await(begin(next, small_.call(app_, "Process", "start", {"./server"}))),
            "exited 0: it runs already");
}

TEST_F(ProcessTest, ANewManagerFindsItDead) {
  EXPECT_EQ(adopted(process_, app_), "stopped");
  small_.apply(system::HostAssigned{app_, ""});
  EXPECT_EQ(adopted(process_, app_), "app1 has no host yet: assign one first");
  small_.apply(system::HostAssigned{app_, "lab1"});
}

// --- what was left on another host ---

class LeftBehindTest : public ProcessTest {
 protected:
  // It runs on lab1, and was given lab2 while lab1 did not answer.
  LeftBehindTest() {
    start_server();
    small_.apply(system::HostChanged{"lab1", system::HostState::kDown, 0, {}, {}});
    small_.apply(system::HostAssigned{app_, "lab2"});
    small_.apply(system::HostChanged{"lab1", system::HostState::kUp, 0, {}, {}});
    lab2_is(system::HostState::kUp);
  }
  void lab2_is(system::HostState state) { small_.apply(system::HostChanged{"lab2", state, 0, {}, {}}); }
  void look_over() { loop_.run(process_.look_over("lab1")); }
};

TEST_F(LeftBehindTest, ACopyIsEndedOnceItRunsWhereItBelongs) {
  small_.set(app_, Lifecycle::kStarted);
  const pid_t left = pid();
  look_over();
  EXPECT_TRUE(is_gone(left));
  EXPECT_THAT(small_.log.lines, ::testing::ElementsAre(HasSubstr("app1 still ran on lab1")));
}

TEST_F(LeftBehindTest, TheOnlyOneIsToldAndNotTouched) {
  small_.set(app_, Lifecycle::kFailed);
  look_over();
  EXPECT_FALSE(is_gone(pid()));
  EXPECT_THAT(small_.log.lines, ::testing::ElementsAre(HasSubstr("app1 still runs on lab1")));
}

TEST_F(LeftBehindTest, WhereItHasEndedNothingIsLeft) {
  small_.set(app_, Lifecycle::kStarted);
  look_over();
  EXPECT_THAT(small_.system.left_behind(), ::testing::IsEmpty());
  EXPECT_THAT(small_.sources, ::testing::Contains("its status on lab1"));
}

TEST_F(LeftBehindTest, WhereItMayStillRunItIsLeft) {
  small_.set(app_, Lifecycle::kFailed);
  look_over();
  EXPECT_THAT(small_.system.left_behind(), ::testing::SizeIs(1));
}

// That it was started on lab2 is the last that is known of lab2.
TEST_F(LeftBehindTest, IsNotTakenForACopyWhereItsOwnHostIsDown) {
  small_.set(app_, Lifecycle::kStarted);
  lab2_is(system::HostState::kDown);
  look_over();
  EXPECT_FALSE(is_gone(pid()));
  EXPECT_THAT(small_.log.lines, ::testing::ElementsAre(AllOf(HasSubstr("app1 still runs on lab1"),
                                                             HasSubstr("started on lab2, which is down"))));
}

TEST_F(LeftBehindTest, WhatIsBackOnTheHostWasNotLeft) {
  small_.apply(system::HostAssigned{app_, "lab1"});
  small_.set(app_, Lifecycle::kStarted);
  look_over();
  EXPECT_FALSE(is_gone(pid()));
  EXPECT_THAT(small_.log.lines, ::testing::IsEmpty());
}

}  // namespace
}  // namespace attune::wrappers
