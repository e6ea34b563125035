// SPDX-License-Identifier: Apache-2.0
// TrafficSettings: what a project says of the traffic that is collected, as the collector and those who find
// groups take it. Read once, when the manager is made. Pure; any thread.
#pragma once

#include <cstdint>

#include "runtime/model/project.h"
#include "runtime/traffic/collector.h"
#include "runtime/traffic/groups.h"
#include "runtime/traffic/keeper.h"
#include "runtime/traffic/stable_groups.h"

namespace attune::main {

struct TrafficSettings {
  traffic::CollectorSettings collector;
  traffic::Keep keep;
  traffic::GroupSettings groups;
  traffic::StabilitySettings stability;
};

// `seconds`: the length of the sensors' periods. The project must have been checked.
TrafficSettings traffic_settings_of(const model::Project& project, int64_t seconds);
// By what groups are found, where nobody asks otherwise.
traffic::GroupSettings group_settings_of(const model::Project& project);

}  // namespace attune::main
