// SPDX-License-Identifier: Apache-2.0
// Host: a machine that components run on, with its capacity and its measured load. A component of a class of
// VMs is a host too, once it has an address. Loop thread only.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <utility>

#include "runtime/base/clock.h"
#include "runtime/model/project.h"
#include "runtime/model/value.h"
#include "runtime/system/component.h"

namespace attune::system {

// kDown: it does not answer, and what ran there may run on. kOff: a person, a fence or its power has switched
// it off, and nothing runs there; it stays so until it answers.
enum class HostState { kUnknown, kUp, kDown, kOff };
std::string_view name_of(HostState state);
// Whether something new may be put there.
inline bool is_usable(HostState state) {
  return state == HostState::kUnknown || state == HostState::kUp;
}

// What a change says of a host's maintenance: nothing is placed there while it lasts.
enum class Maintenance { kAsBefore, kBegun, kEnded };

// The use of a host's processors over the last kWindow, from the measurements that came in. What policies
// look at.
class Load {
 public:
  static constexpr Duration kWindow = std::chrono::seconds(10);

  void add(Instant at, model::Percent cpu);
  // Mean of what was measured within the window before `now`; nothing where there is no measurement.
  std::optional<model::Percent> mean(Instant now) const;

 private:
  std::deque<std::pair<Instant, double>> samples_;
};

struct Host {
  HostId id = kNoHost;
  std::string name;
  uint32_t family = UINT32_MAX;   // in Project::families; or
  ComponentId vm = kNoComponent;  // the VM that it is
  std::string address;
  unsigned cpus = 0;     // zero: not known yet
  model::Size memory{};  // zero: not known yet
  HostState state = HostState::kUnknown;
  bool in_maintenance = false;
  uint32_t site = UINT32_MAX;  // in System::sites(); of a VM ask site_of()
  model::HostTerms terms;
  Load load;  // measured, not journalled
};

}  // namespace attune::system
