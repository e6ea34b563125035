// SPDX-License-Identifier: Apache-2.0
// States to plan for: a small vocabulary, and random ones. For tests only.
#pragma once

#include <string>

#include "runtime/placement/plan.h"
#include "runtime/placement/random.h"

namespace attune::placement::test {

inline constexpr double kGib = 1024.0 * 1024 * 1024;

// One site of a gigabit, hosts and VMs in cores, each with a GiB a core.
class States {
 public:
  explicit States(Objective objective = Objective::kUseOfResources) {
    state.objectives = {objective};
    site("s");
  }
  Index site(const std::string& name) {
    state.sites.push_back({.name = name, .latency = 1e-4, .bandwidth = 125e6});
    const auto added = static_cast<Index>(state.sites.size() - 1);
    for (Index other = 0; other < added; ++other) state.links.push_back({other, added, 1e-2, 12.5e6});
    return added;
  }
  Index host(double cores, Index site = 0) {
    state.hosts.push_back({.name = "h" + std::to_string(state.hosts.size()),
                           .site = site,
                           .cores = cores,
                           .memory = cores * kGib});
    return static_cast<Index>(state.hosts.size() - 1);
  }
  Index vm(double cores, Index host = kNowhere) {
    state.vms.push_back({.name = "v" + std::to_string(state.vms.size()),
                         .cores = cores,
                         .memory = cores * kGib,
                         .demand = cores,
                         .host = host});
    return static_cast<Index>(state.vms.size() - 1);
  }
  void talk(Index from, Index to, double messages) {
    state.traffic.push_back({from, to, messages, messages * 100});
  }
  void constrain(ConstraintKind kind, std::vector<Index> vms, bool is_hard = true) {
    state.constraints.push_back({.kind = kind, .vms = std::move(vms), .is_hard = is_hard});
  }
  void pin(Index vm, Index host) {
    state.constraints.push_back({.kind = ConstraintKind::kPin, .vms = {vm}, .hosts = {host}});
  }

  State state;
};

// Small ones, with whatever may be in one: the VMs of each host fit, and no finding is in it.
State random_state(uint64_t seed, size_t most_vms);

}  // namespace attune::placement::test
