// SPDX-License-Identifier: Apache-2.0
#include "runtime/journal/checkpoint_pieces.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "runtime/journal/chain.h"

namespace attune::journal {

namespace {
bool is_within_character(char c) {
  return (static_cast<unsigned char>(c) & 0xC0) == 0x80;
}
}  // namespace

std::vector<CheckpointPiece> cut_into_pieces(uint64_t sequence, uint32_t chain, const std::string& text,
                                             size_t size) {
  std::vector<CheckpointPiece> pieces;
  for (size_t at = 0; at < text.size();) {
    size_t end = std::min(at + size, text.size());
    while (end < text.size() && end > at + 1 && is_within_character(text[end])) --end;
    CheckpointPiece piece{sequence, pieces.size() + 1, 0, text.substr(at, end - at), 0};
    piece.checksum = chain = chained(chain, piece.body);
    pieces.push_back(std::move(piece));
    at = end;
  }
  for (CheckpointPiece& piece : pieces) piece.of = pieces.size();
  return pieces;
}

Result<void> insert(Database& database, const CheckpointPiece& piece) {
  auto statement = database.prepare(
      "INSERT OR REPLACE INTO checkpoints(sequence, piece, pieces, body, checksum) VALUES(?1, ?2, ?3, ?4, "
      "?5)");
  if (!statement) return fail(std::move(statement.error()));
  statement->bind(1, static_cast<int64_t>(piece.sequence));
  statement->bind(2, static_cast<int64_t>(piece.number));
  statement->bind(3, static_cast<int64_t>(piece.of));
  statement->bind(4, piece.body);
  statement->bind(5, static_cast<int64_t>(piece.checksum));
  if (auto step = statement->step(); !step) return fail(std::move(step.error()));
  return {};
}

Result<std::vector<uint64_t>> checkpoints_of(Database& database) {
  std::vector<uint64_t> all;
  auto rows = database.prepare("SELECT DISTINCT sequence FROM checkpoints ORDER BY sequence DESC");
  if (!rows) return fail(std::move(rows.error()));
  for (;;) {
    const auto row = rows->step();
    if (!row) return fail(row.error());
    if (!*row) return all;
    all.push_back(static_cast<uint64_t>(rows->number(0)));
  }
}

bool is_stored(Database& database, uint64_t sequence) {
  const auto last = database.number_of(
      fmt::format("SELECT count(*) FROM checkpoints WHERE sequence = {} AND piece = pieces", sequence));
  return last && *last > 0;
}

Result<std::string> join_pieces(Database& database, uint64_t sequence, uint32_t chain) {
  auto rows = database.prepare(
      "SELECT piece, pieces, body, checksum FROM checkpoints WHERE sequence = ?1 ORDER BY piece");
  if (!rows) return fail(std::move(rows.error()));
  rows->bind(1, static_cast<int64_t>(sequence));
  std::string text;
  for (int64_t number = 1, of = 1; number <= of; ++number) {
    const auto row = rows->step();
    if (!row) return fail(row.error());
    if (*row) chain = chained(chain, rows->text(2));
    if (!*row || rows->number(0) != number || rows->number(3) != chain)
      return fail(ErrorCode::kCorrupt, "a piece of it is damaged or missing");
    of = rows->number(1);
    text += rows->text(2);
  }
  return text;
}

}  // namespace attune::journal
