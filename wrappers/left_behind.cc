// SPDX-License-Identifier: Apache-2.0
#include "wrappers/left_behind.h"

#include <algorithm>

#include "runtime/system/stubs.h"

namespace attune::wrappers {

bool is_left_behind(const system::System& system, system::ComponentId id, std::string_view host_name) {
  const system::Host* host = system.find_host(host_name);
  const system::Component* holder = system.find(id);
  while (holder != nullptr && holder->container != system::kNoComponent)
    holder = system.find(holder->container);
  if (host == nullptr || holder == nullptr) return false;
  return std::find(holder->left_on.begin(), holder->left_on.end(), host->id) != holder->left_on.end();
}

std::vector<system::ComponentId> left_behind(const system::System& system, std::string_view host,
                                             std::string_view key) {
  std::vector<system::ComponentId> left;
  for (const system::Component* component : system.components()) {
    if (is_left_behind(system, component->id, host) && start_key_of(system, *component) == key)
      left.push_back(component->id);
  }
  return left;
}

}  // namespace attune::wrappers
