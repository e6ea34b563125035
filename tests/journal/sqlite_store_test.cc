// SPDX-License-Identifier: Apache-2.0
#include "runtime/journal/sqlite_store.h"

#include <fstream>

#include <fcntl.h>
#include <gmock/gmock.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/journal/journal_fixture.h"
#include "tests/support/kept_log.h"

namespace attune::journal {
namespace {

using testing::HasSubstr;

class SqliteStoreTest : public JournalFixture {};

TEST_F(SqliteStoreTest, KeepsWhatItAcknowledged) {
  open();
  ASSERT_TRUE(append(records(1, 3)));
  ASSERT_TRUE(append(records(4, 4)));
  EXPECT_EQ(read_all()->size(), 4u);  // while it is open
  close();
  EXPECT_EQ(read_all()->size(), 4u);
}

TEST_F(SqliteStoreTest, GoesOnWhereItEnded) {
  open();
  ASSERT_TRUE(append(records(1, 3)));
  close();
  open();
  ASSERT_TRUE(append(records(4, 5)));
  close();
  EXPECT_EQ(read_all()->back().sequence, 5u);
}

TEST_F(SqliteStoreTest, KeepsWhatNobodyWaitsForInItsPlace) {
  open();
  int kept = 0;
  const auto count = [&](const Result<void>& end) { kept += end.has_value() ? 1 : 0; };
  store_->note(records(1, 3), count);
  ASSERT_TRUE(append(records(4, 4)));
  store_->note(records(5, 6), [&](const Result<void>& end) {
    count(end);
    loop_.stop();
  });
  loop_.run();
  EXPECT_EQ(kept, 2);
  EXPECT_EQ(read_all()->size(), 6u);
}

TEST_F(SqliteStoreTest, WritesIntoTheSpaceThatItReserved) {
  constexpr uint64_t kReserve = 1 << 20;
  const auto log_size = [this] { return std::filesystem::file_size(path_.string() + "-wal"); };
  open({.reserve = kReserve});
  ASSERT_EQ(log_size(), kReserve);
  ASSERT_TRUE(append(records(1, 1000)));
  EXPECT_EQ(log_size(), kReserve);
  EXPECT_EQ(read_all()->size(), 1000u);
}

TEST_F(SqliteStoreTest, FindsWhatACrashLeftInTheReservedSpace) {
  const std::filesystem::path copy = folder_ / "copy.db";
  open({.reserve = 1 << 20});
  ASSERT_TRUE(append(records(1, 20)));
  for (const char* part : {"", "-wal"})
    std::filesystem::copy_file(path_.string() + part, copy.string() + part);
  close();
  path_ = copy;
  EXPECT_EQ(read_all()->size(), 20u);
  open({.reserve = 1 << 20});
  ASSERT_TRUE(append(records(21, 30)));
  EXPECT_EQ(read_all()->size(), 30u);
}

TEST_F(SqliteStoreTest, AcknowledgesInTheOrderOfAppending) {
  open();
  std::vector<int> order;
  for (int i = 0; i < 100; ++i)
    store_->append(records(i + 1, i + 1), [&, i](Result<void> durable) {
      EXPECT_TRUE(durable);
      order.push_back(i);
      if (i == 99) loop_.stop();
    });
  loop_.run();
  EXPECT_EQ(order.size(), 100u);
  EXPECT_TRUE(std::is_sorted(order.begin(), order.end()));
}

TEST_F(SqliteStoreTest, AcknowledgesOnTheLoopsThreadAndNotWithinAppend) {
  open();
  bool called = false;
  store_->append(records(1, 1), [&](Result<void>) {
    called = true;
    loop_.stop();
  });
  EXPECT_FALSE(called);
  loop_.run();
  EXPECT_TRUE(called);
}

TEST_F(SqliteStoreTest, WritesWhatWaitsBeforeItEnds) {
  open();
  store_->append(records(1, 1000), [](Result<void>) {});
  close();
  EXPECT_EQ(read_all()->size(), 1000u);
}

TEST_F(SqliteStoreTest, RefusesARecordOutOfPlaceAndAllAfterIt) {
  open();
  const auto refused = append(records(2, 2));
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message, HasSubstr("record 2 cannot follow record 0"));
  EXPECT_FALSE(append(records(1, 1)));
  EXPECT_TRUE(read_all()->empty());
}

TEST_F(SqliteStoreTest, RefusesASecondWriterAndNamesTheFirst) {
  open();
  const auto second = SqliteStore::open(path_, loop_);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, ErrorCode::kExists);
  EXPECT_THAT(second.error().message, HasSubstr("(process " + std::to_string(getpid()) + ")"));
  close();
  EXPECT_TRUE(SqliteStore::open(path_, loop_));
}

TEST_F(SqliteStoreTest, IsForItsOwnerAlone) {
  path_ = folder_ / "deep" / "er" / "journal.db";
  open();
  ASSERT_TRUE(append(records(1, 1)));
  const auto mode = [](const std::filesystem::path& path) {
    struct stat status {};
    EXPECT_EQ(stat(path.c_str(), &status), 0) << path;
    return status.st_mode & 0777;
  };
  EXPECT_EQ(mode(path_.parent_path()), 0700u);
  EXPECT_EQ(mode(path_), 0600u);
  EXPECT_EQ(mode(path_.string() + "-wal"), 0600u);
  EXPECT_EQ(mode(path_.string() + "-shm"), 0600u);
  EXPECT_EQ(mode(path_.string() + ".lock"), 0600u);
}

TEST_F(SqliteStoreTest, SaysThatAFolderCannotBeMade) {
  std::ofstream(folder_ / "file") << "x";
  path_ = folder_ / "file" / "journal.db";
  const auto opened = SqliteStore::open(path_, loop_);
  ASSERT_FALSE(opened);
  EXPECT_THAT(opened.error().message, HasSubstr("file"));
}

TEST_F(SqliteStoreTest, DoesNotFollowALink) {
  std::ofstream(folder_ / "elsewhere") << "precious";
  std::filesystem::create_symlink(folder_ / "elsewhere", path_);
  EXPECT_FALSE(SqliteStore::open(path_, loop_));
  EXPECT_EQ(std::filesystem::file_size(folder_ / "elsewhere"), 8u);
}

// However steady the stream of commits.
TEST_F(SqliteStoreTest, BeginsItsLogAnewWhenItIsLong) {
  StoreOptions options;
  options.copying = {.between = 20, .last = 60, .most = 100};
  open(std::move(options));
  for (uint64_t i = 1; i <= 2000; ++i) ASSERT_TRUE(append(records(i, i)));
  EXPECT_LT(std::filesystem::file_size(path_.string() + "-wal"), 150u * 4120u);
  EXPECT_EQ(read_all()->size(), 2000u);
  close();
  EXPECT_EQ(read_all()->size(), 2000u);
}

TEST_F(SqliteStoreTest, BeginsItsLogAnewByItselfWhereItsCopierGetsNoTurn) {
  StoreOptions options;
  options.copying = {.between = 1'000'000, .last = 1'000'000, .most = 100};
  open(std::move(options));
  for (uint64_t i = 1; i <= 2000; ++i) ASSERT_TRUE(append(records(i, i)));
  EXPECT_LT(std::filesystem::file_size(path_.string() + "-wal"), 110u * 4120u);
  EXPECT_EQ(read_all()->size(), 2000u);
}

// Whoever reads all the time keeps the log from beginning anew; it is short again after that.
TEST_F(SqliteStoreTest, SaysOnceThatAReaderLetsItsLogGrow) {
  test::KeptLog log;
  StoreOptions options;
  options.copying = {.between = 20, .last = 60, .most = 100};
  options.log = &log;
  open(std::move(options));
  ASSERT_TRUE(append(records(1, 1)));
  auto reader = Database::open(path_);
  ASSERT_TRUE(reader->run("BEGIN") && reader->number_of("SELECT count(*) FROM records"));
  for (uint64_t i = 2; i <= 400; ++i) ASSERT_TRUE(append(records(i, i)));
  ASSERT_TRUE(reader->run("COMMIT"));
  for (uint64_t i = 401; i <= 600; ++i) ASSERT_TRUE(append(records(i, i)));
  close();
  EXPECT_THAT(log.lines, testing::ElementsAre(HasSubstr("somebody keeps reading it")));
}

// A file system of 512 KiB over the fixture's folder, for this process alone.
class FullDiskTest : public JournalFixture {
 protected:
  void SetUp() override {
    ASSERT_EQ(unshare(geteuid() == 0 ? CLONE_NEWNS : CLONE_NEWUSER | CLONE_NEWNS), 0)
        << "this test needs root or user namespaces";
    ASSERT_EQ(mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr), 0);
    ASSERT_EQ(mount("tmpfs", folder_.c_str(), "tmpfs", 0, "size=512k"), 0);
  }
  void TearDown() override {
    close();
    umount(folder_.c_str());
  }
  void fill() {
    const int file = ::open((folder_ / "filler").c_str(), O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
    std::string block(4096, 'x');
    while (::write(file, block.data(), block.size()) > 0) {
    }
    ::close(file);
  }
};

TEST_F(FullDiskTest, TellsAndGoesOnWhenThereIsSpaceAgain) {
  std::vector<std::string> told;
  open({std::chrono::milliseconds(5), [&](std::optional<Error> full) {
          told.push_back(full ? full->message : "healed");
          EXPECT_TRUE(!full || full->code == ErrorCode::kNoSpace);
          if (full) std::filesystem::remove(folder_ / "filler");
        }});
  ASSERT_TRUE(append(records(1, 10)));
  fill();
  ASSERT_TRUE(append(records(11, 2000)));
  ASSERT_EQ(told.size(), 2u);
  EXPECT_THAT(told[0], HasSubstr(path_.string() + ": "));
  EXPECT_EQ(told[1], "healed");
  ASSERT_TRUE(append(records(2001, 2001)));
  EXPECT_EQ(read_all()->size(), 2001u);
}

TEST_F(FullDiskTest, LeavesWhatWasAcknowledgedWhenItEndsFull) {
  std::optional<Error> full;
  open({std::chrono::hours(1), [&](std::optional<Error> error) {
          full = std::move(error);
          loop_.stop();
        }});
  ASSERT_TRUE(append(records(1, 10)));
  fill();
  bool acknowledged = false;
  store_->append(records(11, 2000), [&](Result<void> durable) { acknowledged = durable.has_value(); });
  loop_.run();
  ASSERT_TRUE(full);
  close();
  loop_.post([this] { loop_.stop(); });
  loop_.run();
  EXPECT_FALSE(acknowledged);
  std::filesystem::remove(folder_ / "filler");
  EXPECT_EQ(read_all()->size(), 10u);
}

TEST_F(FullDiskTest, CannotBeginWithoutSpace) {
  fill();
  const auto opened = SqliteStore::open(path_, loop_);
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, ErrorCode::kNoSpace) << opened.error().message;
}

}  // namespace
}  // namespace attune::journal
