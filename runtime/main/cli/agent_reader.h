// SPDX-License-Identifier: Apache-2.0
// The meta-data of the OCF agents of this machine, for `attune check --agents`. It runs a program, so only
// one that root has put there and nobody else may change, with nothing of the project's in its environment.
// One thread.
#pragma once

#include <string>

#include "wrappers/agent_check.h"

namespace attune::cli {

// kNotFound where the agent is not here; kInvalid where it may not be run, or says nothing of use.
Result<wrappers::AgentMetadata> read_agent(const wrappers::AgentName& name);

// The rule: whether the file and every folder above it belong to root, and nobody else may write to them. The
// Error names what does not.
Result<void> may_be_run(const std::string& path);

}  // namespace attune::cli
