// SPDX-License-Identifier: Apache-2.0
// Lately: what has been done of late that reactions go by: which classes have grown or shrunk, and what has
// got another host. By the wall's clock in a history, by the steady one in the engine. Loop thread only.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "runtime/base/clock.h"
#include "runtime/workflow/effects.h"
#include "runtime/workflow/record.h"
#include "runtime/workflow/undo.h"

namespace attune::system {
class System;
}

namespace attune::workflow {

struct Deed {
  enum class Kind { kMade, kUnmade, kRemoved, kMoved };  // kUnmade: by the run that had made it
  Kind kind = Kind::kMoved;
  RunId run = 0;
  std::string class_name;  // of what was made or removed
};
// What the change is among these, asked before it is applied: an instance that a run makes or removes;
// another host for what had one, whoever decided it. `undo` is the run's, as it stands.
std::optional<Deed> deed_of(const system::System& system, const SystemChanged& changed, const Undo& undo);

template <class Time>
struct Lately {
  // The last time that a class has grown, or shrunk, by runs that have ended: the end of the run counts. And
  // by each run that goes on one for each instance: what it unmakes again has never been.
  struct Resized {
    std::string class_name;
    bool grew = false;
    Time at{};
    RunId run = 0;  // goes on; 0: it has ended
  };

  size_t most_moves = 0;  // so many are remembered
  std::vector<Resized> resized;
  std::deque<Time> moves;  // the oldest first
  std::set<RunId> movers;  // runs that go on and have moved something

  void add(const Deed& deed, Time at) {
    if (deed.kind == Deed::Kind::kMoved) {
      if (most_moves == 0) return;
      if (deed.run != 0) movers.insert(deed.run);
      if (moves.size() >= most_moves) moves.pop_front();
      return moves.push_back(at);
    }
    const bool grew = deed.kind != Deed::Kind::kRemoved;
    if (deed.kind != Deed::Kind::kUnmade) return resized.push_back({deed.class_name, grew, at, deed.run});
    const auto made = find(deed.class_name, grew, deed.run);
    if (made != resized.end()) resized.erase(made);
  }
  void ended(RunId run, Time at) {
    movers.erase(run);
    for (size_t i = resized.size(); run != 0 && i-- > 0;) {
      if (resized[i].run != run) continue;
      const Resized done{resized[i].class_name, resized[i].grew, at, 0};
      resized.erase(resized.begin() + static_cast<std::ptrdiff_t>(i));
      const auto before = find(done.class_name, done.grew, 0);
      if (before == resized.end())
        resized.push_back(done);
      else
        before->at = at;
    }
  }

 private:
  auto find(const std::string& class_name, bool grew, RunId run) {
    return std::find_if(resized.begin(), resized.end(), [&](const Resized& one) {
      return one.class_name == class_name && one.grew == grew && one.run == run;
    });
  }
};

// How many moves the project's settings make it remember.
size_t moves_to_remember(const model::Project& project);
// The same by the steady clock; what the wall's clock puts into the future was now.
Lately<Instant> by_steady_clock(const Lately<WallTime>& of, const Now& now);

}  // namespace attune::workflow
