// SPDX-License-Identifier: Apache-2.0
// A plan as `attune plan --json` gives it: docs/command-line.md. One thread at a time.
#pragma once

#include "runtime/main/cli/dry_run.h"
#include "runtime/main/cli/output.h"

namespace attune::cli {

// Written piece by piece, so that a large plan is not in memory a second time.
void write_plan_json(const Plan& plan, const system::System& system, Output& out);

}  // namespace attune::cli
