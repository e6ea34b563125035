// SPDX-License-Identifier: Apache-2.0
// shrink: the shortest story found that still breaks the same invariant, by leaving out ever smaller parts.
#pragma once

#include <functional>

#include "tests/simulation/invariants.h"
#include "tests/simulation/story.h"

namespace attune::simulation {

// `fails` plays a story. At most so many are played.
Story shrink(Story story, const std::function<bool(const Story&)>& fails, size_t at_most = 2000);

}  // namespace attune::simulation
