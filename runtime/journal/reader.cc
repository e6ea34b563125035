// SPDX-License-Identifier: Apache-2.0
#include "runtime/journal/reader.h"

#include <utility>

#include <fmt/format.h>

#include "runtime/journal/chain.h"
#include "runtime/journal/record_json.h"

namespace attune::journal {

Result<Reader> Reader::open(const std::string& path) {
  auto database = open_to_read(path);
  if (!database) return fail(std::move(database.error()));
  auto rows = database->prepare(
      "SELECT sequence, body, checksum FROM records WHERE sequence >= ?1 ORDER BY sequence LIMIT ?2");
  if (!rows) return fail(std::move(rows.error()).within("journal " + path));
  auto checksum = database->prepare("SELECT checksum FROM records WHERE sequence = ?1");
  if (!checksum) return fail(std::move(checksum.error()).within("journal " + path));
  return Reader(path, std::move(*database), std::move(*rows), std::move(*checksum));
}

Result<std::vector<StoredRecord>> Reader::read_stored(uint64_t from, size_t at_most) {
  if (from == 0) from = 1;
  auto chain = checksum_before(from);
  if (!chain) return fail(std::move(chain.error()).within(within(from - 1)));
  std::vector<StoredRecord> records;
  rows_.bind(1, static_cast<int64_t>(from));
  rows_.bind(2, static_cast<int64_t>(at_most));
  uint64_t expected = from;
  for (;;) {
    auto row = rows_.step();
    if (!row) return fail(std::move(row.error()).within(within(expected)));
    if (!*row) break;
    const std::string_view body = rows_.text(1);
    *chain = chained(*chain, body);
    if (static_cast<uint64_t>(rows_.number(0)) != expected || rows_.number(2) != *chain) {
      rows_.reset();
      return fail(ErrorCode::kCorrupt,
                  within(expected) +
                      ": damaged or missing, what stands before it can be read; restore a copy, or move the "
                      "file away to begin anew");
    }
    records.push_back({expected++, std::string(body)});
  }
  next_ = expected;
  chain_ = *chain;
  return records;
}

Result<std::vector<workflow::Record>> Reader::read(uint64_t from, size_t at_most) {
  auto stored = read_stored(from, at_most);
  if (!stored) return fail(std::move(stored.error()));
  std::vector<workflow::Record> records;
  records.reserve(stored->size());
  for (const StoredRecord& one : *stored) {
    auto record = record_from_json(one.body);
    if (!record) return fail(std::move(record.error()).within(within(one.sequence)));
    if (record->sequence != one.sequence)
      return fail(ErrorCode::kCorrupt, within(one.sequence) + ": it says that it is another");
    records.push_back(std::move(*record));
  }
  return records;
}

Result<uint64_t> Reader::last() {
  auto number = database_.number_of("SELECT max(sequence) FROM records");
  if (!number) return fail(std::move(number.error()).within("journal " + path_));
  return static_cast<uint64_t>(*number);
}

Result<uint32_t> Reader::checksum_before(uint64_t from) {
  if (from == 1) return kChainStart;
  if (from == next_) return chain_;
  checksum_.bind(1, static_cast<int64_t>(from - 1));
  const auto row = checksum_.step();
  if (!row) return fail(row.error());
  const uint32_t found = *row ? static_cast<uint32_t>(checksum_.number(0)) : kChainStart;
  checksum_.reset();
  return found;
}

std::string Reader::within(uint64_t sequence) const {
  return fmt::format("journal {}, record {}", path_, sequence);
}

}  // namespace attune::journal
