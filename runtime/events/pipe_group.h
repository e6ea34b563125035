// SPDX-License-Identifier: Apache-2.0
// The group whose members may write to the pipe and ask the daemon: `pipe.group` of attune.info. Any thread.
#pragma once

#include <string>

#include <sys/types.h>

#include "runtime/base/result.h"

namespace attune::events {

// Without a name the process's own. kNotFound where there is no such group.
Result<gid_t> find_group(const std::string& name);

}  // namespace attune::events
