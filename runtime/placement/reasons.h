// SPDX-License-Identifier: Apache-2.0
// The words of a plan: why a VM moves, and why what cannot be cannot be. For plan(). Pure; any thread.
#pragma once

#include <string>
#include <vector>

#include "runtime/placement/plan.h"
#include "runtime/placement/tally.h"

namespace attune::placement {

// `tally` is the placement that the plan ends with.
std::string reason_of(const Problem& problem, const Tally& tally, const Move& move);

// `stuck` VMs had no room on the way.
std::vector<Obstacle> obstacles_of(const Problem& problem, const Tally& tally,
                                   const std::vector<Index>& stuck);

}  // namespace attune::placement
