// SPDX-License-Identifier: Apache-2.0
#include "runtime/transport/local_shell.h"

#include <cerrno>
#include <chrono>
#include <csignal>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include "tests/support/sshd.h"
#include "tests/support/temp_dir.h"
#include "tests/support/test_loop.h"

namespace attune::transport {
namespace {

using ports::Cancelled;
using ports::CommandEnd;
using ports::Exited;
using ports::TimedOut;
using testing::ElementsAre;
using testing::HasSubstr;
using std::chrono_literals::operator""ms;
using std::chrono_literals::operator""s;

class LocalShellTest : public testing::Test {
 protected:
  Result<CommandEnd> run(const ports::Command& command) {
    return loop_.run(shell_.run(host_, command, stop_.get_token()));
  }
  Exited exited(const ports::Command& command) {
    const Result<CommandEnd> end = run(command);
    EXPECT_TRUE(end && std::holds_alternative<Exited>(*end));
    return std::get<Exited>(*end);
  }
  static ports::Command sh(const std::string& script) {
    ports::Command command;
    command.argv = {"sh", "-c", script};
    return command;
  }
  // Waits until the process has gone; the loop goes on meanwhile.
  void await_end_of(pid_t pid) {
    loop_.run_until([&] { return ::kill(pid, 0) != 0 && errno == ESRCH; });
  }
  pid_t read_pid(const std::string& name) {
    loop_.run_until([&] { return dir_.read(name).ends_with('\n'); });
    return std::stoi(dir_.read(name));
  }

  test::TestLoop loop_;
  LocalShell shell_{loop_};
  ports::HostTarget host_{.name = "here", .protocol = Protocol::kLocal};
  std::stop_source stop_;
  test::TempDir dir_;
};

TEST_F(LocalShellTest, GivesOutputAndCode) {
  const Exited end = exited(sh("echo out; echo err >&2; exit 7"));
  EXPECT_EQ(end.code, 7);
  EXPECT_EQ(end.output, "out\n");
  EXPECT_EQ(end.error_output, "err\n");
}

TEST_F(LocalShellTest, PassesArgumentsEnvironmentAndDirectory) {
  ports::Command command;
  command.argv = {"sh", "-c", "pwd; printf '%s|' \"$A\" \"$@\"", "sh", "it's", "", "$A *"};
  command.environment = {{"A", "x y"}};
  command.directory = dir_.path();
  EXPECT_EQ(exited(command).output, dir_.path().string() + "\nx y|it's||$A *|");
}

TEST_F(LocalShellTest, LooksProgramsUpInTheCommandsPath) {
  dir_.write("odd-program", "#!/bin/sh\necho found\n", true);
  ports::Command command;
  command.argv = {"odd-program"};
  EXPECT_EQ(exited(command).code, 127);
  command.environment = {{"PATH", "/bin:" + dir_.path().string()}};
  EXPECT_EQ(exited(command).output, "found\n");
}

TEST_F(LocalShellTest, SaysThatAnInterpreterIsMissing) {
  ports::Command command;
  command.argv = {dir_.write("script", "#!/no/such/interpreter\n", true)};
  const Exited end = exited(command);
  EXPECT_EQ(end.code, 127);
  EXPECT_THAT(end.error_output, HasSubstr("its interpreter is missing"));
}

TEST_F(LocalShellTest, SaysThatADirectoryIsMissing) {
  ports::Command command = sh("true");
  command.directory = "/no/such";
  const Result<CommandEnd> end = run(command);
  ASSERT_FALSE(end);
  EXPECT_EQ(end.error().code, ErrorCode::kNotFound);
  EXPECT_THAT(end.error().message, HasSubstr("host here (local): cannot run 'sh' in directory '/no/such'"));
}

TEST_F(LocalShellTest, RefusesAnotherUser) {
  host_.user = "nobody-else";
  const Result<CommandEnd> end = run(sh("true"));
  ASSERT_FALSE(end);
  EXPECT_THAT(end.error().message, HasSubstr("not as 'nobody-else'"));
}

TEST_F(LocalShellTest, FeedsInputFromMemoryAndFromAFile) {
  const std::string content(3'000'000, 'x');
  ports::Command command;
  command.argv = {"sh", "-c", "cat | wc -c"};
  command.input = content;
  EXPECT_EQ(exited(command).output, "3000000\n");

  uint64_t sent = 0;
  command.input.clear();
  command.input_file = dir_.write("input", content);
  command.input_offset = 1'000'000;
  command.on_sent = [&](uint64_t bytes) { sent = bytes; };
  EXPECT_EQ(exited(command).output, "2000000\n");
  EXPECT_EQ(sent, 2'000'000U);
}

TEST_F(LocalShellTest, CountsTheTimeAnewAsLongAsTheInputIsTaken) {
  ports::Command command =
      sh("echo send; for i in 1 2 3 4 5 6; do dd bs=1000 count=1 status=none >/dev/null; sleep 0.7; done; wc "
         "-c");
  command.input = std::string(6005, 'x');
  command.input_cue = "send\n";
  command.timeout = 4s;
  EXPECT_EQ(exited(command).output, "send\n5\n");
  command.argv = sh("echo send; sleep 100").argv;
  EXPECT_TRUE(std::holds_alternative<TimedOut>(*run(command)));
}

TEST_F(LocalShellTest, HandsLinesOnAsTheyCome) {
  std::vector<std::string> lines;
  ports::Command command = sh("echo one; echo two; printf three; echo err >&2");
  command.on_line = [&](std::string_view line) { lines.emplace_back(line); };
  const Exited end = exited(command);
  EXPECT_THAT(lines, ElementsAre("one", "two", "three"));
  EXPECT_EQ(end.output, "");
  EXPECT_EQ(end.error_output, "err\n");
}

TEST_F(LocalShellTest, KeepsOnlyBothEndsOfTooMuchOutput) {
  const Exited end = exited(sh("printf begin; head -c 5000000 /dev/zero; printf end"));
  EXPECT_LT(end.output.size(), ports::Command::kMaxOutput + 100);
  EXPECT_THAT(end.output, testing::StartsWith("begin"));
  EXPECT_THAT(end.output, testing::EndsWith("end"));
  EXPECT_THAT(end.output, HasSubstr("bytes left out"));
}

TEST_F(LocalShellTest, GivesASignalAsItsNumberAbove128) {
  EXPECT_EQ(exited(sh("kill -KILL $$")).code, 128 + SIGKILL);
}

TEST_F(LocalShellTest, DoesNotWaitForWhatAProgramLeavesRunning) {
  const Exited end = exited(sh("sleep 60 & echo $!"));
  EXPECT_EQ(end.code, 0);
  ::kill(std::stoi(end.output), SIGKILL);
}

TEST_F(LocalShellTest, EndsTheWholeGroupAtItsTimeout) {
  ports::Command command = sh("sleep 60 & echo $! >" + (dir_ / "pid") + "; wait");
  command.timeout = 300ms;
  const Result<CommandEnd> end = run(command);
  ASSERT_TRUE(end);
  EXPECT_TRUE(std::holds_alternative<TimedOut>(*end));
  await_end_of(read_pid("pid"));
}

TEST_F(LocalShellTest, KillsWhoIgnoresTermWhenCancelled) {
  std::optional<CommandEnd> end;
  ports::Command command = sh("trap '' TERM; (trap '' TERM; sleep 60; sleep 60) & echo $! >" +
                              (dir_ / "pid") + "; wait; sleep 60");
  start<Result<CommandEnd>>(shell_.run(host_, command, stop_.get_token()),
                            [&](Result<CommandEnd> result) { end = std::move(*result); });
  const pid_t grandchild = read_pid("pid");
  stop_.request_stop();
  loop_.run_until([&] { return end.has_value(); });
  EXPECT_TRUE(std::holds_alternative<Cancelled>(*end));
  await_end_of(grandchild);
}

// As in a container whose first process buries nobody.
TEST_F(LocalShellTest, DoesNotWaitForTheDeadToBeBuried) {
  ASSERT_EQ(::prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0), 0);
  ports::Command command = sh("sleep 60 & echo $! >" + (dir_ / "pid") + "; wait");
  command.timeout = 300ms;
  const Result<CommandEnd> end = run(command);
  ASSERT_TRUE(end);
  EXPECT_TRUE(std::holds_alternative<TimedOut>(*end));
  const pid_t child = read_pid("pid");
  EXPECT_EQ(::kill(child, 0), 0) << "it should be waiting to be buried here";
  EXPECT_EQ(::waitpid(child, nullptr, 0), child);
  ::prctl(PR_SET_CHILD_SUBREAPER, 0, 0, 0, 0);
}

TEST_F(LocalShellTest, DoesNotStartWhatIsCancelledAlready) {
  stop_.request_stop();
  const Result<CommandEnd> end = run(sh("touch " + (dir_ / "ran")));
  ASSERT_TRUE(end);
  EXPECT_TRUE(std::holds_alternative<Cancelled>(*end));
  EXPECT_FALSE(std::filesystem::exists(dir_ / "ran"));
}

TEST_F(LocalShellTest, RunsManyCommandsSideBySide) {
  int ended = 0;
  for (int i = 0; i < 50; ++i) {
    start<Result<CommandEnd>>(shell_.run(host_, sh("sleep 0.2; exit " + std::to_string(i)), {}),
                              [&, i](Result<CommandEnd> end) {
                                EXPECT_EQ(std::get<Exited>(*end).code, i);
                                ++ended;
                              });
  }
  loop_.run_until([&] { return ended == 50; });
}

TEST_F(LocalShellTest, IsAlwaysUp) {
  std::vector<ports::HostHealth> said;
  shell_.watch(host_, 1ms, [&](ports::HostHealth health) { said.push_back(health); });
  loop_.run_until([&] { return !said.empty(); });
  EXPECT_THAT(said, ElementsAre(ports::HostHealth::kUp));
}

}  // namespace
}  // namespace attune::transport
