// SPDX-License-Identifier: Apache-2.0
#include "wrappers/left_behind.h"

#include <algorithm>

#include <fmt/format.h>

#include "runtime/system/stubs.h"
#include "runtime/workflow/undo.h"
#include "wrappers/agent.h"
#include "wrappers/container.h"
#include "wrappers/script.h"
#include "wrappers/unit.h"

namespace attune::wrappers {

namespace {

bool is_left_on(const system::Component& holder, const system::Host& host) {
  return std::find(holder.left_on.begin(), holder.left_on.end(), host.id) != holder.left_on.end();
}

// A family's name ends in a colon.
bool is_by(std::string_view start_key, std::string_view key) {
  return key.ends_with(':') ? start_key.starts_with(key) : start_key == key;
}

void add_with_contents(const system::System& system, const system::Component& component, std::string_view key,
                       std::vector<system::ComponentId>& to) {
  if (is_by(start_key_of(system, component), key)) to.push_back(component.id);
  for (const system::Component* content : system.contents(component))
    add_with_contents(system, *content, key, to);
}

}  // namespace

bool starts_only_by(const system::System& system, system::ComponentId id, std::string_view key) {
  const system::Component* component = system.find(id);
  if (component == nullptr) return false;
  const std::string_view own = start_key_of(system, *component);
  const auto contents = system.contents(*component);
  return (own.empty() || is_by(own, key)) &&
         std::all_of(contents.begin(), contents.end(),
                     [&](const auto* one) { return starts_only_by(system, one->id, key); });
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

void tell_left_behind(const World& world, std::string_view host, std::string_view key) {
  for (const system::ComponentId id : left_behind(world.system, host, key))
    world.log.warning(fmt::format(
        "{} was given another host while {} did not answer: what its stubs started there may still "
        "run, end it by hand",
        world.system.find(id)->name, host));
}

bool is_ended_by_stubs_only(std::string_view start_key) {
  return is_by(start_key, Script::kKey) || is_by(start_key, Agent::kFamily) ||
         is_by(start_key, Unit::kFamily) || is_by(start_key, Container::kKey);
}

}  // namespace attune::wrappers
