// SPDX-License-Identifier: Apache-2.0
#include "runtime/main/log_feed.h"

#include <gmock/gmock.h>

#include "tests/journal/journal_fixture.h"

namespace attune::main {
namespace {

using journal::records;
using testing::HasSubstr;

class LogFeedTest : public journal::JournalFixture {
 protected:
  void SetUp() override {
    open();
    ASSERT_TRUE(append(records(1, 600)));
    workflow::Record other = journal::record(601);
    std::get<workflow::StateEntered>(other.what).run = 8;
    ASSERT_TRUE(append({other}));
  }
  // The records that the feed gives until it ends or has no more for now.
  size_t count(LogFeed& feed) {
    size_t lines = 0;
    for (auto piece = feed.next(); piece && (!piece->empty() || feed.has_more()); piece = feed.next())
      lines += static_cast<size_t>(std::count(piece->begin(), piece->end(), '\n'));
    return lines;
  }
  std::shared_ptr<LogFeed> feed(const control::LogQuery& query) { return *LogFeed::open(path_, query); }
};

TEST_F(LogFeedTest, GivesTheWholeJournal) {
  EXPECT_EQ(count(*feed({})), 601u);
}

TEST_F(LogFeedTest, GivesWhatComesAfterAPoint) {
  EXPECT_EQ(count(*feed({.from = 600})), 2u);
  EXPECT_EQ(count(*feed({.from = 900})), 0u);
}

TEST_F(LogFeedTest, GivesTheLastOnes) {
  const auto last = feed({.last = 5});
  EXPECT_THAT(*last->next(), HasSubstr("\"sequence\":597"));
  EXPECT_EQ(count(*feed({.last = 5000})), 601u);
}

TEST_F(LogFeedTest, GivesOneRuns) {
  EXPECT_EQ(count(*feed({.run = 8})), 1u);
  EXPECT_EQ(count(*feed({.run = 99})), 0u);
}

// Whoever else is served on that thread comes in between.
TEST_F(LogFeedTest, LooksForARunAPieceAtATime) {
  const auto of_run = feed({.run = 99});
  size_t pieces = 0;
  for (auto piece = of_run->next(); piece; piece = of_run->next()) {
    EXPECT_EQ(*piece, "");
    ++pieces;
  }
  EXPECT_GE(pieces, 3u);
}

TEST_F(LogFeedTest, BeginsAndEndsWithTheRun) {
  std::vector<workflow::Record> more;
  const auto add = [&](auto what) { more.push_back({602 + more.size(), {}, std::move(what)}); };
  add(workflow::RunStarted{11, 1, "busy", "app"});
  add(workflow::RunEnded{11, workflow::RunEnd::kDone, ""});
  for (size_t i = 0; i < 3000; ++i) add(workflow::EventSuppressed{"busy", "app", "no", i});
  add(workflow::RunStarted{12, 2, "busy", "app"});
  ASSERT_TRUE(append(more));
  EXPECT_EQ(count(*feed({.run = 11})), 2u);
  EXPECT_EQ(count(*feed({.run = 12})), 1u);
}

TEST_F(LogFeedTest, FollowsWhatIsWritten) {
  const auto following = feed({.from = 601, .follow = true});
  EXPECT_EQ(count(*following), 1u);
  EXPECT_EQ(*following->next(), "");
  ASSERT_TRUE(append(records(602, 603)));
  EXPECT_EQ(count(*following), 2u);
}

TEST_F(LogFeedTest, BeginsWithWhatWasNotDeleted) {
  close();
  auto database = journal::Database::open(path_);
  ASSERT_TRUE(
      database->run("UPDATE head SET deleted = 590, checksum = (SELECT checksum FROM records WHERE "
                    "sequence = 590); DELETE FROM records WHERE sequence <= 590"));
  EXPECT_EQ(count(*feed({})), 11u);
  EXPECT_EQ(count(*feed({.last = 600})), 11u);
  EXPECT_EQ(count(*feed({.last = 3})), 3u);
  EXPECT_EQ(count(*feed({.from = 591})), 11u);
  const auto gone = LogFeed::open(path_, {.from = 590});
  ASSERT_FALSE(gone);
  EXPECT_EQ(gone.error().code, ErrorCode::kNotFound);
  EXPECT_THAT(gone.error().message, HasSubstr("record 590 was deleted: the journal begins with record 591"));
}

TEST_F(LogFeedTest, EndsWithWhatIsWrong) {
  close();
  auto database = journal::Database::open(path_);
  ASSERT_TRUE(database->run("DELETE FROM records WHERE sequence = 3"));
  const auto broken = feed({});
  EXPECT_THAT(*broken->next(), HasSubstr("\"sequence\":2")) << "what stands before it";
  EXPECT_THAT(*broken->next(), HasSubstr("record 3: damaged or missing"));
  EXPECT_FALSE(broken->next());
}

}  // namespace
}  // namespace attune::main
