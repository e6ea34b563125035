// SPDX-License-Identifier: Apache-2.0
// Event: something that happened to a component, as it stands in the manager's queue. docs/events.md has the
// line that probes write. Immutable values; any thread.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "runtime/base/clock.h"

namespace attune::workflow {

struct Event {
  std::string name;       // "cpu_high"
  std::string component;  // the name of the component it is about; empty for a timer's
  std::vector<std::pair<std::string, std::string>> values;  // as written; typed by the event's declaration
  std::string source;  // who sent it: "pipe", "probe1", "attune (root)", "libvirt lab1", "timer", "run 7"
  Instant received{};
};

// The events that the manager itself raises.
inline constexpr std::string_view kHostDown = "host_down", kHostUp = "host_up", kVmCrashed = "vm_crashed",
                                  kVmStopped = "vm_stopped", kVmMoved = "vm_moved",
                                  kComponentFailed = "component_failed", kProbeFailed = "probe_failed",
                                  kRunFailed = "run_failed", kRegroup = "regroup", kHostEmpty = "host_empty",
                                  kOverloadSite = "overload_site";

// Those of them that others tell it, with new prices and capacities of a site or a host.
inline constexpr std::string_view kPriceChanged = "price_changed", kCapacityChanged = "capacity_changed";

inline bool is_about_host(std::string_view event) {
  return event == kHostDown || event == kHostUp || event == kHostEmpty;
}
// About a site or a host, and no component of theirs.
inline bool is_about_place(std::string_view event) {
  return event == kOverloadSite || event == kPriceChanged || event == kCapacityChanged;
}

}  // namespace attune::workflow
