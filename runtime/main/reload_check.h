// SPDX-License-Identifier: Apache-2.0
// ReloadCheck: whether a project that was read anew can take the place of the one that runs: it has no
// errors, what there is fits into it, and what is new finds a host. Pure; any thread.
#pragma once

#include <string>
#include <vector>

#include "dsl/project_loader.h"
#include "runtime/base/diagnostic.h"
#include "runtime/model/difference.h"
#include "runtime/system/system.h"

namespace attune::main {

struct ReloadCheck {
  std::vector<model::Difference> differences;  // none where it has errors
  std::string obstacle;                        // why it cannot, and what to do; empty: it can
};

// `now` is the system of the project that runs, `found` what was found in the new one.
ReloadCheck check_reload(const system::System& now, const dsl::LoadedProject& next, const Diagnostics& found);

}  // namespace attune::main
