// SPDX-License-Identifier: Apache-2.0
// SARIF: what was found in a project, as the forges and the editors that show findings read it. Any thread.
#pragma once

#include <string>

#include "runtime/base/diagnostic.h"

namespace attune::cli {

// A log of one run in the Static Analysis Results Interchange Format, version 2.1.0 (OASIS 2020). Those that
// their files allow are in it, as suppressed.
std::string findings_sarif(const Diagnostics& found);

}  // namespace attune::cli
