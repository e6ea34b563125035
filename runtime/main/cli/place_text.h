// SPDX-License-Identifier: Apache-2.0
// A placement's plan for people, as `attune place` shows it: docs/placement.md. One thread at a time.
#pragma once

#include "runtime/main/cli/output.h"
#include "runtime/placement/plan.h"

namespace attune::cli {

void write_plan(const placement::Plan& plan, const placement::State& state, Output& out);

}  // namespace attune::cli
