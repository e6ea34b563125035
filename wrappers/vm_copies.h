// SPDX-License-Identifier: Apache-2.0
// Copies: what a host has of machines that the system has on another one. Asked when a host is back, or when
// libvirt tells of a start that was not expected there. Loop thread only.
#pragma once

#include <string>
#include <vector>

#include "runtime/system/component.h"
#include "wrappers/implementation.h"

namespace attune::wrappers {

struct Copy {
  enum class There {
    kRunning,
    kPaused,
    kNot,
    kSilent
  };  // what the system's own host for it says, if anything
  system::ComponentId component = system::kNoComponent;
  ports::DomainId domain;
  ports::DomainState here = ports::DomainState::kShutOff;
  std::string own;  // that host
  There there = There::kSilent;
};

// An Error where the host does not answer.
Task<Result<std::vector<Copy>>> find_copies(World& world, std::string host);

}  // namespace attune::wrappers
