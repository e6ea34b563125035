// SPDX-License-Identifier: Apache-2.0
// UpkeepPolicy: Attune's own placement (runtime/placement/upkeep.h) as a policy of the benchmark. One thread.
#pragma once

#include <memory>

#include "tests/bench/planetlab/world.h"

namespace attune::planetlab {

// What deciding took, of the processor.
struct Effort {
  size_t steps = 0;
  double seconds = 0, longest = 0;
};

// Hosts are relieved at each step, and VMs consolidated at the first one and then every half an hour; who has
// moved rests for half an hour. `effort` must outlive it.
std::unique_ptr<Policy> upkeep_policy(Effort& effort);

}  // namespace attune::planetlab
