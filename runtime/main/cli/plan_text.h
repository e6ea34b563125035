// SPDX-License-Identifier: Apache-2.0
// A plan as `attune plan` shows it: where each component would be, with its bindings, and in which order they
// would be called. One thread at a time.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "runtime/main/cli/dry_run.h"
#include "runtime/main/cli/output.h"

namespace attune::cli {

// `with_calls`: each call on a line of its own, with its arguments.
void write_plan(const Plan& plan, const system::System& system, bool with_calls, Output& out);

// Others by role, in the order of the roles' first bindings.
using RoleBindings = std::vector<std::pair<std::string, std::vector<std::string>>>;
RoleBindings bindings_of(const system::System& system, const system::Component& component);

}  // namespace attune::cli
