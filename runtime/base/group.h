// SPDX-License-Identifier: Apache-2.0
// Groups of this machine's users, by the names that settings give them. Any thread.
#pragma once

#include <string>

#include <sys/types.h>

#include "runtime/base/result.h"

namespace attune {

// Without a name the process's own. kNotFound where there is no such group.
Result<gid_t> find_group(const std::string& name);

}  // namespace attune
