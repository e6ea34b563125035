// SPDX-License-Identifier: Apache-2.0
#include "runtime/journal/format.h"

#include <fstream>

#include <gmock/gmock.h>

#include "tests/journal/chronicle.h"
#include "tests/journal/journal_fixture.h"
#include "tests/support/kept_log.h"

namespace attune::journal {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

// A journal of format 1 as Attune 0.1 wrote it.
constexpr std::string_view kFirst = R"sql(
PRAGMA journal_mode=WAL;
PRAGMA application_id=1098151022;
PRAGMA user_version=1;
CREATE TABLE records(sequence INTEGER PRIMARY KEY, body TEXT NOT NULL, checksum INTEGER NOT NULL) STRICT;
INSERT INTO records VALUES(1, '{"sequence":1,"at":"2026-05-04T12:00:00.000000Z","kind":"manager-started","version":"0.1.0"}', 933164641);
INSERT INTO records VALUES(2, '{"sequence":2,"at":"2026-05-04T12:00:01.000000Z","kind":"system-changed","run":0,"change":{"kind":"component-created","component":0,"name":"app1","class":"app","number":1,"container":4294967295},"by":""}', 4124846917);
INSERT INTO records VALUES(3, '{"sequence":3,"at":"2026-05-04T12:00:02.000000Z","kind":"run-started","run":1,"event":1,"diagram":"start","subject":""}', 3312838523);
)sql";

class FormatTest : public JournalFixture {
 protected:
  void make(std::string_view sql) {
    std::ofstream file(path_);
    auto database = Database::open(path_);
    ASSERT_TRUE(database);
    const auto made = database->run(sql);
    ASSERT_TRUE(made) << made.error().message;
  }
  void change(std::string_view sql) { ASSERT_TRUE(Database::open(path_)->run(sql)); }
  int64_t number(const std::string& sql) { return Database::open(path_)->number_of(sql).value(); }
  std::string refusal() {
    const auto opened = SqliteStore::open(path_, loop_);
    return opened ? "(not refused)" : opened.error().message;
  }

  test::KeptLog log_;
};

TEST_F(FormatTest, TheFirstOneIsReadAsItIs) {
  make(kFirst);
  const auto read = read_all();
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->size(), 3u);
  EXPECT_THAT(told_by(path_), HasSubstr("app1"));
  EXPECT_EQ(*Reader::open(path_)->first(), 1u);
  EXPECT_EQ(number("PRAGMA user_version"), 1) << "to read changes nothing";
}

TEST_F(FormatTest, TheFirstOneIsUpgradedByItsWriter) {
  make(kFirst);
  const std::string before = told_by(path_);
  open({.log = &log_});
  EXPECT_THAT(log_.lines, ElementsAre(HasSubstr("it was written in format 1, and has format 2 from now on")));
  EXPECT_EQ(told_by(path_), before);
  EXPECT_EQ(number("PRAGMA user_version"), 2);
  ASSERT_TRUE(append(records(4, 5)));
  EXPECT_EQ(read_all()->size(), 5u);
  close();
  open({.log = &log_});
  EXPECT_EQ(log_.lines.size(), 1u) << "once";
}

TEST_F(FormatTest, AnUpgradeIsDoneOrNot) {
  make(kFirst);
  change("CREATE TABLE checkpoints(mine INTEGER)");  // so that it fails in its middle
  EXPECT_THAT(refusal(), HasSubstr("checkpoints already exists"));
  EXPECT_EQ(number("PRAGMA user_version"), 1);
  EXPECT_EQ(number("SELECT count(*) FROM sqlite_schema WHERE name = 'head'"), 0);
  change("DROP TABLE checkpoints");
  EXPECT_EQ(refusal(), "(not refused)");
  EXPECT_EQ(read_all()->size(), 3u);
}

TEST_F(FormatTest, ANewerOneIsRefusedWithItsWriter) {
  open({.writer = "1.4.2"});
  close();
  change("PRAGMA user_version=3");
  EXPECT_THAT(refusal(),
              HasSubstr("it was written in format 3, by attune 1.4.2, and this version reads formats "
                        "1 to 2: use the Attune that wrote it, or move the file away"));
  EXPECT_EQ(read_all().error().code, ErrorCode::kInvalid);
  change("DROP TABLE head");
  EXPECT_THAT(refusal(), HasSubstr("in format 3, and this version"));
  EXPECT_EQ(number("PRAGMA user_version"), 3) << "it is left as it is";
}

}  // namespace
}  // namespace attune::journal
