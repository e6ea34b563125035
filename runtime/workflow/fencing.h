// SPDX-License-Identifier: Apache-2.0
// Fencing: what the engine remembers of hosts that are down until they are off: when each is to be fenced,
// and by which run. Not journalled: a manager that takes over begins anew with what is down. Loop thread
// only.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "runtime/model/own_runs.h"
#include "runtime/workflow/stage.h"

namespace attune::workflow {

// The stub that switches a host off, and what a run of the manager's own is called that calls it.
inline constexpr std::string_view kFence = model::kFenceRun;

struct Fencing {
  struct Silent {
    std::optional<Agenda<Alarm>::Entry> alarm;  // when it is due, or due again
    RunId run = 0;                              // that fences it just now
    std::set<std::string> told;                 // what a person was alerted of
    size_t tries = 0;
  };

  std::optional<Instant> since;                  // the manager has begun; before that nothing is fenced
  std::map<std::string, Silent> silent;          // by the host's name
  std::map<std::string, Instant> answers_since;  // hosts that came up since then
  std::set<RunId> spared;                        // runs whose host answers again: their end means nothing
};

}  // namespace attune::workflow
