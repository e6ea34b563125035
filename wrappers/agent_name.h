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

}  // namespace attune::wrappers
