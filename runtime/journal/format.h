// SPDX-License-Identifier: Apache-2.0
// The journal's format: its tables, their version, and what is done with a file of another one.
// docs/journal.md describes it. Internal to journal/; any thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "runtime/base/result.h"
#include "runtime/journal/sqlite.h"

namespace attune::journal {

inline constexpr int kApplicationId = 0x4174746e;  // "Attn", in SQLite's header
// 1: records alone. 2: with checkpoints, in the place of which old records can be deleted.
inline constexpr int kFormatVersion = 2;
inline constexpr int kFirstFormat = 1;  // that can still be read

// Makes the tables of a new file.
Result<void> make_format(Database& database);

// Of a file that is open: kCorrupt where it is no journal, kInvalid where a newer Attune wrote it; the
// message says which.
Result<int> format_of(Database& database);

// Makes an older one this one, in one transaction; what stands in it stays as it is.
Result<void> upgrade_format(Database& database);

// What was deleted: all records up to this one.
struct Deleted {
  uint64_t sequence = 0;
  uint32_t checksum = 0;  // the last one's
};
inline constexpr std::string_view kSelectDeleted = "SELECT deleted, checksum FROM head";

}  // namespace attune::journal
