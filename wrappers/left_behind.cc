// SPDX-License-Identifier: Apache-2.0
#include "wrappers/left_behind.h"

#include <algorithm>

#include "runtime/system/stubs.h"

namespace attune::wrappers {

namespace {

bool is_left_on(const system::System& system, const system::Component& component, const system::Host& host) {
  const system::Component* holder = &component;
  while (holder != nullptr && holder->container != system::kNoComponent)
    holder = system.find(holder->container);
  return holder != nullptr &&
         std::find(holder->left_on.begin(), holder->left_on.end(), host.id) != holder->left_on.end();
}

}  // namespace

bool is_left_behind(const system::System& system, system::ComponentId id, std::string_view host_name) {
  const system::Host* host = system.find_host(host_name);
  const system::Component* component = system.find(id);
  return host != nullptr && component != nullptr && is_left_on(system, *component, *host);
}

std::vector<system::ComponentId> left_behind(const system::System& system, std::string_view host_name,
                                             std::string_view key) {
  std::vector<system::ComponentId> left;
  const system::Host* host = system.find_host(host_name);
  if (host == nullptr) return left;
  for (const system::Component* component : system.components()) {
    if (is_left_on(system, *component, *host) && start_key_of(system, *component) == key)
      left.push_back(component->id);
  }
  return left;
}

}  // namespace attune::wrappers
