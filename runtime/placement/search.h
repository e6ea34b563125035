// SPDX-License-Identifier: Apache-2.0
// search: a good placement: insertion, packing, single moves, emptying of hosts, and ruin and recreate. For
// cases of any size; exact.h starts from what it finds. Pure; any thread.
#pragma once

#include <cstdint>
#include <stop_token>
#include <vector>

#include "runtime/placement/problem.h"

namespace attune::placement {

struct Found {
  std::vector<Index> places;
  Score score;
  uint64_t work = 0;  // evaluations of a change
};

// Never worse than things as they stand. Ends after about `work` evaluations, so that it is the same on every
// machine; or soon after `stop` is asked for.
Found search(const Problem& problem, uint64_t work, uint64_t seed, std::stop_token stop = {});

}  // namespace attune::placement
