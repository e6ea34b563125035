// SPDX-License-Identifier: Apache-2.0
// JournalFixture: a folder of its own for a journal, a loop, and a few words to write and read with.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "runtime/journal/reader.h"
#include "runtime/journal/sqlite_store.h"
#include "runtime/main/asio_loop.h"

namespace attune::journal {

inline workflow::Record record(uint64_t sequence, std::string state = "boot") {
  return {sequence, WallTime(std::chrono::microseconds(1'777'896'000'000'000)),
          workflow::StateEntered{7, std::move(state)}};
}

inline std::vector<workflow::Record> records(uint64_t from, uint64_t to) {
  std::vector<workflow::Record> made;
  for (uint64_t i = from; i <= to; ++i) made.push_back(record(i));
  return made;
}

class JournalFixture : public ::testing::Test {
 protected:
  JournalFixture() {
    std::string name =
        std::filesystem::exists("/dev/shm") ? "/dev/shm/attune-journal-XXXXXX" : "/tmp/attune-journal-XXXXXX";
    folder_ = mkdtemp(name.data());
    path_ = folder_ / "journal.db";
  }
  ~JournalFixture() override { std::filesystem::remove_all(folder_); }

  void open(StoreOptions options = {}) {
    auto opened = SqliteStore::open(path_, loop_, std::move(options));
    ASSERT_TRUE(opened) << opened.error().message;
    store_ = std::move(*opened);
  }
  void close() { store_.reset(); }

  // Appends and turns the loop until it is on disk or refused.
  Result<void> append(std::vector<workflow::Record> records) {
    std::optional<Result<void>> end;
    store_->append(std::move(records), [&](Result<void> result) {
      end = std::move(result);
      loop_.stop();
    });
    while (!end) loop_.run();
    return *end;
  }

  // All that is in the file; the error where one of them cannot be read.
  Result<std::vector<workflow::Record>> read_all() {
    auto reader = Reader::open(path_);
    if (!reader) return fail(reader.error());
    auto all = reader->read(1, 1'000'000);
    if (!all || all->empty()) return all;
    const auto rest = reader->read(all->back().sequence + 1, 1);
    return rest ? all : fail(rest.error());
  }

  std::filesystem::path folder_, path_;
  main::AsioLoop loop_;
  std::unique_ptr<SqliteStore> store_;
};

}  // namespace attune::journal
