// SPDX-License-Identifier: Apache-2.0
// prove: the best placement of a small case, by branch and bound over the whole Score. Follows search(),
// whose find it improves or proves. Pure; any thread.
#pragma once

#include "runtime/placement/search.h"

namespace attune::placement {

inline constexpr size_t kMostExactVms = 20, kMostExactHosts = 64;

struct Proof {
  Found best;
  bool is_proven = false;  // else the work was used up before
};

// `work` in nodes of the tree; ends soon after `stop` is asked for, with nothing proven.
Proof prove(const Problem& problem, const Found& known, uint64_t work, std::stop_token stop = {});

}  // namespace attune::placement
