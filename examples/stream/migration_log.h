// SPDX-License-Identifier: Apache-2.0
// What the manager's journal tells of migrations: which event led to each, when it was called for, and how it
// ended. Read from what `attune log --json` prints. Pure; any thread.
#pragma once

#include <istream>
#include <string>
#include <vector>

#include "runtime/base/clock.h"
#include "runtime/base/result.h"

namespace attune::stream {

struct Migration {
  std::string event;  // its name; "call" where it was asked for by hand
  std::string value;  // what the event carried, such as "cpu=97%"
  WallTime event_at{};
  WallTime called_at{};
  WallTime ended_at{};
  std::string from, to;
  bool arrived = false;
  Duration guest_stopped{};  // by libvirt's word
  std::string message;       // how the manager tells it

  Duration event_to_call() const { return called_at - event_at; }
  Duration total() const { return ended_at - called_at; }
};

// The migrations that have ended, in order. kCorrupt names the line that is none of the journal's.
Result<std::vector<Migration>> migrations_in(std::istream& log);

}  // namespace attune::stream
