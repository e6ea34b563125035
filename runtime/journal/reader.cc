// SPDX-License-Identifier: Apache-2.0
#include "runtime/journal/reader.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "runtime/journal/chain.h"
#include "runtime/journal/checkpoint_json.h"
#include "runtime/journal/checkpoint_pieces.h"
#include "runtime/journal/record_json.h"

namespace attune::journal {

Result<Reader> Reader::open(const std::string& path) {
  auto view = open_to_read(path);
  if (!view) return fail(std::move(view.error()));
  auto rows = view->database.prepare(
      "SELECT sequence, body, checksum FROM records WHERE sequence >= ?1 ORDER BY sequence LIMIT ?2");
  if (!rows) return fail(std::move(rows.error()).within("journal " + path));
  auto checksum = view->database.prepare("SELECT checksum FROM records WHERE sequence = ?1");
  if (!checksum) return fail(std::move(checksum.error()).within("journal " + path));
  return Reader(path, std::move(*view), std::move(*rows), std::move(*checksum));
}

// Reads the file as it stands at one time: records are deleted while others read.
template <class Read>
auto Reader::at_one_time(Read read) -> decltype(read()) {
  if (auto begun = database_.run("BEGIN"); !begun)
    return fail(std::move(begun.error()).within("journal " + path_));
  auto found = read();
  rows_.reset();
  checksum_.reset();
  (void)database_.run("COMMIT");
  return found;
}

Result<std::vector<StoredRecord>> Reader::read_stored(uint64_t from, size_t at_most) {
  return at_one_time([&] { return read_rows(std::max<uint64_t>(from, 1), at_most); });
}

Result<std::vector<StoredRecord>> Reader::read_rows(uint64_t from, size_t at_most) {
  auto chain = checksum_before(from);
  if (!chain) return fail(std::move(chain.error()).within(within(from)));
  std::vector<StoredRecord> records;
  rows_.bind(1, static_cast<int64_t>(from));
  rows_.bind(2, static_cast<int64_t>(at_most));
  uint64_t expected = from;
  next_ = from;
  chain_ = *chain;
  for (;;) {
    auto row = rows_.step();
    if (!row && !records.empty()) break;
    if (!row) return fail(std::move(row.error()).within(within(expected)));
    if (!*row) break;
    const std::string_view body = rows_.text(1);
    *chain = chained(*chain, body);
    if (static_cast<uint64_t>(rows_.number(0)) != expected || rows_.number(2) != *chain) {
      if (!records.empty()) break;  // whoever goes on hears of it
      return fail(ErrorCode::kCorrupt,
                  within(expected) +
                      ": damaged or missing, what stands before it can be read; restore a copy, or move the "
                      "file away to begin anew");
    }
    records.push_back({expected++, std::string(body)});
    chain_ = *chain;
    next_ = expected;
  }
  return records;
}

Result<std::vector<workflow::Record>> Reader::read(uint64_t from, size_t at_most) {
  auto stored = read_stored(from, at_most);
  if (!stored) return fail(std::move(stored.error()));
  std::vector<workflow::Record> records;
  records.reserve(stored->size());
  for (const StoredRecord& one : *stored) {
    auto record = record_of(one);
    if (!record && !records.empty()) break;
    if (!record) return fail(std::move(record.error()));
    records.push_back(std::move(*record));
  }
  return records;
}

Result<workflow::Record> Reader::record_of(const StoredRecord& stored) const {
  auto record = record_from_json(stored.body);
  if (!record) return fail(std::move(record.error()).within(within(stored.sequence)));
  if (record->sequence != stored.sequence)
    return fail(ErrorCode::kCorrupt, within(stored.sequence) + ": it says that it is another");
  return record;
}

Result<uint64_t> Reader::first() {
  const auto gone = deleted();
  if (!gone) return fail(Error(gone.error()).within("journal " + path_));
  return gone->sequence + 1;
}

Result<uint64_t> Reader::last() {
  return at_one_time([&]() -> Result<uint64_t> {
    auto number = database_.number_of("SELECT max(sequence) FROM records");
    if (!number) return fail(std::move(number.error()).within("journal " + path_));
    auto gone = deleted();
    if (!gone) return fail(std::move(gone.error()).within("journal " + path_));
    return std::max(static_cast<uint64_t>(*number), gone->sequence);
  });
}

// --- what was deleted, and what stands for it ---

Result<Deleted> Reader::deleted() {
  if (format_ == kFirstFormat) return Deleted{};
  auto statement = database_.prepare(kSelectDeleted);
  if (!statement) return fail(std::move(statement.error()));
  const auto row = statement->step();
  if (!row) return fail(row.error());
  if (!*row) return fail(ErrorCode::kCorrupt, "its head is missing");
  return Deleted{static_cast<uint64_t>(statement->number(0)), static_cast<uint32_t>(statement->number(1))};
}

Result<uint32_t> Reader::checksum_before(uint64_t from) {
  const auto gone = deleted();
  if (!gone) return fail(gone.error());
  if (from <= gone->sequence)
    return fail(ErrorCode::kNotFound,
                fmt::format("records up to {} were deleted, as `journal.records` in attune.info says",
                            gone->sequence));
  if (from == gone->sequence + 1) return gone->sequence == 0 ? kChainStart : gone->checksum;
  if (from == next_) return chain_;
  checksum_.bind(1, static_cast<int64_t>(from - 1));
  const auto row = checksum_.step();
  if (!row) return fail(row.error());
  const uint32_t found = *row ? static_cast<uint32_t>(checksum_.number(0)) : kChainStart;
  checksum_.reset();
  return found;
}

Result<std::optional<workflow::Checkpoint>> Reader::checkpoint() {
  if (format_ == kFirstFormat) return std::nullopt;
  return at_one_time([&] { return find_checkpoint(); });
}

Result<std::optional<workflow::Checkpoint>> Reader::find_checkpoint() {
  const auto all = checkpoints_of(database_);
  if (!all) return fail(Error(all.error()).within("journal " + path_));
  std::optional<Error> wrong;
  passed_over_.reset();
  for (const uint64_t sequence : *all) {
    auto found = load_checkpoint(sequence);
    if (found) return std::optional(std::move(*found));
    Error error = std::move(found.error()).within(fmt::format("journal {}, checkpoint {}", path_, sequence));
    if (!passed_over_ && is_stored(database_, sequence)) passed_over_ = error;
    if (!wrong) wrong = std::move(error);
  }
  const auto gone = deleted();
  if (gone && gone->sequence == 0) return std::nullopt;
  Error lost =
      wrong.value_or(Error{ErrorCode::kCorrupt, "journal " + path_ + ": its checkpoints are missing"});
  lost.message += ", and the records before are deleted; restore a copy, or move the file away to begin anew";
  return fail(std::move(lost));
}

Result<workflow::Checkpoint> Reader::load_checkpoint(uint64_t sequence) {
  const auto chain = checksum_before(sequence + 1);
  if (!chain) return fail(chain.error());
  const auto text = join_pieces(database_, sequence, *chain);
  if (!text) return fail(text.error());
  auto checkpoint = checkpoint_from_json(*text);
  if (checkpoint && checkpoint->sequence() != sequence)
    return fail(ErrorCode::kCorrupt, "it says that it is another");
  return checkpoint;
}

std::string Reader::within(uint64_t sequence) const {
  return fmt::format("journal {}, record {}", path_, sequence);
}

}  // namespace attune::journal
