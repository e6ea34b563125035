// SPDX-License-Identifier: Apache-2.0
// Findings: what was found in files of a project, as text for a person and as JSON for programs. Any thread.
#pragma once

#include <cstddef>
#include <string>

#include "runtime/base/diagnostic.h"
#include "runtime/main/cli/output.h"

namespace attune::cli {

// Each as place, message, line, caret, path and hint; at the first of each code also why it matters. Those
// that their files allow are left out; of hundreds the first ones are written, and how many more there are.
void write_findings(const Diagnostics& found, Output& out);

// Those that count.
size_t count(const Diagnostics& found, Severity severity);
// "3 errors and 1 warning"; "no errors, 2 warnings allowed".
std::string counts_text(const Diagnostics& found);

// {"project": ..., "errors": n, "warnings": n, "allowed": n, "findings": [...]}
std::string findings_json(const std::string& project, const Diagnostics& found);

}  // namespace attune::cli
