// SPDX-License-Identifier: Apache-2.0
#include "runtime/main/traffic_settings.h"

#include <chrono>
#include <string>

#include "runtime/model/settings.h"

namespace attune::main {

namespace {

// A part of a second counts as one.
int64_t seconds_of(const model::Project& project, std::string_view name) {
  return std::chrono::ceil<std::chrono::seconds>(model::setting_as<Duration>(project, name)).count();
}

}  // namespace

traffic::GroupSettings group_settings_of(const model::Project& project) {
  traffic::GroupSettings groups;
  groups.method =
      traffic::find_method(model::setting_as<std::string>(project, "traffic.method")).value_or(groups.method);
  groups.by =
      traffic::find_measure(model::setting_as<std::string>(project, "traffic.by")).value_or(groups.by);
  groups.minimum = static_cast<double>(model::setting_as<int64_t>(project, "traffic.minimum"));
  return groups;
}

TrafficSettings traffic_settings_of(const model::Project& project, int64_t seconds) {
  TrafficSettings settings;
  settings.collector.seconds = seconds;
  settings.collector.wait = seconds_of(project, "traffic.wait");
  if (const int64_t keep = seconds_of(project, "traffic.keep"); keep > 0) settings.keep.seconds = keep;
  settings.groups = group_settings_of(project);
  settings.stability.periods = static_cast<uint32_t>(model::setting_as<int64_t>(project, "traffic.periods"));
  return settings;
}

}  // namespace attune::main
