// SPDX-License-Identifier: Apache-2.0
// The VM's `migrate` once its two hosts are known: checks, moves, and says where the machine is now. Loop
// thread only.
#pragma once

#include <stop_token>
#include <string>

#include "runtime/workflow/call.h"
#include "wrappers/implementation.h"
#include "wrappers/vm_whereabouts.h"

namespace attune::wrappers {

// Of the call's component, from the site to the host `to`, whose libvirt is at `to_uri`. The outcome has the
// change of its host; it is lost where nobody can tell yet which of the two has it.
Task<workflow::CallOutcome> migrate_vm(World& world, workflow::Call call, Site from, std::string to,
                                       std::string to_uri, std::stop_token stop);

}  // namespace attune::wrappers
