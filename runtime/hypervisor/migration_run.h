// SPDX-License-Identifier: Apache-2.0
// A migration as the loop sees it: started on a worker, followed, cancelled when somebody or the time says
// so, and at its end settled by asking both sides. Loop thread.
#pragma once

#include <stop_token>

#include "runtime/hypervisor/core.h"
#include "runtime/ports/hypervisor.h"

namespace attune::hypervisor {

// As ports::Hypervisor::migrate and settle promise.
Task<Result<ports::MigrationEnd>> run_migration(CorePtr core, LibvirtSettings settings,
                                                ports::MigrationRequest request, std::stop_token stop);
Task<Result<ports::MigrationEnd>> run_settlement(CorePtr core, LibvirtSettings settings,
                                                 ports::MigrationRequest request);

}  // namespace attune::hypervisor
