// SPDX-License-Identifier: Apache-2.0
// LoadedFolder: a project's folder as `attune check` and `attune plan` read it, and what was found in it. Any
// thread.
#pragma once

#include <optional>
#include <string>

#include "dsl/project_loader.h"
#include "runtime/base/diagnostic.h"
#include "runtime/main/cli/console.h"

namespace attune::cli {

struct LoadedFolder {
  dsl::LoadedProject loaded;
  Diagnostics found;
};

// Nothing where there is no such folder, which is said. `further`: see load_project().
std::optional<LoadedFolder> load_folder(const std::string& path, Console& console,
                                        const dsl::FurtherCheck& further = {});

}  // namespace attune::cli
