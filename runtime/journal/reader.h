// SPDX-License-Identifier: Apache-2.0
// Reader: the journal from front to back, for recovery and for `attune log`. Each record's checksum is
// checked on the way, so what it gives is what was written, up to some point. May be used while a store
// writes; one thread at a time.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "runtime/base/result.h"
#include "runtime/journal/journal_file.h"
#include "runtime/workflow/checkpoint.h"
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
  // Fewer before one that is damaged or missing, or cannot be read; from that one on it is kCorrupt, or what
  // the message says. kNotFound: those from there on were deleted, the message says up to which.
  Result<std::vector<StoredRecord>> read_stored(uint64_t from, size_t at_most);
  Result<std::vector<workflow::Record>> read(uint64_t from, size_t at_most);

  // The first that was not deleted; one that is still to come, where there is none.
  Result<uint64_t> first();
  // The last one's sequence, also where it was deleted; 0 where there never was one.
  Result<uint64_t> last();

  // The newest checkpoint that is whole; nothing where there is none.
  Result<std::optional<workflow::Checkpoint>> checkpoint();
  // After that: what is wrong with the newest one, where it was passed over for one before, or none.
  const std::optional<Error>& passed_over() const { return passed_over_; }

  // The checksum of the last record that was read.
  uint32_t chain() const { return chain_; }
  int format() const { return format_; }
  const std::string& path() const { return path_; }

 private:
  Reader(std::string path, JournalView view, Statement rows, Statement checksum)
      : path_(std::move(path)),
        format_(view.format),
        database_(std::move(view.database)),
        rows_(std::move(rows)),
        checksum_(std::move(checksum)) {}

  template <class Read>
  auto at_one_time(Read read) -> decltype(read());
  Result<std::vector<StoredRecord>> read_rows(uint64_t from, size_t at_most);
  Result<workflow::Record> record_of(const StoredRecord& stored) const;
  Result<Deleted> deleted();
  Result<uint32_t> checksum_before(uint64_t from);
  Result<std::optional<workflow::Checkpoint>> find_checkpoint();
  Result<workflow::Checkpoint> load_checkpoint(uint64_t sequence);
  std::string within(uint64_t sequence) const;

  std::string path_;
  int format_;
  Database database_;
  Statement rows_;
  Statement checksum_;
  uint64_t next_ = 1;   // where the last reading ended, with
  uint32_t chain_ = 0;  // the checksum up to there
  std::optional<Error> passed_over_;
};

}  // namespace attune::journal
