// SPDX-License-Identifier: Apache-2.0
// Any bytes as an agent's meta-data: what is read has names, and each is found by its own.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "wrappers/agent_metadata.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto read = attune::wrappers::parse_agent_metadata({reinterpret_cast<const char*>(data), size});
  if (!read) return read.error().message.empty() ? (std::abort(), 0) : 0;
  for (const auto& one : read->parameters)
    if (one.name.empty() || read->find(one.name) == nullptr) std::abort();
  for (const auto& action : read->actions)
    if (action.empty() || !read->has_action(action)) std::abort();
  return 0;
}
