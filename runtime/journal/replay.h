// SPDX-License-Identifier: Apache-2.0
// Replay: from a journal to the history that it tells: the newest checkpoint, and the records after it. What
// a manager begins with, and what the next checkpoint is made of. Any thread, on a reader of its own.
#pragma once

#include <cstdint>
#include <optional>

#include "runtime/base/result.h"
#include "runtime/journal/reader.h"
#include "runtime/workflow/history.h"

namespace attune::journal {

struct Replayed {
  uint64_t checkpoint = 0;  // the record that it began after; 0: with the first
  uint64_t records = 0;     // how many followed
  // What is wrong with a newer checkpoint, which tells the same: for a warning.
  std::optional<Error> passed_over{};
};

// The history and its system must be new. kCorrupt says what is damaged or does not fit the project.
Result<Replayed> replay(Reader& reader, workflow::History& history);

}  // namespace attune::journal
