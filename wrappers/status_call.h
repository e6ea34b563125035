// SPDX-License-Identifier: Apache-2.0
// Adoption of what is asked by its `status`, as systemd's units and containers are: the call that asks, and
// the state that its answer tells. Pure; loop thread only.
#pragma once

#include <string>

#include "runtime/base/result.h"
#include "wrappers/implementation.h"

namespace attune::wrappers {

// The component's `status`, by the key of its `start`.
workflow::Call status_call(const World& world, const system::Component& component);

// Started or stopped; kUnreachable where it gave no answer.
Result<system::Lifecycle> state_told_by(const workflow::CallOutcome& status, const std::string& component);

}  // namespace attune::wrappers
