// SPDX-License-Identifier: Apache-2.0
// Communities by the Leiden algorithm (V. Traag, L. Waltman, N. J. van Eck, "From Louvain to Leiden:
// guaranteeing well-connected communities", Scientific Reports 9, 5233, 2019). Below find_groups(). Our own,
// since the libraries that have it are GPL. Pure: the seed decides what is random in it. Any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "runtime/traffic/groups.h"

namespace attune::traffic {

struct LeidenSettings {
  Quality quality = Quality::kModularity;
  double resolution = 1;  // of the constant Potts model in the unit of the amounts
  uint64_t seed = 1;
};

// Each community is connected by its pairs. It is improved until a pass finds nothing better, 10 passes at
// most; of small networks, up to 1000 machines, the best of 10 such runs is taken.
Partition leiden_partition(size_t machines, const std::vector<Pair>& pairs, const LeidenSettings& settings);

// Modularity: the share of the amounts inside communities less `resolution` times what a random network of
// the same machines would have there, at most 1. CPM: the amounts inside less `resolution` for each two
// machines of a community.
double quality_of(const Partition& partition, const std::vector<Pair>& pairs, const LeidenSettings& settings);

}  // namespace attune::traffic
