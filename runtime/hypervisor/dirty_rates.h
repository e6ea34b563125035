// SPDX-License-Identifier: Apache-2.0
// How fast the domains of a host change their memory, which QEMU samples over a second when it is asked. Loop
// thread.
#pragma once

#include <string>
#include <vector>

#include "runtime/hypervisor/core.h"
#include "runtime/ports/hypervisor.h"

namespace attune::hypervisor {

// As ports::Hypervisor::dirty_rates promises.
Task<Result<std::vector<ports::DirtyRate>>> run_dirty_rates(CorePtr core, std::string uri);

}  // namespace attune::hypervisor
