// SPDX-License-Identifier: Apache-2.0
// check: whether a State makes sense: the stage between reading or gathering it and plan(). Pure; any thread.
#pragma once

#include "runtime/placement/finding.h"
#include "runtime/placement/state.h"

namespace attune::placement {

// All that is wrong, in the order of the State; empty where plan() may be asked. That something does not fit,
// or must leave a host and cannot, is no finding: the Plan says so.
Findings check(const State& state);

}  // namespace attune::placement
