// SPDX-License-Identifier: Apache-2.0
// Trace: what happened in a system, in the order of time: events, and what was measured of its hosts.
// docs/replay.md has the three forms in which it is read. Immutable once read; any thread.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "dsl/source.h"
#include "runtime/base/clock.h"
#include "runtime/base/diagnostic.h"
#include "runtime/model/value.h"
#include "runtime/system/host.h"
#include "runtime/workflow/event.h"

namespace attune::replay {

// What became known of a host.
struct HostFact {
  std::string host;
  std::optional<model::Percent> load;
  std::optional<system::HostState> state;
};

struct Item {
  WallTime at{};
  std::variant<workflow::Event, HostFact> what;
};

struct Trace {
  std::vector<Item> items;                               // by time; of one time as they stand in the file
  std::map<std::string, Duration, std::less<>> lengths;  // of calls, by "CLASS.STUB", or "STUB" of any class
};

// Of a call that the trace tells of several times its length is the median.
// Of a file that `attune record` wrote, one that `attune export` wrote, or, where its name ends with .csv, a
// table with a head. Lines that are none of that are found; beyond a thousand it reads no further.
Trace read_trace(const dsl::Source& source, Diagnostics& found);

// "up", "down" or "off"; nothing of any other word.
std::optional<system::HostState> host_state_in(std::string_view word);

// Whether the event belongs into a trace: what a timer, a run or the state of a host raised comes of what is
// played, and what a person has a manager do (`attune call`, `attune stop`) no diagram answers.
bool is_from_outside(const workflow::Event& event);

// The lines of the first form.
std::string trace_line(WallTime at, const workflow::Event& event);
std::string trace_line(WallTime at, const HostFact& fact);

}  // namespace attune::replay
