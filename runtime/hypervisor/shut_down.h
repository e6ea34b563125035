// SPDX-License-Identifier: Apache-2.0
// An orderly shutdown: the guest is asked, given time, and destroyed when it has not gone by itself. Loop
// thread.
#pragma once

#include <stop_token>
#include <string>

#include "runtime/hypervisor/core.h"

namespace attune::hypervisor {

// As ports::Hypervisor::shut_down promises.
Task<Result<void>> run_shut_down(CorePtr core, std::string uri, ports::DomainId domain, Duration grace,
                                 std::stop_token stop);

}  // namespace attune::hypervisor
