// SPDX-License-Identifier: Apache-2.0
// A small journal, cut and corrupted at every byte: what opens is an earlier, complete prefix.
#include <fstream>
#include <iterator>

#include <gmock/gmock.h>

#include "runtime/journal/record_json.h"
#include "tests/journal/journal_fixture.h"
#include "tests/journal/random_record.h"

namespace attune::journal {
namespace {

namespace fs = std::filesystem;

std::string content_of(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

void put(const fs::path& path, std::string_view content) {
  std::ofstream(path, std::ios::binary).write(content.data(), static_cast<std::streamsize>(content.size()));
}

class DamageTest : public JournalFixture {
 protected:
  // Half the records in the file itself, half still in the write-ahead log, as after kill -9.
  void SetUp() override {
    RandomRecord random(42);
    open();
    for (uint64_t i = 1; i <= kRecords; ++i) {
      const auto made = random.make(i);
      written_.push_back(to_json(made));
      ASSERT_TRUE(append({made}));
      if (i != kRecords / 2) continue;
      close();  // copies the log into the file
      open();
    }
    file_ = content_of(path_);
    log_ = content_of(log_path());
    close();
    ASSERT_GT(log_.size(), 0u);
  }

  fs::path log_path() const { return path_.string() + "-wal"; }

  // Opens what stands there, to read and to write; nothing or a prefix, never anything else.
  void expect_prefix(const std::string& file, const std::string& log, const std::string& damage) {
    fs::remove(path_.string() + "-shm");
    put(path_, file);
    put(log_path(), log);
    const auto read = read_all();
    if (!read) {
      EXPECT_FALSE(read.error().message.empty()) << damage;
    } else {
      ASSERT_LE(read->size(), written_.size()) << damage;
      for (size_t i = 0; i < read->size(); ++i) ASSERT_EQ(to_json((*read)[i]), written_[i]) << damage;
    }
    const auto store = SqliteStore::open(path_, loop_);
    EXPECT_TRUE(store || !store.error().message.empty()) << damage;
  }

  // Byte by byte; where each takes many times as long, every so many, which comes to all alignments.
  static constexpr size_t kStep = ATTUNE_DAMAGE_STEP;
  static constexpr uint64_t kRecords = 12;
  std::vector<std::string> written_;
  std::string file_, log_;
};

TEST_F(DamageTest, UndamagedItIsWhole) {
  put(path_, file_);
  put(log_path(), log_);
  EXPECT_EQ(read_all()->size(), kRecords);
}

TEST_F(DamageTest, CutLogGivesAPrefix) {
  for (size_t length = 0; length < log_.size(); length += kStep)
    expect_prefix(file_, log_.substr(0, length), "log cut to " + std::to_string(length));
}

TEST_F(DamageTest, CutFileGivesAPrefixOrAnError) {
  for (size_t length = 0; length < file_.size(); length += kStep)
    expect_prefix(file_.substr(0, length), log_, "file cut to " + std::to_string(length));
}

TEST_F(DamageTest, FlippedByteInTheLogGivesAPrefixOrAnError) {
  for (size_t i = 0; i < log_.size(); i += kStep) {
    std::string damaged = log_;
    damaged[i] = static_cast<char>(~damaged[i]);
    expect_prefix(file_, damaged, "log flipped at " + std::to_string(i));
  }
}

TEST_F(DamageTest, FlippedByteInTheFileGivesAPrefixOrAnError) {
  for (size_t i = 0; i < file_.size(); i += kStep) {
    std::string damaged = file_;
    damaged[i] = static_cast<char>(~damaged[i]);
    expect_prefix(damaged, "", "file flipped at " + std::to_string(i));
  }
}

TEST_F(DamageTest, ZeroedBlocksGiveAPrefixOrAnError) {
  for (size_t at = 0; at < log_.size(); at += 512) {
    std::string damaged = log_;
    damaged.replace(at, std::min<size_t>(512, log_.size() - at), std::min<size_t>(512, log_.size() - at),
                    '\0');
    expect_prefix(file_, damaged, "log zeroed at " + std::to_string(at));
  }
}

}  // namespace
}  // namespace attune::journal
