// SPDX-License-Identifier: Apache-2.0
// Adoption of what is asked by its `status`, as systemd's units and containers are: the call that asks, the
// state that its answer tells, and both in one. Loop thread only.
#pragma once

#include <string>

#include "runtime/base/result.h"
#include "runtime/base/task.h"
#include "wrappers/implementation.h"

namespace attune::wrappers {

// The component's `status`, by the key of its `start`.
workflow::Call status_call(const World& world, const system::Component& component);

// Started or stopped; kUnreachable where it gave no answer.
Result<system::Lifecycle> state_told_by(const workflow::CallOutcome& status, const std::string& component);

// What adopt() promises, of what this implements: where it may run its `status` is asked.
Task<Result<system::Lifecycle>> adopt_by_status(World& world, Implementation& implementation,
                                                system::ComponentId component);

}  // namespace attune::wrappers
