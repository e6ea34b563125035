// SPDX-License-Identifier: Apache-2.0
// OwnRuns: what runs are called that no diagram stands for: those that a person or the manager itself starts.
// No event bears such a name, so that the journal never takes one for the other. Immutable; any thread.
#pragma once

#include <algorithm>
#include <iterator>
#include <string_view>

namespace attune::model {

inline constexpr std::string_view kCallRun = "call", kUndeployRun = "undeploy", kCreateRun = "create",
                                  kRemoveRun = "remove", kMaintenanceRun = "maintenance", kFenceRun = "fence",
                                  kPowerOnRun = "power_on";

inline bool is_own_run(std::string_view name) {
  constexpr std::string_view kAll[] = {kCallRun,        kUndeployRun, kCreateRun, kRemoveRun,
                                       kMaintenanceRun, kFenceRun,    kPowerOnRun};
  return std::find(std::begin(kAll), std::end(kAll), name) != std::end(kAll);
}

}  // namespace attune::model
