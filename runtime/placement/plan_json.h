// SPDX-License-Identifier: Apache-2.0
// A Plan, or findings, as JSON, version 1: docs/placement.md. Pure; any thread.
#pragma once

#include <string>

#include "runtime/placement/finding.h"
#include "runtime/placement/plan.h"

namespace attune::placement {

// Indented, with a line's end.
std::string json_of(const Plan& plan, const State& state);
std::string json_of(const Findings& findings);

}  // namespace attune::placement
