// SPDX-License-Identifier: Apache-2.0
// How the manager gets into a VM that may still be booting: its address may come late, its SSH later. Loop
// thread only.
#pragma once

#include <stop_token>

#include "runtime/base/clock.h"
#include "runtime/base/result.h"
#include "runtime/base/task.h"
#include "wrappers/host_access.h"
#include "wrappers/implementation.h"

namespace attune::wrappers {

// Access to the component's host: at once, or, where that is a VM, once it answers. kUnreachable: it does not
// run, or has not answered for `patience`, the message says what was missing last; kDenied: it refuses us;
// kCancelled: by `stop`.
Task<Result<HostAccess>> access_when_up(World& world, system::ComponentId component, Duration patience,
                                        std::stop_token stop);

}  // namespace attune::wrappers
