// SPDX-License-Identifier: Apache-2.0
#include "runtime/system/component.h"

#include <algorithm>

#include "runtime/model/state_names.h"

namespace attune::system {

constexpr auto& kNames = model::kComponentStates;

std::string_view name_of(Lifecycle lifecycle) {
  return kNames[static_cast<size_t>(lifecycle)];
}

std::optional<Lifecycle> find_lifecycle(std::string_view name) {
  const auto found = std::find(kNames.begin(), kNames.end(), name);
  if (found == kNames.end()) return std::nullopt;
  return static_cast<Lifecycle>(found - kNames.begin());
}

bool may_run(Lifecycle lifecycle) {
  switch (lifecycle) {
    case Lifecycle::kStarting:
    case Lifecycle::kStarted:
    case Lifecycle::kStopping:
    case Lifecycle::kLost:
      return true;
    case Lifecycle::kDeclared:
    case Lifecycle::kDeployed:
    case Lifecycle::kStopped:
    case Lifecycle::kFailed:
      return false;
  }
  return false;
}

}  // namespace attune::system
