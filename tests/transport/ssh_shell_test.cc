// SPDX-License-Identifier: Apache-2.0
// Commands over SSH, on a real sshd: what they get, what they give, how they end.
#include "runtime/transport/ssh_shell.h"

#include <csignal>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/transport/ssh_fixture.h"

namespace attune::transport {
namespace {

using ports::Cancelled;
using ports::Exited;
using ports::TimedOut;
using testing::ElementsAre;
using testing::HasSubstr;
using std::chrono_literals::operator""ms;
using std::chrono_literals::operator""s;

class SshShellTest : public SshTest {};

TEST_F(SshShellTest, GivesOutputAndCode) {
  const Exited end = exited(sh("echo out; echo err >&2; exit 7"));
  EXPECT_EQ(end.code, 7);
  EXPECT_EQ(end.output, "out\n");
  EXPECT_EQ(end.error_output, "err\n");
}

TEST_F(SshShellTest, PassesArgumentsEnvironmentAndDirectory) {
  ports::Command command;
  command.argv = {"sh", "-c", "pwd; printf '%s|' \"$A\" \"$@\"", "sh", "it's", "", "$A *", "new\nline"};
  command.environment = {{"A", "x y"}};
  command.directory = dir_.path();
  EXPECT_EQ(exited(command).output, dir_.path().string() + "\nx y|it's||$A *|new\nline|");
}

TEST_F(SshShellTest, KeepsOneConnectionForManyCommands) {
  for (int i = 0; i < 5; ++i) EXPECT_EQ(exited(sh("exit " + std::to_string(i))).code, i);
  EXPECT_EQ(sshd_.connections(), 1U);
}

TEST_F(SshShellTest, GivesASignalAsItsNumberAbove128) {
  EXPECT_EQ(exited(sh("kill -KILL $$")).code, 128 + SIGKILL);
}

TEST_F(SshShellTest, SaysThatADirectoryIsMissing) {
  ports::Command command = sh("touch " + (dir_ / "ran"));
  command.directory = "/no/such";
  const End end = run(command);
  ASSERT_FALSE(end);
  EXPECT_EQ(end.error().code, ErrorCode::kNotFound);
  EXPECT_THAT(end.error().message, HasSubstr("host box ("));
  EXPECT_THAT(end.error().message, HasSubstr("in directory '/no/such'"));
  EXPECT_FALSE(std::filesystem::exists(dir_ / "ran"));
}

TEST_F(SshShellTest, EndsAProgramThatIsNotThereWith127) {
  EXPECT_EQ(exited(sh("exec no-such-program")).code, 127);
}

TEST_F(SshShellTest, FeedsInputFromMemory) {
  ports::Command command;
  command.argv = {"wc", "-c"};
  command.input = std::string(5'000'000, 'x');
  EXPECT_EQ(exited(command).output, "5000000\n");
}

TEST_F(SshShellTest, FeedsNoInputAsItsEnd) {
  ports::Command command;
  command.argv = {"cat"};
  EXPECT_EQ(exited(command).output, "");
}

TEST_F(SshShellTest, StreamsAFileFromAnOffsetAndTellsHowMuchIsSent) {
  uint64_t sent = 0;
  bool grows = true;
  ports::Command command;
  command.argv = {"sha256sum"};
  std::string content;
  for (uint32_t i = 0; i < 3'000'000; ++i) content += static_cast<char>(i * i >> 3);
  command.input_file = dir_.write("input", content);
  command.input_offset = 1'000'000;
  command.on_sent = [&](uint64_t bytes) {
    grows = grows && bytes >= sent;
    sent = bytes;
  };
  const std::string sum = exited(command).output;
  EXPECT_EQ(sum, output("tail -c +1000001 " + command.input_file + " | sha256sum"));
  EXPECT_EQ(sent, 2'000'000U);
  EXPECT_TRUE(grows);
}

TEST_F(SshShellTest, HoldsItsInputUntilTheCommandAsksForIt) {
  bool has_sent = false;
  ports::Command command = sh("echo send; wc -c");
  command.input = std::string(300'000, 'x');
  command.input_cue = "send\n";
  command.on_sent = [&](uint64_t) { has_sent = true; };
  EXPECT_EQ(exited(command).output, "send\n300000\n");
  EXPECT_TRUE(has_sent);
  has_sent = false;
  command.argv = sh("echo no; echo send; exit 3").argv;
  EXPECT_EQ(exited(command).code, 3);
  EXPECT_FALSE(has_sent);
}

// What takes its input slowly is waited for; what takes no more of it is not.
TEST_F(SshShellTest, CountsTheTimeAnewAsLongAsTheInputIsTaken) {
  ports::Command command =
      sh("echo send; for i in 1 2 3 4 5 6; do dd bs=1000 count=300 iflag=fullblock status=none "
         ">/dev/null; sleep 0.8; done; wc -c");
  command.input = std::string(1'800'005, 'x');
  command.input_cue = "send\n";
  command.timeout = 4s;
  EXPECT_EQ(exited(command).output, "send\n5\n");
  command.argv = sh("echo send; sleep 100").argv;
  const End end = run(command);
  ASSERT_TRUE(end) << end.error().message;
  EXPECT_TRUE(std::holds_alternative<TimedOut>(*end));
}

TEST_F(SshShellTest, HasItsConnectionUpWhenItWasPrepared) {
  shell().prepare(host_);
  loop_.run_until([&] { return sshd_.log().find("Accepted publickey") != std::string::npos; });
  EXPECT_EQ(output("echo here"), "here\n");
  EXPECT_EQ(sshd_.connections(), 1U);
}

TEST_F(SshShellTest, SaysThatAnInputFileIsMissing) {
  ports::Command command = sh("cat");
  command.input_file = dir_ / "missing";
  const End end = run(command);
  ASSERT_FALSE(end);
  EXPECT_EQ(end.error().code, ErrorCode::kNotFound);
}

TEST_F(SshShellTest, EndsWhenTheProgramDoesNotReadItsInput) {
  ports::Command command = sh("exit 3");
  command.input = std::string(20'000'000, 'x');
  EXPECT_EQ(exited(command).code, 3);
}

TEST_F(SshShellTest, DoesNotPileInputUpOnAHostThatDoesNotReadIt) {
  test::run_program({"/usr/bin/mkfifo", dir_ / "go"});
  uint64_t sent = 0;
  ports::Command command = sh("cat " + (dir_ / "go") + "; wc -c");
  command.input = std::string(5'000'000, 'x');
  command.on_sent = [&](uint64_t bytes) { sent = bytes; };
  const auto running = begin(command);
  loop_.run_until([&] { return sent > 100'000; });
  for (int i = 0; i < 3; ++i)
    EXPECT_EQ(output("true"), "");  // on the same connection: all that was to go has gone
  EXPECT_LT(sent, 600'000U);
  dir_.write("go", "");
  EXPECT_EQ(std::get<ports::Exited>(*await(running)).output, "5000000\n");
}

TEST_F(SshShellTest, HandsLinesOnWhileTheProgramRuns) {
  std::vector<std::string> lines;
  ports::Command command = sh("echo one; echo two; cat " + (dir_ / "go") + "; printf three");
  test::run_program({"/usr/bin/mkfifo", dir_ / "go"});
  command.on_line = [&](std::string_view line) { lines.emplace_back(line); };
  const auto running = begin(command);
  loop_.run_until([&] { return lines.size() == 2; });
  EXPECT_FALSE(running->end);
  dir_.write("go", "");
  EXPECT_EQ(std::get<Exited>(*await(running)).output, "");
  EXPECT_THAT(lines, ElementsAre("one", "two", "three"));
}

TEST_F(SshShellTest, HoldsALoudProgramBackRatherThanLoseLines) {
  uint64_t bytes = 0;
  uint64_t count = 0;
  ports::Command command = sh("seq 1 2000000");
  command.on_line = [&](std::string_view line) {
    bytes += line.size() + 1;
    ++count;
  };
  EXPECT_EQ(exited(command).code, 0);
  EXPECT_EQ(count, 2'000'000U);
  EXPECT_EQ(bytes, 14'888'896U);
}

TEST_F(SshShellTest, KeepsOnlyBothEndsOfTooMuchOutput) {
  const Exited end = exited(sh("printf begin; head -c 5000000 /dev/zero; printf end"));
  EXPECT_LT(end.output.size(), ports::Command::kMaxOutput + 100);
  EXPECT_THAT(end.output, testing::StartsWith("begin"));
  EXPECT_THAT(end.output, testing::EndsWith("end"));
}

TEST_F(SshShellTest, DoesNotWaitForWhatAProgramLeavesRunning) {
  const Exited end = exited(sh("sleep 60 & echo $!"));
  EXPECT_EQ(end.code, 0);
  ::kill(std::stoi(end.output), SIGKILL);
}

TEST_F(SshShellTest, EndsTheWholeGroupAtItsTimeout) {
  ports::Command command = sh("sleep 60 & echo $! >" + (dir_ / "pid") + "; wait");
  command.timeout = 300ms;
  const End end = run(command);
  ASSERT_TRUE(end);
  EXPECT_TRUE(std::holds_alternative<TimedOut>(*end));
  await_end_of(await_line("pid"));
}

TEST_F(SshShellTest, KillsWhoIgnoresTermWhenCancelled) {
  const auto running = begin("trap '' TERM; echo $$ >" + (dir_ / "pid") + "; sleep 60; sleep 60");
  const std::string pid = await_line("pid");
  running->stop.request_stop();
  EXPECT_TRUE(std::holds_alternative<Cancelled>(*await(running)));
  await_end_of(pid);
}

TEST_F(SshShellTest, CancelsManyAtOnce) {
  const auto all = begin_many(30, [](size_t) { return std::string("echo up; sleep 60"); });
  EXPECT_EQ(output("echo through"), "through\n");
  for (const auto& running : all) running->stop.request_stop();
  for (const auto& running : all) EXPECT_TRUE(std::holds_alternative<Cancelled>(*await(running)));
}

TEST_F(SshShellTest, DoesNotStartWhatIsCancelledAlready) {
  stop_.request_stop();
  const End end = run("touch " + (dir_ / "ran"));
  EXPECT_TRUE(std::holds_alternative<Cancelled>(*end));
  EXPECT_FALSE(std::filesystem::exists(dir_ / "ran"));
}

TEST_F(SshShellTest, RunsMoreCommandsThanOneConnectionCarries) {
  const auto all = begin_many(60, [](size_t i) { return "echo " + std::to_string(i); });
  for (int i = 0; i < 60; ++i) {
    EXPECT_EQ(std::get<Exited>(*await(all[i])).output, std::to_string(i) + "\n");
  }
}

TEST_F(SshShellTest, RunsLongOnesBesideAnyNumberOfShortOnes) {
  const auto probes = begin_many(25, [](size_t) { return std::string("sleep 60"); });
  for (int i = 0; i < 20; ++i) EXPECT_EQ(output("echo ok"), "ok\n");
  for (const auto& probe : probes) probe->stop.request_stop();
  for (const auto& probe : probes) await(probe);
}

TEST_F(SshShellTest, ClosesConnectionsThatAreNoLongerNeeded) {
  options_.idle_extra = 50ms;
  const auto all = begin_many(30, [](size_t) { return std::string("sleep 0.3"); });
  for (const auto& running : all) await(running);
  loop_.run_until([&] { return sshd_.connections() == 1; });
}

TEST_F(SshShellTest, RunsWhatALoginShellsChatterPrecedes) {
  sshd_.dir().write(".bashrc", "echo Welcome; printf 'and no end of line'\n");
  EXPECT_EQ(output("echo mine"), "mine\n");
}

TEST_F(SshShellTest, ConnectsToAName) {
  host_.address = "localhost";
  dir_.write("known", "[localhost" + sshd_.host_key_line().substr(10));
  host_.known_hosts = dir_ / "known";
  EXPECT_EQ(output("echo there"), "there\n");
}

class FewSessions : public SshTest {
 protected:
  FewSessions() : SshTest("MaxSessions 1") {}
};

TEST_F(FewSessions, AreEnough) {
  const auto all = begin_many(5, [](size_t i) { return "echo " + std::to_string(i); });
  for (int i = 0; i < 5; ++i) {
    EXPECT_EQ(std::get<Exited>(*await(all[i])).output, std::to_string(i) + "\n");
  }
}

TEST_F(FewSessions, StillLetACommandBeEnded) {
  const auto running = begin("echo $$ >" + (dir_ / "pid") + "; sleep 60");
  const std::string pid = await_line("pid");
  running->stop.request_stop();
  EXPECT_TRUE(std::holds_alternative<Cancelled>(*await(running)));
  await_end_of(pid);
}

class SmallRekey : public SshTest {
 protected:
  SmallRekey() : SshTest("RekeyLimit 1M") {}
};

TEST_F(SmallRekey, KeysAreExchangedAnewInTheMiddleOfATransfer) {
  ports::Command command;
  command.argv = {"wc", "-c"};
  command.input = std::string(20'000'000, 'x');
  EXPECT_EQ(exited(command).output, "20000000\n");
}

class ForcedCommand : public SshTest {
 protected:
  ForcedCommand() : SshTest("ForceCommand echo only this") {}
};

TEST_F(ForcedCommand, IsToldAndRunsNothing) {
  const Error problem = error();
  EXPECT_EQ(problem.code, ErrorCode::kDenied);
  EXPECT_THAT(problem.message, HasSubstr("only this"));
}

class ReadingForcedCommand : public SshTest {
 protected:
  ReadingForcedCommand() : SshTest("ForceCommand bash -c 'read -t 1 line; echo \"got <$line>\"'") {}
};

// It may be a secret, which is the command's alone.
TEST_F(ReadingForcedCommand, IsNotGivenTheInputOfACommandThatDoesNotRun) {
  ports::Command command;
  command.argv = {"cat"};
  command.input = "a secret\n";
  const End end = run(command);
  ASSERT_FALSE(end);
  EXPECT_THAT(end.error().message, HasSubstr("got <>"));
}

}  // namespace
}  // namespace attune::transport
