// SPDX-License-Identifier: Apache-2.0
#include <csignal>
#include <filesystem>

#include <gmock/gmock.h>
#include <sys/wait.h>
#include <unistd.h>

#include "runtime/base/wall_time.h"
#include "runtime/journal/record_json.h"
#include "tests/journal/journal_fixture.h"
#include "tests/main/cli/daemon_fixture.h"
#include "tests/support/golden.h"

namespace attune::cli {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

// Has its lines, and then nothing more for now.
class WaitingFeed final : public control::Feed {
 public:
  explicit WaitingFeed(std::vector<std::string> lines) : lines_(std::move(lines)) {}
  std::optional<std::string> next() override {
    if (at_ < lines_.size()) return lines_[at_++];
    if (at_++ == lines_.size()) waits.set_value();
    return std::string();
  }
  std::promise<void> waits;

 private:
  const std::vector<std::string> lines_;
  size_t at_ = 0;
};

class LogTest : public DaemonFixture {
 protected:
  template <class What>
  void happened(const char* at, What what) {
    lines_.push_back(
        journal::to_json(workflow::Record{++sequence_, parse_wall_time(at).value(), std::move(what)}) + "\n");
  }
  void give(std::vector<std::string> pieces) {
    on_loop([&] { daemon_.feed = std::make_shared<control::GivenFeed>(std::move(pieces)); });
  }
  // A migration, and an event that is not answered.
  void tell_of_a_migration() {
    const workflow::Call call{12, 7, 0, "vm", "migrate", "VM", "migrate", {"vm", "lab2"}, "lab1", {}};
    happened("2026-05-04T23:59:58.000000Z",
             workflow::EventAccepted{3, "cpu_high", "vm", "probe", {{"cpu", "97%"}}});
    happened("2026-05-04T23:59:58.000000Z", workflow::RunStarted{7, 3, "cpu_high", "vm"});
    happened("2026-05-04T23:59:58.500000Z",
             workflow::HostChosen{7, "target", "lab2", "lab2: load 3%, the least of 2 that fit"});
    happened("2026-05-04T23:59:58.500000Z",
             workflow::GuardEvaluated{7, "found", "target != none", true, "target = lab2"});
    happened("2026-05-04T23:59:59.000000Z", workflow::CallIntent{call});
    happened("2026-05-04T23:59:59.500000Z",
             workflow::EventSuppressed{"cpu_high", "vm", "its run 7 goes on", 2});
    happened("2026-05-05T00:00:01.000000Z",
             workflow::CallEnded{12, 7, workflow::CallExited{0, "", {}}, std::chrono::milliseconds(1042)});
    happened("2026-05-05T00:00:01.000000Z", workflow::Alerted{7, "vm has \x1b[31mmoved", "vm"});
    happened("2026-05-05T00:00:01.000000Z", workflow::RunEnded{7, workflow::RunEnd::kDone, ""});
    give(lines_);
  }

  uint64_t sequence_ = 0;
  std::vector<std::string> lines_;
};

TEST_F(LogTest, ARecordOfWhatHappensIsATrace) {
  tell_of_a_migration();
  give(lines_);
  const Ran ran = typed_.type("record --for 0");
  EXPECT_EQ(ran.code, ExitCode::kDone) << ran.err;
  EXPECT_THAT(ran.out, HasSubstr("# what happened in migration, for `attune replay`\n"));
  EXPECT_THAT(ran.out, HasSubstr(" @host lab1 state=up\n"));
  EXPECT_THAT(ran.out, HasSubstr("2026-05-04T23:59:58.000000Z cpu_high vm cpu=97%\n"));
  EXPECT_THAT(ran.out, HasSubstr("@takes vm.migrate 1042ms\n"));
}

TEST_F(LogTest, ARecordGoesOnWithWhatIsNew) {
  tell_of_a_migration();
  const Ran ran = typed_.type("record --every 1 --for 1");
  EXPECT_EQ(ran.code, ExitCode::kDone) << ran.err;
  EXPECT_THAT(asked(), ElementsAre("log 43 0 run 0", "log 10 0 run 0"));
  EXPECT_EQ(ran.out.find(" state=up\n"), ran.out.rfind(" state=up\n")) << "which has not changed";
  EXPECT_EQ(ran.out.find("@takes"), ran.out.rfind("@takes"));
}

// Stops whoever waits for a record, as Ctrl-C does.
class InterruptingFeed final : public control::Feed {
 public:
  explicit InterruptingFeed(std::string line) : line_(std::move(line)) {}
  std::optional<std::string> next() override {
    if (line_) ::kill(::getpid(), SIGINT);
    return std::exchange(line_, {});
  }

 private:
  std::optional<std::string> line_;
};

TEST_F(LogTest, ARecordThatIsInterruptedLooksOnceMoreAndEndsWell) {
  tell_of_a_migration();
  on_loop([&] { daemon_.feed = std::make_shared<InterruptingFeed>(lines_[0]); });
  const Ran ran = typed_.type("record --every 3600");
  EXPECT_EQ(ran.code, ExitCode::kDone) << ran.err;
  EXPECT_EQ(asked().size(), 2u);
  EXPECT_THAT(ran.out, HasSubstr(" cpu_high vm cpu=97%\n"));
}

TEST_F(LogTest, AFollowedLogThatIsInterruptedEndsWell) {
#ifdef __SANITIZE_THREAD__
  GTEST_SKIP() << "the thread sanitizer runs no handlers in the child of a process that has threads";
#endif
  tell_of_a_migration();
  auto feed = std::make_shared<WaitingFeed>(lines_);
  on_loop([&] { daemon_.feed = feed; });
  const pid_t child = ::fork();
  if (child == 0) ::_exit(100 + static_cast<int>(typed_.type("log -f").code));
  feed->waits.get_future().wait();
  ::kill(child, SIGINT);
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 0);
}

TEST_F(LogTest, ARecordHasNothingOfWhatPersonsHaveTheManagerDo) {
  happened("2026-05-04T23:59:58.000000Z", workflow::EventAccepted{3, "call", "vm", "attune (root)", {}});
  happened("2026-05-04T23:59:59.000000Z", workflow::EventAccepted{4, "stop", "", "attune (root)", {}});
  give(lines_);
  EXPECT_THAT(typed_.type("record --for 0").out, Not(HasSubstr("2026-05-04T23:59:5")));
}

TEST_F(LogTest, ARecordSaysWhatItHasMissed) {
  on_loop([&] { daemon_.no_log = Error{ErrorCode::kNotFound, "record 43 was deleted"}; });
  const Ran ran = typed_.type("record --for 0");
  EXPECT_EQ(ran.code, ExitCode::kDone);
  EXPECT_THAT(ran.out,
              HasSubstr("\n# what happened in records 43 to 42 is missing here: record 43 was deleted\n"));
  EXPECT_THAT(ran.err, HasSubstr("is missing here: record 43 was deleted"));
}

TEST_F(LogTest, ARecordIsOfAYearAtMost) {
  const Ran ran = typed_.type("record --for 10000000000");
  EXPECT_EQ(ran.code, ExitCode::kUsage);
  EXPECT_THAT(ran.err, HasSubstr("--for takes 0 to 31622400 seconds"));
}

TEST_F(LogTest, TellsTheStory) {
  tell_of_a_migration();
  typed_.type("log");
  give(lines_);
  typed_.type("log --all --run 7");
  EXPECT_TRUE(test::matches_golden("cli/log.txt", transcript()));
}

TEST_F(LogTest, AsksForWhatIsWanted) {
  typed_.type("log");
  EXPECT_THAT(asked(), ElementsAre("log 0 0 run 0"));
  typed_.type("log --run 7 -f");
  EXPECT_THAT(asked(), ElementsAre("log 0 0 follow run 7"));
  typed_.type("log --json --last 5");  // of 42
  EXPECT_THAT(asked(), ElementsAre("log 0 5 run 0"));
}

TEST_F(LogTest, TheLastOnesKnowWhatWentBefore) {
  tell_of_a_migration();
  sequence_ = 40;
  happened("2026-05-05T00:00:02.000000Z", workflow::RunEnded{9, workflow::RunEnd::kFailed, "no way"});
  give(lines_);
  const Ran last = typed_.type("log --last 2");
  EXPECT_THAT(last.out, HasSubstr("run 9: failed"));
  EXPECT_THAT(last.out, Not(HasSubstr("run 7")));
  EXPECT_THAT(asked(), ElementsAre("log 0 1002 run 0"));
}

TEST_F(LogTest, GivesTheRecordsAsTheyAre) {
  tell_of_a_migration();
  std::string all;
  for (const std::string& line : lines_) all += line;
  EXPECT_EQ(typed_.type("log --json").out, all);
}

TEST_F(LogTest, IsColouredByItsWeight) {
  tell_of_a_migration();
  EXPECT_THAT(typed_.type("log", true).out, HasSubstr("\x1b[33mALERT"));
}

TEST_F(LogTest, FollowsUntilTheEnd) {
  tell_of_a_migration();
  const auto feed = std::make_shared<WaitingFeed>(lines_);
  on_loop([&] { daemon_.feed = feed; });
  std::thread ending([&] {
    feed->waits.get_future().wait();
    end();
  });
  const Ran ran = typed_.type("log -f --run 7");
  ending.join();
  EXPECT_EQ(ran.code, ExitCode::kDone);
  EXPECT_THAT(ran.out, HasSubstr("run 7: done"));
  EXPECT_EQ(ran.err, "attune: attuned has ended\n");
}

TEST_F(LogTest, FollowsToTheLastRecord) {
  sequence_ = 42;
  happened("2026-05-05T00:00:01.000000Z", workflow::ManagerStopped{});
  give(lines_);
  const Ran ran = typed_.type("log -f");
  EXPECT_EQ(ran.code, ExitCode::kDone);
  EXPECT_THAT(ran.out, HasSubstr("attuned has ended"));
  EXPECT_EQ(ran.err, "") << "once is enough";
}

TEST_F(LogTest, FollowsNoLongerThanItIsRead) {
  tell_of_a_migration();
  on_loop([&] { daemon_.feed = std::make_shared<WaitingFeed>(lines_); });
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  UniqueFd reader(ends[0]);
  const UniqueFd writer(ends[1]);
  Output out(writer.get(), false);
  Console console{out, out};
  std::thread reading([&] {
    std::string said;
    while (said.find("run 7: done") == said.npos) {
      char piece[4096];
      said.append(piece, static_cast<size_t>(::read(reader.get(), piece, sizeof piece)));
    }
    reader = UniqueFd();
  });
  EXPECT_EQ(run({"log", "-f", "--run", "7", "--run-dir", run_folder_.path()}, console), ExitCode::kDone);
  reading.join();
}

TEST_F(LogTest, PassesOverWhatIsNoRecord) {
  give({"{\"sequence\":1}\n", "rubbish \x1b[2J\n"});
  const Ran ran = typed_.type("log");
  EXPECT_EQ(ran.code, ExitCode::kDone);
  EXPECT_EQ(ran.out.find('\x1b'), ran.out.npos);
  EXPECT_THAT(ran.out, HasSubstr("cannot be read"));
}

TEST_F(LogTest, SaysWhyItEndsBeforeItsTime) {
  give({"{\"code\":\"corrupt\",\"message\":\"record 3: damaged\"}\n"});
  const Ran ran = typed_.type("log --json");
  EXPECT_EQ(ran.code, ExitCode::kFailed);
  EXPECT_EQ(ran.out, "");
  EXPECT_EQ(ran.err, "attune: record 3: damaged\n");
}

TEST_F(LogTest, SaysThatThereIsNoSuchRun) {
  give({});
  const Ran ran = typed_.type("log --run 9999");
  EXPECT_EQ(ran.code, ExitCode::kFailed);
  EXPECT_THAT(ran.err, HasSubstr("there is no run 9999 in the journal"));
}

// --- where no attuned runs ---

class LeftJournalTest : public journal::JournalFixture {
 protected:
  LeftJournalTest() {
    ::setenv("TZ", "UTC", 1);
    ::tzset();
    path_ = folder_ / "web/journal.db";
  }
  void SetUp() override {
    using workflow::Record;
    const WallTime at = *parse_wall_time("2026-05-04T23:59:58.000000Z");
    open();
    ASSERT_TRUE(append(
        {Record{1, at, workflow::SystemChanged{0, system::ComponentCreated{4, "app", "app", 1}, ""}},
         Record{2, at, workflow::RunStarted{1, 1, "start", ""}},
         Record{3, at,
                workflow::SystemChanged{1, system::LifecycleChanged{4, system::Lifecycle::kFailed}, ""}},
         Record{4, at, workflow::RunEnded{1, workflow::RunEnd::kFailed, "no way"}}}));
    close();
  }
  Ran type(const std::string& line) {
    Transcript typed;
    typed.stand("--run-dir", folder_ / "run");
    return typed.type(line);
  }
};

TEST_F(LeftJournalTest, IsReadWhereNoAttunedRuns) {
  const Ran ran = type("log --state-dir " + folder_.string());
  EXPECT_EQ(ran.code, ExitCode::kDone);
  EXPECT_EQ(ran.out,
            "2026-05-04\n"
            "23:59:58.000  app is created\n"
            "23:59:58.000  run 1: start begins (event 1)\n"
            "23:59:58.000  run 1: app is failed\n"
            "23:59:58.000  run 1: failed after 0s: no way\n");
  EXPECT_EQ(ran.err, "attune: no attuned runs: this is its journal, " + path_.string() + "\n");
}

TEST_F(LeftJournalTest, TellsWhereItBeginsWhereRecordsWereDeleted) {
  auto database = journal::Database::open(path_);
  ASSERT_TRUE(
      database->run("UPDATE head SET deleted = 2, checksum = (SELECT checksum FROM records WHERE "
                    "sequence = 2); DELETE FROM records WHERE sequence <= 2"));
  const std::string from = " --state-dir " + folder_.string();
  const Ran ran = type("log" + from);
  EXPECT_EQ(ran.code, ExitCode::kDone);
  EXPECT_THAT(ran.out, Not(HasSubstr("start begins")));
  EXPECT_THAT(ran.err, HasSubstr("records before 3 were deleted"));
  EXPECT_THAT(type("log --last 2" + from).err, Not(HasSubstr("deleted")));
}

TEST_F(LeftJournalTest, CanBeAskedForOneRunAndForTheLastRecords) {
  const std::string from = " -p web --state-dir " + folder_.string();
  EXPECT_THAT(type("log --run 1" + from).out, HasSubstr("run 1: app is failed"));
  EXPECT_EQ(type("log --run 2" + from).code, ExitCode::kFailed);
  EXPECT_THAT(type("log --last 1" + from).out, Not(HasSubstr("app is failed")));
  EXPECT_THAT(type("log --last 1 --json" + from).out, ::testing::StartsWith("{\"sequence\":4,"));
}

TEST_F(LeftJournalTest, IsToldAroundADamagedRecord) {
  auto database = journal::Database::open(path_);
  ASSERT_TRUE(
      database->run("UPDATE records SET body = replace(body, 'failed', 'fooled') WHERE sequence = 3"));
  const std::string from = " --state-dir " + folder_.string();
  const Ran all = type("log" + from);
  EXPECT_EQ(all.code, ExitCode::kFailed);
  EXPECT_THAT(all.out, HasSubstr("app is created\n23:59:58.000  run 1: start begins (event 1)\n"));
  EXPECT_THAT(all.err, HasSubstr("record 3: damaged or missing"));
  const Ran last = type("log --last 1" + from);
  EXPECT_EQ(last.code, ExitCode::kDone) << last.err;
  EXPECT_EQ(last.out, "2026-05-04\n23:59:58.000  run 1: failed after 0s: no way\n");
}

TEST_F(LeftJournalTest, IsNamedWhereItIsNotForWhoAsks) {
  if (geteuid() != 0) FAIL() << "this test needs root";
  std::filesystem::permissions(folder_, std::filesystem::perms(0755));
  ASSERT_EQ(::seteuid(65534), 0);
  const Ran ran = type("log --state-dir " + folder_.string());
  ASSERT_EQ(::seteuid(0), 0);
  EXPECT_EQ(ran.code, ExitCode::kFailed);
  EXPECT_THAT(ran.err, HasSubstr("/web/journal.db is not for nobody"));
}

TEST_F(LeftJournalTest, IsNotLookedForBesideAnotherRunFolder) {
  EXPECT_EQ(type("log -p web").code, ExitCode::kNoDaemon);
  EXPECT_EQ(type("log -f --state-dir " + folder_.string()).code, ExitCode::kNoDaemon);
  EXPECT_EQ(type("log -p other --state-dir " + folder_.string()).code, ExitCode::kNoDaemon);
}

}  // namespace
}  // namespace attune::cli
