// SPDX-License-Identifier: Apache-2.0
// How fast the project's virtual machines change their memory, asked of their hosts for a plan: what a
// migration has to send again is a part of its price. Loop thread only.
#pragma once

#include <map>
#include <stop_token>

#include "runtime/base/task.h"
#include "wrappers/implementation.h"

namespace attune::main {

// In bytes a second, of each machine whose host said it.
using DirtyRates = std::map<system::ComponentId, double>;

// Asks all hosts that have machines at once, for 5 s at most, and until it is to stop: what did not answer is
// left out. The world must outlive it.
Task<DirtyRates> measure_dirty_rates(wrappers::World& world, std::stop_token stop);

}  // namespace attune::main
