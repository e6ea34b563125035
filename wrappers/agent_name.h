// SPDX-License-Identifier: Apache-2.0
// AgentName: which OCF resource agent a key names, and where it lies. Pure; any thread.
#pragma once

#include <string>
#include <string_view>

#include "runtime/base/result.h"

namespace attune::wrappers {

inline constexpr std::string_view kOcfRoot = "/usr/lib/ocf";

struct AgentName {
  std::string provider, agent;  // heartbeat, nginx
  std::string path() const;     // below kOcfRoot
};

// Of ocf:PROVIDER:AGENT; the Error says what was expected.
Result<AgentName> parse_agent_name(std::string_view key);

// The parameter that an attribute of a class gives: its own name, and of ocf_state, where the languages have
// `state` for something else, what stands behind ocf_.
std::string_view parameter_name(std::string_view attribute);

}  // namespace attune::wrappers
