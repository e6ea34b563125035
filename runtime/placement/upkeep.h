// SPDX-License-Identifier: Apache-2.0
// upkeep: where VMs should be while what they want varies: who leaves a host that will have too little, and
// which hosts can do without VMs. Of a State and a forecast (forecast.h) it makes the State to plan for, and
// asks plan(). For who asks it every few minutes. Pure; any thread.
#pragma once

#include <optional>
#include <vector>

#include "runtime/placement/forecast.h"
#include "runtime/placement/plan.h"

namespace attune::placement {

// Risks are those that the VMs of a host together want more than it has: above 0, at most 0.5.
struct Upkeep {
  double relieve_risk = 0.2;     // greater: the host is relieved
  double fill_risk = 0.03;       // so far hosts are filled
  double moves_for_a_host = 10;  // so many are worth it if one host can be switched off
  Options search{.work = 300'000};
};

// In all of these `demands` are by VM, in cores of speed 1 that are really busy; they count instead of the
// VMs' cores, and no overcommit does. The State has no findings.

// Hosts that will have too little.
std::vector<Index> overloads(const State& state, const std::vector<Demand>& demands, double risk);

// For every interval, by imminent demands: what to do about them. Only their VMs move. Nothing where there
// are none, or where nothing helps.
std::optional<Plan> relieve(const State& state, const std::vector<Demand>& demands,
                            const Upkeep& upkeep = {});

// For now and then, by forecasts: fewer hosts, where it is worth the moves. Whoever the State lets may move.
std::optional<Plan> consolidate(const State& state, const std::vector<Demand>& demands,
                                const Upkeep& upkeep = {});

}  // namespace attune::placement
