// SPDX-License-Identifier: Apache-2.0
// Whether a host has the memory for one more guest by its own word: asked before a migration and before a
// boot, since on a host that is overbooked the kernel ends some guest or other.
#pragma once

#include <cstdint>
#include <string>

#include "runtime/base/result.h"
#include "runtime/hypervisor/connection.h"
#include "runtime/ports/hypervisor.h"

namespace attune::hypervisor {

// kNoSpace: it has not; the message says what is missing. A capacity that names no free memory, as of a
// driver that cannot tell, refuses nothing. Pure; any thread.
Result<void> check_memory(const ports::HostCapacity& of, const std::string& host, const std::string& domain,
                          uint64_t needed_bytes);

// The same, with what the host says now. An Error, too, where it cannot be asked. Blocks: worker threads
// only.
Result<void> check_memory(Connection& host, const std::string& domain, uint64_t needed_bytes);

}  // namespace attune::hypervisor
