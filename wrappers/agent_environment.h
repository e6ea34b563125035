// SPDX-License-Identifier: Apache-2.0
// The environment by which an OCF resource agent gets its parameters (resource agent API 1.1, section 3).
// Pure; loop thread only.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "runtime/base/result.h"
#include "wrappers/agent_name.h"
#include "wrappers/implementation.h"

namespace attune::wrappers {

using Environment = std::vector<std::pair<std::string, std::string>>;

// OCF_RESKEY_ and the parameter's name (agent_name.h) of each attribute of the component that has a value and
// is no Secret, the navigation in it filled; OCF_CHECK_LEVEL from the attribute `check_level`; and what the
// API asks for beside. The Error names the attribute that cannot be filled.
Result<Environment> agent_environment(const World& world, const AgentName& agent, const workflow::Call& call);

// The names of the component's Secrets, which come by another way (secrets.h).
std::vector<std::string> agent_secrets(const system::System& system, const system::Component& component);

}  // namespace attune::wrappers
