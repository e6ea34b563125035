// SPDX-License-Identifier: Apache-2.0
// plan: where the VMs of a State should be, and how they come there: first placement, improvement, emptying
// of hosts and consolidation in one. The last stage of State -> check() -> plan() -> Plan. Pure: no clock, no
// I/O, the same Plan on every machine. Any thread.
#pragma once

#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "runtime/placement/sequence.h"
#include "runtime/placement/state.h"

namespace attune::placement {

struct Options {
  // Of the heuristic, in evaluated changes, and of the exact search, in nodes: what bounds the time.
  uint64_t work = 6'000'000;
  uint64_t nodes = 400'000;
  std::stop_token stop;  // once it is asked for, the plan ends soon, with what it has found
};

struct Change {
  Objective objective = Objective::kCost;
  // Over the horizon: seconds that VMs compute and wait; money; hosts that have VMs; mean square of their
  // use.
  double before = 0, after = 0;
  double own_cost = 0;  // of the moves, in the same unit
  double bound = 0;     // after + own_cost is not less in any placement of all VMs that breaks as little
  double gain() const { return before - after - own_cost; }
};

// What cannot be, and what stands in the way.
struct Obstacle {
  std::string place;    // in the State's JSON: "/vms/3"
  std::string message;  // what cannot be
  std::string because;  // constraint, capacity or state that makes it so
};

struct ReasonedMove {
  Move move;
  std::string reason;
};

struct Plan {
  std::vector<Index> places;  // of each VM in the end; kNowhere: it found none
  std::vector<std::vector<ReasonedMove>> steps;
  std::vector<Index> power_on, power_off;  // before the first step; after the last one, what then has nothing
  std::vector<Change> changes;             // by objective, in the State's order
  bool is_comparable = false;              // no VM was without a host: gains say something
  std::vector<Obstacle> obstacles;
  bool is_exact = false;   // the small case's search was used, and
  bool is_proven = false;  // it says that there is no better placement
  uint64_t work = 0;
};

// `state` has no findings by check(). A VM moves only if the plan is better with its move, all costs counted;
// without a better placement the plan has no steps.
Plan plan(const State& state, const Options& options = {});

}  // namespace attune::placement
