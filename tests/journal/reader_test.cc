// SPDX-License-Identifier: Apache-2.0
#include "runtime/journal/reader.h"

#include <gmock/gmock.h>

#include "tests/journal/journal_fixture.h"

namespace attune::journal {
namespace {

using testing::HasSubstr;

class ReaderTest : public JournalFixture {
 protected:
  void SetUp() override {
    open();
    ASSERT_TRUE(append(records(1, 10)));
  }
  void tamper(const std::string& sql) {
    close();
    auto database = Database::open(path_);
    ASSERT_TRUE(database);
    ASSERT_TRUE(database->run(sql));
  }
  std::string error() { return read_all().error().message; }
};

TEST_F(ReaderTest, GivesRecordsInPieces) {
  auto reader = Reader::open(path_);
  ASSERT_TRUE(reader);
  EXPECT_EQ(reader->read(1, 4)->back().sequence, 4u);
  EXPECT_EQ(reader->read(5, 4)->back().sequence, 8u);
  EXPECT_EQ(reader->read(9, 4)->back().sequence, 10u);
  EXPECT_TRUE(reader->read(11, 4)->empty());
  EXPECT_EQ(*reader->last(), 10u);
}

TEST_F(ReaderTest, SeesWhatIsAppendedLater) {
  auto reader = Reader::open(path_);
  ASSERT_TRUE(reader);
  EXPECT_TRUE(reader->read(11, 4)->empty());
  ASSERT_TRUE(append(records(11, 12)));
  EXPECT_EQ(reader->read(11, 4)->size(), 2u);
}

TEST_F(ReaderTest, BeginsAnywhere) {
  auto reader = Reader::open(path_);
  ASSERT_TRUE(reader);
  EXPECT_EQ(reader->read(7, 100)->size(), 4u);
  EXPECT_EQ(reader->read(2, 1)->front().sequence, 2u);
  EXPECT_EQ(reader->read(0, 100)->size(), 10u);
  EXPECT_TRUE(reader->read(99, 100)->empty());
}

TEST_F(ReaderTest, NoticesAChangedRecord) {
  tamper("UPDATE records SET body = replace(body, 'boot', 'root') WHERE sequence = 5");
  EXPECT_THAT(error(), HasSubstr("record 5: damaged or missing"));
  EXPECT_EQ(Reader::open(path_)->read(1, 4)->size(), 4u);
}

TEST_F(ReaderTest, GivesWhatStandsBeforeAndAfterADamagedRecord) {
  tamper("UPDATE records SET body = replace(body, 'boot', 'root') WHERE sequence = 5");
  auto reader = Reader::open(path_);
  EXPECT_EQ(reader->read(1, 100)->size(), 4u);
  EXPECT_EQ(reader->read(5, 100).error().code, ErrorCode::kCorrupt);
  EXPECT_EQ(reader->read(6, 100)->size(), 5u);
}

TEST_F(ReaderTest, NoticesAMissingRecord) {
  tamper("DELETE FROM records WHERE sequence = 1");
  EXPECT_THAT(error(), HasSubstr("record 1: damaged or missing"));
}

TEST_F(ReaderTest, NoticesRecordsThatChangedPlaces) {
  tamper(
      "UPDATE records SET sequence = -sequence WHERE sequence IN (3, 4);"
      "UPDATE records SET sequence = 7 + sequence WHERE sequence < 0");
  EXPECT_THAT(error(), HasSubstr("record 3: damaged or missing"));
}

TEST_F(ReaderTest, TellsAnotherDatabase) {
  tamper("PRAGMA application_id = 1");
  EXPECT_THAT(error(), HasSubstr("not a journal of Attune's"));
  EXPECT_FALSE(SqliteStore::open(path_, loop_));
}

TEST_F(ReaderTest, TellsThatNothingWasWrittenYet) {
  close();
  std::filesystem::resize_file(path_, 0);
  EXPECT_THAT(error(), HasSubstr("it is empty: attuned has written nothing yet"));
}

TEST_F(ReaderTest, TellsThatThereIsNone) {
  const auto reader = Reader::open(folder_ / "none.db");
  ASSERT_FALSE(reader);
  EXPECT_EQ(reader.error().code, ErrorCode::kNotFound);
}

}  // namespace
}  // namespace attune::journal
