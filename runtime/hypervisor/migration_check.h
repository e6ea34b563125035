// SPDX-License-Identifier: Apache-2.0
// What could stand in a migration's way, asked before anything is done. Blocking: worker threads only.
#pragma once

#include "runtime/hypervisor/connection.h"
#include "runtime/ports/hypervisor.h"

namespace attune::hypervisor {

// The first obstacle as an Error: the domain does not run on the source, both are one host, the name or UUID
// is taken on the target, too little memory, no such virtualization or CPU, a disk out of reach.
Result<void> check_target(Connection& from, Connection& to, const ports::DomainId& domain);

}  // namespace attune::hypervisor
