// SPDX-License-Identifier: Apache-2.0
// relax: the placement of least cost in one level of the Score when VMs and hosts may be divided: a linear
// program over sorts of VMs and classes of hosts, solved by Clp. Its prices make the bound (bound.h), and its
// shares guide packing (packing.h). Pure; any thread.
#pragma once

#include <vector>

#include "runtime/placement/problem.h"

namespace attune::placement {

// Prices of capacity: what a core, and a byte of memory, of a host is worth to the others. Never negative.
using Prices = std::vector<Size>;

struct Relaxed {
  std::vector<std::vector<Index>> classes;  // of hosts that are equal, or, where there are many, nearly so;
                                            // the fastest of each first
  std::vector<Index> class_of;              // by host
  std::vector<std::vector<Index>> sorts;    // of VMs, likewise
  Prices prices;                            // by class
  std::vector<double> open;                 // how many hosts of a class are in use
  std::vector<double> shares;               // how many of a sort go to a class: sort * classes.size() + class
};

// Without a solution all prices, open and shares are 0. Traffic counts nothing.
Relaxed relax(const Problem& problem, size_t level);

// The least that a VM adds by itself in a class; infinity where it may not be.
double least_alone(const Problem& problem, const Relaxed& relaxed, Index vm, Index of_class, size_t level);

}  // namespace attune::placement
