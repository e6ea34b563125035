// SPDX-License-Identifier: Apache-2.0
// Bounds: what no placement can be better than, in one level of the Score. Pure; any thread.
#pragma once

#include "runtime/placement/relaxation.h"

namespace attune::placement {

struct Bound {
  double value = 0;
  Prices prices;  // by host
};

// By Lagrange's relaxation of the capacities at the prices of the linear program (relaxation.h): it holds
// whatever they are, and is the better the nearer they are to the program's. Traffic counts nothing in it;
// VMs that no host may take count nothing.
Bound bound_of(const Problem& problem, Objective objective);

}  // namespace attune::placement
