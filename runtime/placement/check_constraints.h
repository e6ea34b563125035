// SPDX-License-Identifier: Apache-2.0
// The part of check() that looks at constraints: each by itself, and which of them contradict each other
// whatever the capacities. Pure; any thread.
#pragma once

#include "runtime/placement/finding.h"
#include "runtime/placement/state.h"

namespace attune::placement {

Findings check_constraints(const State& state);

}  // namespace attune::placement
