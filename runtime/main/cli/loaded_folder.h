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

// Nothing where there is no such folder, which is said.
std::optional<LoadedFolder> load_folder(const std::string& path, Console& console);

// The findings as text: place, message, line, caret, hint.
void write_findings(const Diagnostics& found, Output& out);

size_t count(const Diagnostics& found, Severity severity);
// "3 errors and 1 warning"; "no errors".
std::string counts_text(const Diagnostics& found);
// {"project": ..., "errors": n, "warnings": n, "findings": [...]}
std::string findings_json(const LoadedFolder& folder);

}  // namespace attune::cli
