// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <filesystem>

#include <gmock/gmock.h>
#include <unistd.h>

#include "runtime/journal/record_json.h"
#include "runtime/main/version.h"
#include "tests/journal/journal_fixture.h"
#include "tests/main/cli/transcript.h"

namespace attune::cli {
namespace {

using ::testing::HasSubstr;

class ExportTest : public journal::JournalFixture {
 protected:
  ExportTest() { path_ = folder_ / "web/journal.db"; }
  void SetUp() override {
    open();
    ASSERT_TRUE(append(journal::records(1, 2500)));
  }
  Ran type(const std::string& line) { return Transcript().type(line + " --state-dir " + folder_.string()); }
  static std::string lines(uint64_t from, uint64_t to) {
    std::string text = "{\"kind\":\"journal\",\"format\":2,\"project\":\"web\",\"version\":\"" +
                       std::string(main::kVersion) + "\"}\n";
    for (uint64_t i = from; i <= to; ++i) text += journal::to_json(journal::record(i)) + "\n";
    return text;
  }
  void change(const std::string& sql) {
    close();
    ASSERT_TRUE(journal::Database::open(path_)->run(sql));
  }
};

TEST_F(ExportTest, WritesTheWholeJournalWhileItIsWritten) {
  const Ran ran = type("export");
  EXPECT_EQ(ran.code, ExitCode::kDone) << ran.err;
  EXPECT_EQ(ran.out, lines(1, 2500));
}

TEST_F(ExportTest, WritesAPart) {
  EXPECT_EQ(type("export -p web --from 7 --to 9").out, lines(7, 9));
  EXPECT_EQ(type("export --to 2").out, lines(1, 2));
  EXPECT_EQ(type("export --from 2499 --to 9999").out, lines(2499, 2500));
  EXPECT_EQ(type("export --from 9999").out, lines(1, 0));
}

TEST_F(ExportTest, BeginsWithWhatWasNotDeleted) {
  change(
      "UPDATE head SET deleted = 2000, checksum = (SELECT checksum FROM records WHERE sequence = 2000);"
      "DELETE FROM records WHERE sequence <= 2000");
  EXPECT_EQ(type("export").out, lines(2001, 2500));
  const Ran older = type("export --from 2000");
  EXPECT_EQ(older.code, ExitCode::kFailed);
  EXPECT_THAT(older.err, HasSubstr("records up to 2000 were deleted"));
  const Ran oldest = type("export --to 7");
  EXPECT_EQ(oldest.code, ExitCode::kFailed);
  EXPECT_THAT(oldest.err, HasSubstr("records up to 2000 were deleted"));
}

TEST_F(ExportTest, SaysWhatIsDamagedAfterWhatIsNot) {
  change("UPDATE records SET body = replace(body, 'boot', 'root') WHERE sequence = 1500");
  const Ran ran = type("export");
  EXPECT_EQ(ran.code, ExitCode::kFailed);
  EXPECT_EQ(ran.out, lines(1, 1499)) << "all before it";
  EXPECT_THAT(ran.err, HasSubstr("record 1500: damaged or missing"));
  EXPECT_EQ(type("export --to 1499").code, ExitCode::kDone);
  EXPECT_EQ(type("export --to 1500").out, lines(1, 1499));
}

TEST_F(ExportTest, RefusesAPartThatEndsBeforeItBegins) {
  const Ran ran = type("export --from 9 --to 7");
  EXPECT_EQ(ran.code, ExitCode::kUsage);
  EXPECT_THAT(ran.err, HasSubstr("--from 9 is after --to 7"));
  EXPECT_EQ(ran.out, "");
}

TEST_F(ExportTest, SaysThatItIsNotForWhoAsks) {
  if (geteuid() != 0) FAIL() << "this test needs root";
  std::filesystem::permissions(folder_, std::filesystem::perms(0755));
  ASSERT_EQ(::seteuid(65534), 0);
  const std::string one = type("export").err, named = type("export -p web").err;
  ASSERT_EQ(::seteuid(0), 0);
  EXPECT_THAT(one,
              HasSubstr("/web/journal.db is not for nobody: only root and who runs attuned may read it"));
  EXPECT_EQ(named, one);
}

TEST_F(ExportTest, SaysThatThereIsNoJournal) {
  const Ran ran = type("export -p other");
  EXPECT_EQ(ran.code, ExitCode::kFailed);
  EXPECT_THAT(ran.err, HasSubstr("there is no journal"));
}

}  // namespace
}  // namespace attune::cli
