// SPDX-License-Identifier: Apache-2.0
#include "runtime/main/traffic_roster.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "runtime/system/stubs.h"
#include "runtime/traffic/sensor_line.h"
#include "wrappers/vm_domain.h"

namespace attune::main {

namespace {

constexpr int64_t kUsualPeriod = 30;  // seconds

bool is_sensor(const system::System& system, const system::Component& component) {
  const model::Wrapper* wrapper = system.project().wrapper_of(system.class_of(component));
  return wrapper != nullptr && main::is_sensor(*wrapper);
}

}  // namespace

bool is_sensor(const model::Wrapper& wrapper) {
  return wrapper.find_event(traffic::kTraffic) != nullptr &&
         wrapper.find_event(traffic::kTrafficPeriod) != nullptr;
}

bool has_sensors(const model::Project& project) {
  return std::any_of(project.wrappers.begin(), project.wrappers.end(),
                     [](const auto& entry) { return is_sensor(entry.second); });
}

traffic::Roster TrafficRoster::now() {
  traffic::Roster roster;
  std::map<system::ComponentId, std::vector<std::string>> macs;
  for (const system::Component* component : world_.system.components()) {
    const system::Host* host = world_.system.host_of(*component);
    if (host == nullptr) continue;
    if (component->lifecycle == system::Lifecycle::kStarted && is_sensor(world_.system, *component))
      roster.sensors.push_back({component->name, host->name});
    if (!system::may_run(component->lifecycle) ||
        system::start_key_of(world_.system, *component) != system::kVmKey)
      continue;
    const auto known = macs_.find(component->id);
    const auto& own = macs[component->id] =
        known == macs_.end() ? wrappers::vm_macs(world_, *component) : std::move(known->second);
    for (const std::string& mac : own) roster.interfaces.push_back({mac, component->name, host->name});
  }
  macs_ = std::move(macs);
  std::sort(roster.interfaces.begin(), roster.interfaces.end());
  std::sort(roster.sensors.begin(), roster.sensors.end());
  return roster;
}

int64_t period_of(const system::System& system) {
  for (const model::Class& one : system.project().classes) {
    const model::Wrapper* wrapper = system.project().wrapper_of(one);
    if (one.is_abstract || wrapper == nullptr || !is_sensor(*wrapper)) continue;
    const model::Attribute* attribute = one.find_attribute("period");
    const auto* period = attribute && attribute->value ? attribute->value->get_if<Duration>() : nullptr;
    if (period == nullptr) continue;
    return std::max<int64_t>(1, std::chrono::floor<std::chrono::seconds>(*period).count());
  }
  return kUsualPeriod;
}

}  // namespace attune::main
