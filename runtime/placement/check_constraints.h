// SPDX-License-Identifier: Apache-2.0
// The part of check() that looks at constraints: each by itself, and which of them contradict each other
// whatever the capacities. Pure; any thread.
#pragma once

#include "runtime/placement/finding.h"
#include "runtime/placement/state.h"

namespace attune::placement {

Findings check_constraints(const State& state);

// Groups that must be together whose pins have no place in common. Of what a person writes: a manager's State
// may have such a group while a host does not answer, and is planned for all the same. There are no other
// findings.
Findings check_pinned_together(const State& state);

}  // namespace attune::placement
