// SPDX-License-Identifier: Apache-2.0
// The CPU probe: on a host made of files, whose time goes on by one look with each sleep; and on this one.
#include <csignal>
#include <memory>
#include <optional>
#include <sstream>
#include <stop_token>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "runtime/transport/local_shell.h"
#include "tests/support/golden.h"
#include "tests/support/temp_dir.h"
#include "tests/support/test_loop.h"

namespace attune {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using Lines = std::vector<std::string>;

class CpuProbeTest : public ::testing::Test {
 protected:
  static constexpr int kGone = -1;  // instead of a use: the subject is not there

  CpuProbeTest() {
    // Each sleep is one second. When there is no next one, the probe is told to end.
    dir_.write("bin/sleep",
               "#!/bin/sh\n"
               "cd \"$ATTUNE_ROOT\" || exit\n"
               "next=$(($(cat at) + 1))\n"
               "[ -d \"steps/$next\" ] || { kill \"$PPID\"; exit; }\n"
               "rm -rf proc/42\n"
               "cp -r \"steps/$next/.\" . && echo \"$next\" > at\n",
               true);
    dir_.write("at", "0");
    dir_.write("run/app/pid", "42 1000\n");
    dir_.write("proc/uptime", "5.00 9\n");
    dir_.write("proc/cpuinfo", "processor : 0\nflags : x\nprocessor : 1\n");
  }
  // What process 42 uses in each second, in percent of one processor.
  void process_uses(const std::vector<int>& percents) {
    int ticks = 1000;
    for (const int percent : percents) {
      ticks += percent == kGone ? 0 : percent;
      const std::string step = next_step();
      // The name may hold anything; user and system time are the 14th and 15th word.
      if (percent != kGone)
        dir_.write(step + "proc/42/stat", fmt::format("42 (a) b (c) S 1 2 3 4 5 6 7 8 9 10 {} {} 0 0\n",
                                                      ticks / 2, ticks - ticks / 2));
    }
  }
  // The folder of the next second, with its time.
  std::string next_step() {
    const std::string step = fmt::format("steps/{}/", ++steps_);
    dir_.write(step + "proc/uptime", fmt::format("{}.07 9\n", 5 + steps_));
    return step;
  }
  ports::Command probe(const std::vector<std::string>& options) {
    ports::Command command;
    command.argv = {"sh", (test::source_root() / "probes/cpu").string(), "/dev/stdout", "app"};
    command.argv.insert(command.argv.end(), options.begin(), options.end());
    return command;
  }
  // All that it writes over the seconds that were written down.
  Lines told(const std::vector<std::string>& options) {
    ports::Command command = probe(options);
    command.environment = {{"ATTUNE_ROOT", dir_.path()},
                           {"ATTUNE_RUN_DIRECTORY", dir_ / "run/app"},
                           {"PATH", dir_ / "bin:" + std::string(::getenv("PATH"))}};
    Lines lines;
    command.on_line = [&](std::string_view line) { lines.emplace_back(line); };
    const auto end = loop_.run(shell_.run(host_, command, {}));
    if (const auto* exited = end ? std::get_if<ports::Exited>(&*end) : nullptr) error_ = exited->error_output;
    return lines;
  }

  test::TestLoop loop_;
  transport::LocalShell shell_{loop_};
  ports::HostTarget host_{.name = "here", .protocol = Protocol::kLocal};
  test::TempDir dir_;
  int steps_ = 0;
  std::string error_;
};

// --- when it speaks ---

TEST_F(CpuProbeTest, SpeaksEachPeriodWhileTheUseIsHighAndOnceWhenItHasEnded) {
  process_uses({0, 50, 80, 97, 10, 10});
  EXPECT_THAT(told({"80%", "1s"}), ElementsAre("cpu_high app cpu=80%", "cpu_high app cpu=97%",
                                               "cpu_high app cpu=10% cleared=true"));
}

TEST_F(CpuProbeTest, SaysNothingBelowTheThreshold) {
  process_uses({0, 79, 10, 79, 79});
  EXPECT_THAT(told({"80%", "1s"}), IsEmpty());
}

TEST_F(CpuProbeTest, AValueAtTheEdgeMakesNoStorm) {
  process_uses({0, 85, 75, 85, 75, 85, 69, 85});
  EXPECT_THAT(told({"80%", "1s", "hysteresis=10%"}),
              ElementsAre("cpu_high app cpu=85%", "cpu_high app cpu=75%", "cpu_high app cpu=85%",
                          "cpu_high app cpu=75%", "cpu_high app cpu=85%", "cpu_high app cpu=69% cleared=true",
                          "cpu_high app cpu=85%"));
}

TEST_F(CpuProbeTest, HoldsBackUntilItHasLasted) {
  process_uses({0, 90, 90, 10, 90, 90, 90, 90});
  EXPECT_THAT(told({"80%", "1s", "hold=2s"}), ElementsAre("cpu_high app cpu=90%", "cpu_high app cpu=90%"));
}

TEST_F(CpuProbeTest, ClearsWhenItsSubjectIsGone) {
  process_uses({0, 90, kGone, kGone, 0, 90});
  EXPECT_THAT(told({"80%", "1s"}), ElementsAre("cpu_high app cpu=90%", "cpu_high app cpu=0% cleared=true",
                                               "cpu_high app cpu=90%"));
}

TEST_F(CpuProbeTest, WaitsForASubjectThatIsNotThereYet) {
  process_uses({kGone, kGone, 0, 90});
  EXPECT_THAT(told({"80%", "1s"}), ElementsAre("cpu_high app cpu=90%"));
}

TEST_F(CpuProbeTest, SeesMoreThanOneProcessor) {
  process_uses({0, 250});
  EXPECT_THAT(told({"80%", "1s"}), ElementsAre("cpu_high app cpu=250%"));
}

TEST_F(CpuProbeTest, CallsItsEventAsItIsTold) {
  process_uses({0, 90});
  EXPECT_THAT(told({"80%", "1s", "event=busy"}), ElementsAre("busy app cpu=90%"));
}

TEST_F(CpuProbeTest, SaysWhatItDoesNotUnderstand) {
  EXPECT_THAT(told({"80%", "soon"}), IsEmpty());
  EXPECT_THAT(error_, HasSubstr("'soon' is no duration, such as 500ms or 2s"));
  told({"80%", "1s", "colour=red"});
  EXPECT_THAT(error_, HasSubstr("unknown option 'colour=red'"));
}

// --- what it looks at ---

TEST_F(CpuProbeTest, MeasuresAVirtualMachineAsItsHostSeesIt) {
  dir_.write("run/app/pid", "7 1\n");
  dir_.write("run/libvirt/qemu/app.pid", "42");
  process_uses({0, 90});
  EXPECT_THAT(told({"80%", "1s"}), ElementsAre("cpu_high app cpu=90%"));
}

TEST_F(CpuProbeTest, MeasuresAHostByAllItsProcessors) {
  for (const int used : {0, 100, 300, 300}) {
    const std::string step = next_step();
    dir_.write(step + "proc/stat", fmt::format("cpu {} 0 10 9999 7 0 0 0 0 0\n", used));
  }
  EXPECT_THAT(told({"60%", "1s", "of=host", "hysteresis=0%"}),
              ElementsAre("cpu_high app cpu=100%", "cpu_high app cpu=0% cleared=true"));
}

TEST_F(CpuProbeTest, MeasuresALabHostByItsCgroup) {
  dir_.write("run/attune-lab/cpu", "usage=" + dir_ / "cpu.stat" + "\nformat=cpu.stat\ncpus=0.5\n");
  for (const int seconds : {0, 0, 1})
    dir_.write(next_step() + "cpu.stat", fmt::format("user_usec 1\nusage_usec {}\n", seconds * 400'000));
  EXPECT_THAT(told({"70%", "1s", "of=host"}), ElementsAre("cpu_high app cpu=80%"));
}

TEST_F(CpuProbeTest, MeasuresALabHostByItsOlderCgroup) {
  dir_.write("run/attune-lab/cpu", "usage=" + dir_ / "usage" + "\nformat=cpuacct.usage\ncpus=2\n");
  for (const long nanoseconds : {5L, 1'600'000'005L})
    dir_.write(next_step() + "usage", fmt::format("{}\n", nanoseconds));
  EXPECT_THAT(told({"70%", "1s", "of=host"}), ElementsAre("cpu_high app cpu=80%"));
}

// --- on this machine ---

// A process of this machine that uses all the processor that it gets.
class BusyProcess {
 public:
  BusyProcess() : pid_(::fork()) {
    if (pid_ != 0) return;
    for (volatile unsigned spins = 0;;) spins = spins + 1;
  }
  ~BusyProcess() {
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
  }
  BusyProcess(const BusyProcess&) = delete;
  BusyProcess& operator=(const BusyProcess&) = delete;
  void rest() const { ::kill(pid_, SIGSTOP); }
  pid_t pid() const { return pid_; }

 private:
  pid_t pid_;
};

TEST_F(CpuProbeTest, SeesRealLoadBeginAndEnd) {
  const BusyProcess busy;
  dir_.write("run/app/pid", std::to_string(busy.pid()) + " 0\n");
  ports::Command command = probe({"5%", "200ms", "hysteresis=2%"});
  command.environment = {{"ATTUNE_RUN_DIRECTORY", dir_ / "run/app"}};
  command.timeout = Duration::zero();
  Lines lines;
  command.on_line = [&](std::string_view line) { lines.emplace_back(line); };
  std::stop_source stop;
  std::optional<Result<ports::CommandEnd>> end;
  start<Result<ports::CommandEnd>>(shell_.run(host_, command, stop.get_token()),
                                   [&](Result<ports::CommandEnd> how) { end.emplace(std::move(how)); });
  loop_.run_until([&] { return !lines.empty(); });
  EXPECT_THAT(lines.front(), ::testing::MatchesRegex("cpu_high app cpu=[0-9]+%"));
  busy.rest();
  loop_.run_until([&] { return lines.back().ends_with(" cleared=true"); });
  stop.request_stop();
  loop_.run_until([&] { return end.has_value(); });
}

}  // namespace
}  // namespace attune
