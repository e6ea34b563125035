// SPDX-License-Identifier: Apache-2.0
// What can be told of OCF agents before anything runs: whether a class has the parameters that its agent's
// meta-data asks for. Pure but for `read`; any thread.
#pragma once

#include <functional>

#include "runtime/base/diagnostic.h"
#include "runtime/model/project.h"
#include "wrappers/agent_metadata.h"
#include "wrappers/agent_name.h"

namespace attune::wrappers {

// An agent's meta-data; kNotFound where it is not on this machine.
using ReadAgent = std::function<Result<AgentMetadata>(const AgentName&)>;

// A key that names none is passed over: see file_rules().
void check_agents(const model::Project& project, const ReadAgent& read, Diagnostics& found);

}  // namespace attune::wrappers
