// SPDX-License-Identifier: Apache-2.0
// AgentMetadata: what an OCF resource agent says of itself in its meta-data: its parameters and its actions.
// Pure; any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "runtime/base/result.h"

namespace attune::wrappers {

struct AgentParameter {
  std::string name;
  std::string type;          // "string", "integer", "boolean"; others are agents' own
  bool is_required = false;  // and has no default
};

struct AgentMetadata {
  std::vector<AgentParameter> parameters;
  std::vector<std::string> actions;  // start, stop, migrate_to ...

  const AgentParameter* find(std::string_view parameter) const;
  bool has_action(std::string_view action) const;
};

// Of the XML that `AGENT meta-data` prints; kInvalid where it is none.
Result<AgentMetadata> parse_agent_metadata(std::string_view xml);

}  // namespace attune::wrappers
