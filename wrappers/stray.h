// SPDX-License-Identifier: Apache-2.0
// Stray: a process that still runs on a host which its component has left. Who finds one decides whether it
// may be ended; this ends it. Loop thread only.
#pragma once

#include <stop_token>
#include <string>

#include "runtime/base/clock.h"
#include "runtime/ports/shell.h"
#include "wrappers/host_access.h"
#include "wrappers/implementation.h"

namespace attune::wrappers {

// What asks the process of that run directory to end, and kills it and what it has started when the grace is
// over. It comes to its own end somewhat later.
ports::Command stop_command(const std::string& run_directory, Duration grace);

// The grace of a component that says none, or is not there any more.
inline constexpr Duration kProcessGrace = std::chrono::seconds(10);

// Whether the component's process has ended there, or ran no more; no where that is not known. `left` says
// how it was left, for the log, which tells when it was ended.
Task<bool> end_stray(World& world, HostAccess access, std::string component, std::string left,
                     std::stop_token stop);

}  // namespace attune::wrappers
