// SPDX-License-Identifier: Apache-2.0
// How a host is, as it is shown and as diagrams read it: what was told of it last, and of a host that is a VM
// also what is known of that. Pure; loop thread only.
#pragma once

#include "runtime/system/host.h"
#include "runtime/system/system.h"

namespace attune::system {

// kOff for a VM that is known not to run; kUnknown for one that has answered before, while it is being
// started anew or is lost: only one that has been started is watched. All else is the host's own `state`.
HostState state_of(const System& system, const Host& host);

}  // namespace attune::system
