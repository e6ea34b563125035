// SPDX-License-Identifier: Apache-2.0
// Compaction: how a journal is kept short: when checkpoints are made, and how many records stay. Any thread.
#pragma once

#include <cstddef>
#include <cstdint>

#include "runtime/model/project.h"

namespace attune::journal {

struct Compaction {
  const model::Project* project = nullptr;  // that the journal is of
  uint64_t keep = 1'000'000;  // records at least; older ones go, once two checkpoints stand after them
  uint64_t every = 50'000;    // records between checkpoints
  uint64_t at_end = 1'000;    // with so many since the last, one is made when the store ends
  size_t piece = 256 * 1024;  // bytes of a checkpoint that are stored at once
  uint64_t batch = 2'000;     // records that are deleted at once
};

}  // namespace attune::journal
