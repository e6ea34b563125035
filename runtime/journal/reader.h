// SPDX-License-Identifier: Apache-2.0
// Reader: the journal from front to back, for recovery and for `attune log`. Each record's checksum is
// checked on the way, so what it gives is what was written, up to some point. May be used while a store
// writes; one thread at a time.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "runtime/base/result.h"
#include "runtime/journal/journal_file.h"
#include "runtime/workflow/record.h"

namespace attune::journal {

// A record as it is stored.
struct StoredRecord {
  uint64_t sequence = 0;
  std::string body;  // record_json.h
};

class Reader {
 public:
  // kNotFound where there is no journal; kCorrupt, kInvalid as the message says.
  static Result<Reader> open(const std::string& path);

  // The records that are on disk now, in order, from sequence `from` on, `at_most` of them; empty at the end.
  // kCorrupt names the first record that is damaged or missing.
  Result<std::vector<StoredRecord>> read_stored(uint64_t from, size_t at_most);
  Result<std::vector<workflow::Record>> read(uint64_t from, size_t at_most);

  // The last one's sequence; 0 where there is none.
  Result<uint64_t> last();

 private:
  Reader(std::string path, Database database, Statement rows, Statement checksum)
      : path_(std::move(path)),
        database_(std::move(database)),
        rows_(std::move(rows)),
        checksum_(std::move(checksum)) {}

  Result<uint32_t> checksum_before(uint64_t from);
  std::string within(uint64_t sequence) const;

  std::string path_;
  Database database_;
  Statement rows_;
  Statement checksum_;
  uint64_t next_ = 1;   // where the last reading ended, with
  uint32_t chain_ = 0;  // the checksum up to there
};

}  // namespace attune::journal
