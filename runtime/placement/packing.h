// SPDX-License-Identifier: Apache-2.0
// pack: all VMs anew, host by host, the cheapest room first, each filled with what suits what is left of it
// best (the dot product of Panigrahy et al., "Heuristics for Vector Bin Packing", 2011). Pure; any thread.
#pragma once

#include "runtime/placement/tally.h"

namespace attune::placement {

// Leaves those VMs nowhere that it found no room for. Hosts that have VMs which must stay come first.
// With `by_worth` hosts are ordered by what the bound's prices make of their room, else by its plain size.
void pack(const Problem& problem, Tally& tally, bool by_worth);

}  // namespace attune::placement
