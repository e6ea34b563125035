// SPDX-License-Identifier: Apache-2.0
// The journal's file: made, locked, checked and opened. docs/journal.md has its format. Internal to journal/;
// any thread.
#pragma once

#include <cstdint>
#include <string>

#include "runtime/base/result.h"
#include "runtime/base/unique_fd.h"
#include "runtime/journal/format.h"
#include "runtime/journal/sqlite.h"

namespace attune::journal {

struct JournalFile {
  UniqueFd lock;  // held as long as this process writes
  Database database;
  int found = kFormatVersion;  // the format that it had before
};
struct JournalView {
  Database database;
  int format = kFormatVersion;
};

// Opens the journal to write, making it (mode 0600) and its folder (0700) where there is none. kExists:
// another process has it, the message says which; kCorrupt: damaged or not a journal; kInvalid: of a newer
// format.
// One of an older format becomes one of this. `writer` is the version that opens it.
Result<JournalFile> open_to_write(const std::string& path, const std::string& writer = {});

// Makes the write-ahead log of a journal that is open at least so large, where there is plenty of space: a
// commit that makes the file no larger takes the disk half as long as one that does. Nothing is lost where it
// cannot.
void reserve_log(const std::string& path, uint64_t bytes);

// Opens an existing one to read, also while another process writes. kNotFound where there is none.
Result<JournalView> open_to_read(const std::string& path);

}  // namespace attune::journal
