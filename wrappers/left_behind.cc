// SPDX-License-Identifier: Apache-2.0
#include "wrappers/left_behind.h"

#include <algorithm>

#include "runtime/system/stubs.h"
#include "runtime/workflow/undo.h"

namespace attune::wrappers {

namespace {

bool is_left_on(const system::Component& holder, const system::Host& host) {
  return std::find(holder.left_on.begin(), holder.left_on.end(), host.id) != holder.left_on.end();
}

void add_with_contents(const system::System& system, const system::Component& component, std::string_view key,
                       std::vector<system::ComponentId>& to) {
  if (start_key_of(system, component) == key) to.push_back(component.id);
  for (const system::Component* content : system.contents(component))
    add_with_contents(system, *content, key, to);
}

}  // namespace

bool starts_only_by(const system::System& system, system::ComponentId id, std::string_view key) {
  const system::Component* component = system.find(id);
  if (component == nullptr) return false;
  const std::string_view own = start_key_of(system, *component);
  const auto contents = system.contents(*component);
  return (own.empty() || own == key) && std::all_of(contents.begin(), contents.end(), [&](const auto* one) {
           return starts_only_by(system, one->id, key);
         });
}

bool is_left_behind(const system::System& system, system::ComponentId id, std::string_view host_name) {
  const system::Host* host = system.find_host(host_name);
  const system::Component* component = system.find(id);
  return host != nullptr && component != nullptr &&
         is_left_on(*system.find(workflow::placed_as(system, *component)), *host);
}

std::vector<system::ComponentId> left_behind(const system::System& system, std::string_view host_name,
                                             std::string_view key) {
  std::vector<system::ComponentId> left;
  const system::Host* host = system.find_host(host_name);
  if (host == nullptr) return left;
  for (const system::Component* holder : system.left_behind())
    if (is_left_on(*holder, *host)) add_with_contents(system, *holder, key, left);
  std::sort(left.begin(), left.end());
  return left;
}

}  // namespace attune::wrappers
