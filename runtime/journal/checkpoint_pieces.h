// SPDX-License-Identifier: Apache-2.0
// A checkpoint as the journal stores it: cut into pieces, so that none takes the writer long, and tied by
// checksums to each other and to the record that it stands after. Internal to journal/; any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "runtime/base/result.h"
#include "runtime/journal/sqlite.h"

namespace attune::journal {

struct CheckpointPiece {
  uint64_t sequence = 0;  // of the record that the checkpoint stands after
  size_t number = 1, of = 1;
  std::string body;
  uint32_t checksum = 0;  // of the piece before (the record's, before the first), then the body
};

// `chain` is the record's checksum. Each piece has `size` bytes at most and whole characters.
std::vector<CheckpointPiece> cut_into_pieces(uint64_t sequence, uint32_t chain, const std::string& text,
                                             size_t size);

Result<void> insert(Database& database, const CheckpointPiece& piece);

// The records that checkpoints stand after, the last first; whether these are whole is not looked at.
Result<std::vector<uint64_t>> checkpoints_of(Database& database);

// Whether the last piece of one is there: one that was broken off before is none yet.
bool is_stored(Database& database, uint64_t sequence);

// The text of one; kCorrupt where a piece is damaged or missing.
Result<std::string> join_pieces(Database& database, uint64_t sequence, uint32_t chain);

}  // namespace attune::journal
