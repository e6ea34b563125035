// SPDX-License-Identifier: Apache-2.0
// The method of the study that Attune's traffic follows (D. Dib 2010), as communication groups by a
// threshold that follows each group's mean. Below find_groups(). Pure; any thread.
//
// Pairs come in falling order of what they exchange; of equal ones the first by name comes first. A group's
// threshold is `factor` times its mean, the mean of the pairs that hold it together.
//   1. A pair of two machines in no group opens a group; its mean is the pair's amount.
//   2. A pair with one end in a group takes its other end into it where it reaches the group's threshold.
//   3. A pair with both ends in one group holds it together too where it reaches the threshold.
//   4. A pair between two groups makes one of them where it reaches the thresholds of both.
// Whoever holds a group together counts into its mean, at once. A pair that falls short changes nothing: so
// much weak traffic within a group does not pull its threshold down until all that is weak belongs to it.
#pragma once

#include <cstddef>
#include <vector>

#include "runtime/traffic/groups.h"

namespace attune::traffic {

// Pairs of machines below `machines`, each pair once. In n log n of the pairs.
Partition threshold_partition(size_t machines, const std::vector<Pair>& pairs, double factor);

}  // namespace attune::traffic
