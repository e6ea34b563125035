// SPDX-License-Identifier: Apache-2.0
// pack: all VMs anew, as the linear program divides them among the classes of hosts (relaxation.h), host by
// host; what is left over then goes where it suits best (the dot product of Panigrahy et al., "Heuristics for
// Vector Bin Packing", 2011). For objectives in which hosts in use cost something. Pure; any thread.
#pragma once

#include "runtime/placement/random.h"
#include "runtime/placement/tally.h"

namespace attune::placement {

// Leaves those VMs nowhere that it found no room for. Hosts that have VMs which must stay come first.
void pack(const Problem& problem, Tally& tally, Random& random);

}  // namespace attune::placement
