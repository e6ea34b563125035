// SPDX-License-Identifier: Apache-2.0
// The roster that the traffic collector joins by: which machines run where, with which MAC addresses, and
// which sensors count on which hosts, as the system has it now. Loop thread only.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "runtime/model/project.h"
#include "runtime/traffic/roster.h"
#include "wrappers/implementation.h"

namespace attune::main {

// Whether the wrapper is a traffic sensor's: it declares the events by which one tells what it counted.
bool is_sensor(const model::Wrapper& wrapper);
bool has_sensors(const model::Project& project);

class TrafficRoster {
 public:
  // The world must outlive it.
  explicit TrafficRoster(const wrappers::World& world) : world_(world) {}

  // Machines that may run, and sensors that are started; sorted. What a machine's addresses are is found out
  // once, when it first may run.
  traffic::Roster now();

 private:
  const wrappers::World& world_;
  std::map<system::ComponentId, std::vector<std::string>> macs_;
};

// The length of the periods that the sensors count, by the attribute `period` of the first one's class;
// 30 s where it says nothing.
int64_t period_of(const system::System& system);

}  // namespace attune::main
