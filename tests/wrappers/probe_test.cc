// SPDX-License-Identifier: Apache-2.0
#include "wrappers/probe.h"

#include "tests/support/hand_loop.h"
#include "tests/support/sshd.h"
#include "tests/wrappers/hand_shell.h"
#include "tests/wrappers/local_fixture.h"

namespace attune::wrappers {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::StartsWith;

class ProbeTest : public LocalTest {
 public:
  ~ProbeTest() override { call("stop"); }

 protected:
  ProbeTest() {
    small_.make("app", "lab1");
    id_ = small_.make("probe", "lab1");
    small_.apply(system::Bound{id_, "observed", small_.system.find("app1")->id});
  }
  void program(const std::string& name, const std::string& text) { dir_.write("project/" + name, text); }
  std::string call(const std::string& operation, const std::vector<std::string>& arguments = {}) {
    return await(begin(*probe_, small_.call(id_, "Probe", operation, arguments)));
  }
  std::string create(const std::string& name, const std::vector<std::string>& more = {}) {
    std::vector<std::string> arguments{name, "/dev/stdout", "app1"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return call("create", arguments);
  }
  void await_line(const std::string& line) {
    loop_.run_until([&] { return ::testing::Value(small_.lines, Contains(HasSubstr(line))); });
  }
  pid_t pid() { return std::stoi(in_run_directory("probe1", "pid")); }
  // What the last manager left: a process in a session of its own, with its number where it is kept.
  pid_t left_running(const std::string& program) {
    dir_.write("left",
               "#!/bin/sh\nset -- $(sed 's/^.*) //' /proc/$$/stat)\nshift 19\necho \"$$ $1\" > " +
                   (dir_ / "host/small/run/probe1/pid") + "\n" + program,
               true);
    std::filesystem::create_directories(dir_ / "host/small/run/probe1");
    test::run_program({"/usr/bin/setsid", "--fork", dir_ / "left"});
    await_text("host/small/run/probe1/pid", "\n");
    return pid();
  }

  std::optional<Probe> probe_{std::in_place, small_.world};
  system::ComponentId id_ = system::kNoComponent;
};

TEST_F(ProbeTest, BringsItsLinesToTheQueue) {
  program("watch", "#!/bin/sh\necho \"disk_low $2 free=$3\" > \"$1\"\nexec sleep 1000\n");
  EXPECT_EQ(create("watch", {"1 GiB"}), "exited 0");
  await_line("probe1: disk_low app1 free=1 GiB");
}

TEST_F(ProbeTest, IsAnyProgram) {
  program(
      "watch",
      "#!/usr/bin/awk -f\nBEGIN { print \"seen \" ARGV[2]; fflush(); while (1) system(\"sleep 0.01\") }\n");
  EXPECT_EQ(create("watch"), "exited 0");
  await_line("probe1: seen app1");
}

// The first piece of shell on the page that tells how to write one.
std::string probe_of_the_documentation() {
  const std::string page = test::load_file(test::source_root() / "docs/probes.md");
  const size_t begin = page.find("```sh\n") + 6;
  return page.substr(begin, page.find("```", begin) - begin);
}

TEST_F(ProbeTest, OfTheDocumentationWorks) {
  dir_.write("bin/sleep", "#!/bin/sh\nexec /bin/sleep 0.01\n", true);
  dir_.write("bin/df", "#!/bin/sh\necho Avail\necho 999\n", true);
  const std::string path = ::getenv("PATH");
  ::setenv("PATH", (dir_ / "bin:" + path).c_str(), 1);
  program("disk", probe_of_the_documentation());
  EXPECT_EQ(create("disk"), "exited 0");
  ::setenv("PATH", path.c_str(), 1);
  await_line("probe1: disk_low app1 free=999B");
}

TEST_F(ProbeTest, MayReadItsInputWithoutEatingItself) {
  program("watch", "#!/bin/sh\ncat\necho \"seen $2\"\nexec sleep 1000\n");
  EXPECT_EQ(create("watch"), "exited 0");
  await_line("probe1: seen app1");
}

TEST_F(ProbeTest, KnowsWhereItsSubjectsProcessIsKept) {
  program("watch", "#!/bin/sh\necho \"at $ATTUNE_RUN_DIRECTORY\"\nexec sleep 1000\n");
  create("watch");
  await_line("at " + dir_ / "host/small/run/app1");
}

TEST_F(ProbeTest, ThatEndsAtOnceWasNotStarted) {
  program("watch", "#!/bin/sh\necho 'no such disk' >&2\nexit 64\n");
  EXPECT_THAT(create("watch"), AllOf(StartsWith("exited 125"), HasSubstr("no such disk")));
  EXPECT_EQ(call("stop"), "exited 0: it does not run");
}

TEST_F(ProbeTest, IsStartedAgainWhenItDies) {
  program("watch", "#!/bin/sh\necho \"born $$\"\nexec sleep 1000\n");
  create("watch");
  const pid_t first = pid();
  ::kill(first, SIGKILL);
  loop_.run_until([&] { return small_.lines.size() == 2; });
  EXPECT_NE(pid(), first);
  EXPECT_THAT(small_.raised, ElementsAre("probe_failed probe1 why=probe1 on lab1 ended with code 137"));
}

TEST_F(ProbeTest, EndsWhenItIsStopped) {
  program("watch", "#!/bin/sh\nexec sleep 1000\n");
  create("watch");
  const pid_t first = pid();
  EXPECT_EQ(call("stop"), "exited 0");
  await_end_of(first);
  EXPECT_THAT(small_.raised, IsEmpty());
}

TEST_F(ProbeTest, LeavesNothingOnItsHost) {
  std::filesystem::remove_all(dir_ / "host");
  program("watch", "#!/bin/sh\nexec sleep 1000\n");
  create("watch");
  EXPECT_TRUE(std::filesystem::exists(dir_ / "host/small/run/probe1/probe"));
  call("stop");
  EXPECT_FALSE(std::filesystem::exists(dir_ / "host"));
}

TEST_F(ProbeTest, LeavesWhatIsNotItsOwn) {
  std::filesystem::remove_all(dir_ / "host");
  std::filesystem::create_directories(dir_ / "host");
  program("watch", "#!/bin/sh\nexec sleep 1000\n");
  create("watch");
  dir_.write("host/small/run/app1/pid", "1 1\n");
  call("stop");
  EXPECT_TRUE(std::filesystem::exists(dir_ / "host/small/run/app1/pid"));
  EXPECT_FALSE(std::filesystem::exists(dir_ / "host/small/run/probe1"));
}

TEST_F(ProbeTest, IsNotStartedTwice) {
  program("watch", "#!/bin/sh\nexec sleep 1000\n");
  create("watch");
  EXPECT_EQ(create("watch"), "exited 0: it runs already");
}

// As where its arguments have its subject's address, and the subject has moved.
TEST_F(ProbeTest, ThatIsStartedWithOtherArgumentsRunsWithThese) {
  program("watch", "#!/bin/sh\necho \"at $3\"\nexec sleep 1000\n");
  create("watch", {"here"});
  const pid_t first = pid();
  ASSERT_EQ(create("watch", {"there"}), "exited 0");
  await_line("at there");
  await_end_of(first);
}

TEST_F(ProbeTest, ANewManagerStartsItAgainAndEndsWhatWasLeft) {
  program("cpu", "#!/bin/sh\necho \"again $2\"\nexec sleep 1000\n");
  const pid_t left = left_running("exec sleep 1000\n");
  small_.set(id_, Lifecycle::kStarted);
  EXPECT_EQ(adopted(*probe_, id_), "started");
  await_line("again app1");
  await_end_of(left);
}

TEST_F(ProbeTest, BeginsOnlyOnceADeafOneThatWasLeftIsGone) {
  const pid_t left = left_running("trap '' TERM\nwhile :; do sleep 0.01; done\n");
  program("watch",
          fmt::format("#!/bin/sh\ngrep -q '^State:.[^Z]' /proc/{}/status && echo twice || echo once\n"
                      "exec sleep 1000\n",
                      left));
  EXPECT_EQ(create("watch"), "exited 0");
  loop_.run_until([&] { return !small_.lines.empty(); });
  EXPECT_THAT(small_.lines, ElementsAre("probe1: once"));
}

TEST_F(ProbeTest, ANewManagerDoesNotStartOneThatWasStopped) {
  EXPECT_EQ(adopted(*probe_, id_), "declared");
}

TEST_F(ProbeTest, OneThatWasAboutToStopHasStoppedAfterItsManagersDeath) {
  for (const Lifecycle state : {Lifecycle::kStopping, Lifecycle::kLost}) {
    const pid_t left = left_running("exec sleep 1000\n");
    small_.set(id_, state);
    EXPECT_EQ(adopted(*probe_, id_), "stopped");
    await_end_of(left);
    EXPECT_FALSE(std::filesystem::exists(dir_ / "host/small/run/probe1"));
  }
}

TEST_F(ProbeTest, HasToBeThere) {
  EXPECT_THAT(create("no-such-probe"), HasSubstr("no probe 'no-such-probe': neither in the project nor"));
  EXPECT_THAT(create("../cpu"), HasSubstr("'../cpu' is no probe's name"));
}

TEST_F(ProbeTest, HasToHaveSomethingToWatch) {
  program("watch", "#!/bin/sh\n");
  EXPECT_EQ(call("create", {"watch", "/dev/stdout", "nobody"}), "exited 125: no component 'nobody' to watch");
}

// --- where its subject is ---

class FollowingProbeTest : public ::testing::Test {
 protected:
  FollowingProbeTest() {
    app_ = small_.make("app", "lab1");
    id_ = small_.make("probe", "");
    start<workflow::CallOutcome>(
        probe_->invoke(small_.call(id_, "Probe", "create", {"cpu", "/dev/stdout", "app1", "80%", "1s"}),
                       stop_.get_token()),
        [this](const workflow::CallOutcome& outcome) { started_ = shown(outcome); });
    loop_.pass(std::chrono::seconds(1));
  }
  // The program runs on its host.
  void begins() {
    shell_.runs[0].command.on_line(Probe::kBegins);
    loop_.pass(std::chrono::seconds(1));
  }
  ~FollowingProbeTest() override {
    probe_.reset();
    loop_.turn();  // ends what it runs
  }

  test::HandLoop loop_;
  HandShell shell_{loop_};
  VmLand land_{loop_};
  WrapperWorld small_{loop_, loop_, shell_, land_};
  std::optional<Probe> probe_{std::in_place, small_.world};
  system::ComponentId app_ = system::kNoComponent, id_ = system::kNoComponent;
  std::stop_source stop_;
  std::string started_;
};

TEST_F(FollowingProbeTest, IsNotStartedBeforeItsHostHasAnswered) {
  loop_.pass(std::chrono::seconds(5));
  EXPECT_EQ(started_, "");
  shell_.end(0, fail(ErrorCode::kUnreachable, "lab1 does not answer"));
  loop_.pass(std::chrono::seconds(1));
  EXPECT_EQ(started_, "exited 125: lab1 does not answer");
  EXPECT_THAT(small_.raised, IsEmpty()) << "it was never started";
  loop_.pass(std::chrono::minutes(1));
  EXPECT_THAT(shell_.runs, SizeIs(1));
}

TEST_F(FollowingProbeTest, IsNotWaitedForWhenNobodyWantsItAnyMore) {
  stop_.request_stop();
  loop_.pass(std::chrono::seconds(1));
  EXPECT_EQ(started_, "cancelled");
  EXPECT_EQ(shell_.open(), 0u);
}

TEST_F(FollowingProbeTest, RunsWhereItsSubjectIs) {
  begins();
  EXPECT_EQ(started_, "exited 0");
  EXPECT_THAT(small_.lines, IsEmpty());
  ASSERT_THAT(shell_.runs, SizeIs(1));
  EXPECT_EQ(shell_.runs[0].host.name, "lab1");
  EXPECT_THAT(shell_.runs[0].command.input, HasSubstr("The CPU probe"));
}

TEST_F(FollowingProbeTest, GoesAlongWhenItsSubjectMoves) {
  begins();
  small_.apply(system::HostAssigned{app_, "lab2"});
  loop_.pass(std::chrono::seconds(2));
  ASSERT_THAT(shell_.runs, SizeIs(3));
  EXPECT_EQ(shell_.runs[1].host.name, "lab1") << "what it leaves there is taken away";
  EXPECT_EQ(shell_.runs[2].host.name, "lab2");
  EXPECT_EQ(shell_.open(), 2u);
  shell_.end(1, 0);
  EXPECT_THAT(small_.raised, IsEmpty());
}

TEST_F(FollowingProbeTest, EndsWithItsManager) {
  begins();
  probe_.reset();
  loop_.pass(std::chrono::minutes(1));
  EXPECT_THAT(shell_.runs, SizeIs(1));
  EXPECT_EQ(shell_.open(), 0u);
}

}  // namespace
}  // namespace attune::wrappers
