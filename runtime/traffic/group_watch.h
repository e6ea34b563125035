// SPDX-License-Identifier: Apache-2.0
// GroupWatch: the groups that are held to, followed from each settled period to the next, and whether they
// have changed. Between the collector's settled periods and who acts on groups: stable_groups.h says how they
// are held still. Reads no clock and does no I/O; one thread.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "runtime/traffic/groups.h"
#include "runtime/traffic/matrix.h"
#include "runtime/traffic/period_join.h"
#include "runtime/traffic/stable_groups.h"

namespace attune::traffic {

// Of at least two machines each, sorted, and so are they; who is alone is in none.
using MachineGroups = std::vector<std::vector<std::string>>;

// "vm1 vm2; vm3 vm4"; of groups that are too many for a short text the last are only counted, "; and 7 more".
std::string to_text(const MachineGroups& groups);
inline constexpr size_t kMostGroupText = 2000;  // bytes, but for one group that is longer by itself

class GroupWatch {
 public:
  // Valid ones.
  GroupWatch(const GroupSettings& groups, const StabilitySettings& stability)
      : group_settings_(groups), stability_(stability) {}

  // The next settled period. One that is not after all that were taken before changes nothing: it was told
  // once more, or came too late. What is missing in it is taken to be as it was last known, and the machines
  // that it is missing of stay where they are.
  void take(const Joined& joined);

  const MachineGroups& groups() const { return groups_; }
  // Whether they differ from what they were when this was last asked; at first nobody is in a group.
  bool take_change();

 private:
  const GroupSettings group_settings_;
  const StabilitySettings stability_;
  StableGroups state_;
  MachineGroups groups_, told_;
  Matrix before_;  // of the period that was taken last, its missing part filled
  int64_t end_ = 0;
};

}  // namespace attune::traffic
