// SPDX-License-Identifier: Apache-2.0
// StableGroups: the groups that are held to, though each period's own differ a little. After find_groups() of
// each period and before whoever acts on groups: what changes here is worth moving a machine for. Pure: state
// and a period's groups in, changes out. Any thread, one at a time for each state.
//
// A found group is the known one that is likest to it: of all pairs of a found and a known group the likest
// first, each group once (as D. Greene, D. Doyle and P. Cunningham follow communities from step to step,
// "Tracking the evolution of communities in dynamic social networks", 2010). Likeness is the Jaccard index
// with those who belong to the known group, and that with those who were found in it last. What is left is
// new, and is known from then on. A machine changes its group when it was found in the
// same other one, or alone, for `periods` periods on end; a period in which it was found where it belongs
// begins anew. It is the rule of alarms that must have held for a while before they are raised. Everyone
// begins alone.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "runtime/base/result.h"
#include "runtime/traffic/groups.h"

namespace attune::traffic {

struct StabilitySettings {
  uint32_t periods = 3;  // at least 1, by which each period changes what it likes
};

// kInvalid with the setting, its value and what it may be.
Result<void> check(const StabilitySettings& settings);

// By its number, which no other group ever gets; 0 is for who is alone.
using GroupId = uint64_t;

// What is remembered, to be stored and loaded as it is.
struct StableGroups {
  struct Machine {
    std::string name;
    GroupId group = 0;
    GroupId other = 0;    // where it was found last, if times > 0
    uint32_t times = 0;   // periods on end in which it was found there
    uint32_t absent = 0;  // periods on end in which it was in no matrix

    bool operator==(const Machine&) const = default;
  };
  struct Found {
    GroupId id = 0;
    std::vector<std::string> machines;  // when it was found last; sorted

    bool operator==(const Found&) const = default;
  };

  std::vector<Machine> machines;  // sorted by name
  std::vector<Found> found;       // that somebody belongs to or was found in lately; sorted by id
  GroupId next = 1;

  bool operator==(const StableGroups&) const = default;
};

struct HeldGroup {
  GroupId id = 0;
  std::vector<std::string> machines;  // sorted; at least two

  bool operator==(const HeldGroup&) const = default;
};

// Sorted by id.
std::vector<HeldGroup> held_groups(const StableGroups& state);

// A machine left its group for another one; either may be 0. With whom it was and is now; both sorted.
struct Regroup {
  std::string machine;
  GroupId from = 0;
  GroupId to = 0;
  std::vector<std::string> left;
  std::vector<std::string> joined;

  bool operator==(const Regroup&) const = default;
};

// "vm3 left vm1, vm2 for vm4"; nothing is left or joined by who was or is alone.
std::string to_text(const Regroup& change);

// Takes in the next period; who changed, sorted by name. For a machine in `uncertain` (Matrix::missing, say)
// the period does not count. One that is in no matrix for `periods` periods on end is forgotten.
std::vector<Regroup> take_period(StableGroups& state, const Groups& found,
                                 const std::vector<std::string>& uncertain,
                                 const StabilitySettings& settings);

}  // namespace attune::traffic
