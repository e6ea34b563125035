// SPDX-License-Identifier: Apache-2.0
// Bounds: what no placement can be better than, in one level of the Score. Pure; any thread.
#pragma once

#include "runtime/placement/problem.h"

namespace attune::placement {

// Prices of capacity, by host: what a unit of it is worth to the others. Any that are not negative give a
// bound.
using Prices = std::vector<Size>;

struct Bound {
  double value = 0;
  Prices prices;
};

// By Lagrange's relaxation of the capacities, raised in a fixed number of rounds; `best` is a value that is
// reached. Traffic counts nothing in it. `level` is an objective's; VMs that no host may take count nothing.
Bound bound_of(const Problem& problem, Objective objective, double best);

}  // namespace attune::placement
