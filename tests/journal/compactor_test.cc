// SPDX-License-Identifier: Apache-2.0
#include "runtime/journal/compactor.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <fstream>
#include <future>

#include <gmock/gmock.h>

#include "tests/journal/chronicle.h"
#include "tests/journal/journal_fixture.h"
#include "tests/support/kept_log.h"

namespace attune::journal {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

constexpr Compaction kSmall = {
    .project = nullptr, .keep = 100, .every = 50, .at_end = 1, .piece = 700, .batch = 7};

// A compactor whose steps are done by hand, beside a store that does none.
class CompactorTest : public JournalFixture {
 protected:
  void SetUp() override { open(); }

  void write(size_t count) {
    auto made = chronicle_.next(count);
    written_.insert(written_.end(), made.begin(), made.end());
    ASSERT_TRUE(append(std::move(made)));
  }
  // The compactor has the file while the store has not.
  Compactor& begin(Compaction what = kSmall) {
    close();
    what.project = &chronicle_project();
    writer_.emplace(*Database::open(path_));
    (void)writer_->run("PRAGMA wal_autocheckpoint=0");
    compactor_ = std::make_unique<Compactor>(
        path_, *writer_, what, [] {}, &log_);
    return *compactor_;
  }
  void end() {
    compactor_.reset();
    writer_.reset();
    open();
  }
  void do_steps() {
    while (compactor_->has_step()) compactor_->step();
  }
  // What one writer leaves to the next.
  void compact(Compaction what = kSmall) {
    begin(what).conclude(written_.size());
    do_steps();
    end();
  }
  void change(const std::string& sql) {
    close();
    auto database = Database::open(path_);
    ASSERT_TRUE(database);
    const auto run = database->run(sql);
    ASSERT_TRUE(run) << run.error().message;
  }
  uint64_t number(const std::string& sql) {
    return static_cast<uint64_t>(Database::open(path_)->number_of(sql).value());
  }
  std::string copy() const {
    const fs::path to = folder_ / "copy.db";
    for (const char* part : {"", "-wal", "-shm"}) {
      fs::remove(to.string() + part);
      if (part != std::string("-shm") && fs::exists(path_.string() + part))
        fs::copy_file(path_.string() + part, to.string() + part);
    }
    return to.string();
  }

  Chronicle chronicle_{11};
  std::vector<workflow::Record> written_;
  test::KeptLog log_;
  std::optional<Database> writer_;
  std::unique_ptr<Compactor> compactor_;
};

TEST_F(CompactorTest, RecoveryIsTheSameFromACheckpoint) {
  for (int round = 0; round < 8; ++round) {
    write(60);
    compact();
    write(13);
    EXPECT_EQ(told_by(path_), told_by(written_)) << round;
  }
  EXPECT_THAT(log_.lines, ::testing::IsEmpty());
}

TEST_F(CompactorTest, KilledAfterAnyStepNothingIsLost) {
  size_t steps = 0;
  for (int round = 0; round < 5; ++round) {
    write(90);
    const std::string whole = told_by(written_);
    Compactor& compactor = begin();
    compactor.conclude(written_.size());
    for (; compactor.has_step(); ++steps) {
      compactor.step();
      const std::string left = copy();
      ASSERT_EQ(told_by(left), whole) << "after step " << steps;
      auto reader = Reader::open(left);
      ASSERT_TRUE(reader && reader->checkpoint());
      EXPECT_FALSE(reader->passed_over()) << "what was broken off is not damaged";
      EXPECT_EQ(*reader->last(), written_.size());
      const auto records = reader->read(*reader->first(), 1'000'000);
      ASSERT_TRUE(records) << records.error().message;
      EXPECT_GE(records->size(), std::min<size_t>(100, written_.size()));
    }
    end();
  }
  EXPECT_GT(steps, 60u);
}

class TornCheckpointTest : public CompactorTest, public ::testing::WithParamInterface<const char*> {};

TEST_P(TornCheckpointTest, FallsBackToTheOneBefore) {
  while (written_.size() < 300) {
    write(100);
    compact();
  }
  ASSERT_EQ(number("SELECT count(DISTINCT sequence) FROM checkpoints"), 2u);
  ASSERT_GT(number("SELECT max(pieces) FROM checkpoints WHERE sequence = 300"), 2u);
  ASSERT_GT(number("SELECT deleted FROM head"), 0u);
  change(GetParam());
  EXPECT_EQ(told_by(path_), told_by(written_));
}

INSTANTIATE_TEST_SUITE_P(
    Tears, TornCheckpointTest,
    ::testing::Values("UPDATE checkpoints SET body = substr(body, 2) WHERE sequence = 300 AND piece = 2",
                      "UPDATE checkpoints SET checksum = 1 WHERE sequence = 300 AND piece = 1",
                      "UPDATE checkpoints SET pieces = pieces + 1 WHERE sequence = 300",
                      "DELETE FROM checkpoints WHERE sequence = 300 AND piece = 1",
                      "DELETE FROM checkpoints WHERE sequence = 300 AND piece = pieces",
                      "DELETE FROM checkpoints WHERE sequence = 300"));

TEST_F(CompactorTest, SaysThatNoCheckpointIsLeftWhereRecordsAreDeleted) {
  while (written_.size() < 300) {
    write(100);
    compact();
  }
  change("UPDATE checkpoints SET checksum = 1 WHERE piece = 1");
  EXPECT_THAT(told_by(path_),
              HasSubstr("checkpoint 300: a piece of it is damaged or missing, and the records "
                        "before are deleted; restore a copy"));
}

TEST_F(CompactorTest, WithoutAWholeCheckpointItBeginsWithTheFirstRecord) {
  write(90);
  compact();
  change("UPDATE checkpoints SET body = 'no'");
  EXPECT_EQ(told_by(path_), told_by(written_));
}

TEST_F(CompactorTest, DeletesNothingBeforeTwoCheckpointsStand) {
  write(500);
  compact();
  EXPECT_EQ(number("SELECT deleted FROM head"), 0u);
  write(100);
  compact();
  EXPECT_EQ(number("SELECT deleted FROM head"), 497u) << "600 but for the 100 that stay, in whole batches";
}

TEST_F(CompactorTest, NeverDeletesPastTheOlderCheckpoint) {
  Compaction what = kSmall;
  what.keep = 0;
  for (int round = 0; round < 4; ++round) {
    write(100);
    compact(what);
  }
  EXPECT_EQ(number("SELECT deleted FROM head"), 294u);
  EXPECT_EQ(told_by(path_), told_by(written_));
}

TEST_F(CompactorTest, GoesOnWithTheNumbersWhereAllRecordsAreDeleted) {
  write(100);
  compact();
  change(
      "UPDATE head SET deleted = 100, checksum = (SELECT checksum FROM records WHERE sequence = 100);"
      "DELETE FROM records");
  open();
  EXPECT_EQ(told_by(path_), told_by(written_));
  write(1);
  EXPECT_EQ(*Reader::open(path_)->last(), 101u);
  EXPECT_EQ(told_by(path_), told_by(written_));
}

TEST_F(CompactorTest, TellsWhereTheDeletedOnesEnd) {
  while (written_.size() < 300) {
    write(100);
    compact();
  }
  auto reader = Reader::open(path_);
  ASSERT_TRUE(reader);
  EXPECT_EQ(*reader->first(), 197u);
  const auto older = reader->read(196, 1);
  ASSERT_FALSE(older);
  EXPECT_EQ(older.error().code, ErrorCode::kNotFound);
  EXPECT_THAT(older.error().message, HasSubstr("records up to 196 were deleted"));
  EXPECT_EQ(reader->read(197, 5)->front().sequence, 197u);
}

TEST_F(CompactorTest, GivesUpWhereTheDiskIsFullAndTriesAgainLater) {
  write(200);
  // What a crash left of another, and no room for more.
  change("INSERT INTO checkpoints VALUES(150, 1, 9, hex(zeroblob(1900)), 0)");
  Compactor& compactor = begin();
  const auto pages = writer_->number_of("PRAGMA page_count");
  ASSERT_TRUE(writer_->run("PRAGMA max_page_count=" + std::to_string(*pages)));
  compactor.conclude(written_.size());
  do_steps();
  EXPECT_THAT(log_.lines,
              ::testing::ElementsAre(HasSubstr("cannot be compacted now: database or disk is full")));
  EXPECT_FALSE(compactor.has_step());
  end();
  EXPECT_EQ(told_by(path_), told_by(written_));
  write(50);
  compact();
  EXPECT_EQ(number("SELECT max(sequence) FROM checkpoints WHERE piece = pieces"), 250u);
  EXPECT_EQ(number("SELECT count(*) FROM checkpoints WHERE sequence = 150"), 0u);
  EXPECT_EQ(told_by(path_), told_by(written_));
}

TEST_F(CompactorTest, SaysWhichCheckpointIsDamagedWhereItIsPassedOver) {
  while (written_.size() < 300) {
    write(100);
    compact();
  }
  change("UPDATE checkpoints SET body = replace(body, ':', ' :') WHERE sequence = 300");
  auto reader = Reader::open(path_);
  ASSERT_TRUE(reader && reader->checkpoint());
  ASSERT_TRUE(reader->passed_over());
  EXPECT_THAT(reader->passed_over()->message,
              HasSubstr(path_.string() + ", checkpoint 300: a piece of it is damaged or missing"));
  open();
  write(100);
  compact();
  EXPECT_THAT(log_.lines, ::testing::ElementsAre(HasSubstr("checkpoint 300")));
}

TEST_F(CompactorTest, MakesNoCheckpointOfAJournalThatIsDamaged) {
  write(100);
  change("UPDATE records SET body = replace(body, ':', ' :') WHERE sequence = 40");
  open();
  compact();
  EXPECT_EQ(number("SELECT count(*) FROM checkpoints"), 0u);
  EXPECT_THAT(log_.lines, ::testing::ElementsAre(HasSubstr("record 40: damaged or missing")));
}

// What is told first, on whichever thread.
class FirstLine final : public Log {
 public:
  void write(LogLevel, std::string_view line) override {
    if (!is_told_.exchange(true)) line_.set_value(std::string(line));
  }
  std::string await() {
    auto line = line_.get_future();
    return line.wait_for(std::chrono::seconds(30)) == std::future_status::ready ? line.get() : "nothing";
  }

 private:
  std::promise<std::string> line_;
  std::atomic<bool> is_told_ = false;
};

// A manager reads from the checkpoint on: it would never hear of it.
TEST_F(CompactorTest, AStoreThatGoesOnWarnsOfADamagedRecordBeforeTheCheckpoint) {
  FirstLine log;
  while (written_.size() < 300) {
    write(100);
    compact();
  }
  change("UPDATE records SET body = replace(body, ':', ' :') WHERE sequence = 250");
  open({.log = &log});
  store_->compact({.project = &chronicle_project()});
  EXPECT_THAT(log.await(), HasSubstr("record 250: damaged or missing; attuned goes on"));
  close();
}

// --- by the store itself ---

class CompactingStoreTest : public CompactorTest {
 protected:
  void SetUp() override {}
  void open_compacting() {
    open();
    Compaction what = kSmall;
    what.project = &chronicle_project();
    store_->compact(what);
  }
};

TEST_F(CompactingStoreTest, KeepsTheJournalShortWhileItIsWritten) {
  open_compacting();
  for (int i = 0; i < 1000; ++i) write(7);
  close();
  open_compacting();
  write(100);
  close();
  EXPECT_LE(number("SELECT count(*) FROM records"), 200u);
  EXPECT_GT(number("SELECT deleted FROM head"), 6900u);
  EXPECT_EQ(number("SELECT count(DISTINCT sequence) FROM checkpoints"), 2u);
  EXPECT_EQ(told_by(path_), told_by(written_));
}

TEST_F(CompactingStoreTest, MakesACheckpointAtItsEnd) {
  open_compacting();
  write(20);
  close();
  EXPECT_EQ(number("SELECT max(sequence) FROM checkpoints"), 20u);
  open_compacting();
  close();
  EXPECT_EQ(number("SELECT count(DISTINCT sequence) FROM checkpoints"), 1u) << "nothing was written since";
}

TEST_F(CompactingStoreTest, MakesACheckpointSoonWhereThereWasNoneForLong) {
  open();
  write(300);
  close();
  open_compacting();
  write(1);
  while (number("SELECT count(*) FROM checkpoints WHERE piece = pieces") == 0) write(1);
  EXPECT_EQ(told_by(path_), told_by(written_));
}

}  // namespace
}  // namespace attune::journal
