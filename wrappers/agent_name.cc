// SPDX-License-Identifier: Apache-2.0
#include "wrappers/agent_name.h"

#include <fmt/format.h>

#include "wrappers/agent.h"
#include "wrappers/program_name.h"

namespace attune::wrappers {

std::string AgentName::path() const {
  return fmt::format("{}/resource.d/{}/{}", kOcfRoot, provider, agent);
}

Result<AgentName> parse_agent_name(std::string_view key) {
  const std::string_view member = member_of(key, Agent::kFamily);
  const size_t colon = member.find(':');
  if (colon != member.npos) {
    AgentName name{std::string(member.substr(0, colon)), std::string(member.substr(colon + 1))};
    if (is_program_name(name.provider) && is_program_name(name.agent)) return name;
  }
  return fail(ErrorCode::kInvalid, fmt::format("'{}' names no agent: write ocf:heartbeat:nginx", key));
}

std::string_view parameter_name(std::string_view attribute) {
  constexpr std::string_view kPrefix = "ocf_";
  return attribute.starts_with(kPrefix) && attribute != kPrefix ? attribute.substr(kPrefix.size())
                                                                : attribute;
}

}  // namespace attune::wrappers
