// SPDX-License-Identifier: Apache-2.0
// play: a story, from the first manager's start to the last one's end, and whether every invariant held. The
// same story gives the same journal, byte by byte. One thread at a time.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>

#include "tests/simulation/invariants.h"
#include "tests/simulation/story.h"

namespace attune::simulation {

struct PlayOptions {
  // Each line of the log, with what the records say; nothing: nobody reads it.
  std::function<void(std::string_view line)> tell;
  bool hashes_journal = false;
};

struct Verdict {
  std::optional<Finding> finding;  // nothing: all held
  Duration at{};                   // the finding's date in the story
  uint64_t journal_hash = 0;       // of all managers' records as they are stored
  size_t records = 0, steps = 0, managers = 0;
  Duration time{};  // that was simulated
  PlanWatch::Seen plans;
  size_t told = 0;  // facts that a system was held to, each time anew
};

Verdict play(const Story& story, const PlayOptions& options = {});

}  // namespace attune::simulation
