// SPDX-License-Identifier: Apache-2.0
// Where a machine is, asked of all who could have it, before it is started and when a manager takes it over.
// What a migration that broke off has left behind is settled on the way. Loop thread only.
#pragma once

#include <string>
#include <vector>

#include "runtime/system/component.h"
#include "wrappers/implementation.h"
#include "wrappers/vm_search.h"

namespace attune::wrappers {

// The domain and the host where the system has it.
struct Site {
  ports::DomainId domain;
  std::string host;  // its name
  std::string uri;
};

struct Whereabouts {
  // kStarted, kStopped, or kLost: hosts that do not answer may have it.
  system::Lifecycle lifecycle = system::Lifecycle::kStopped;
  std::string host;                  // where it was found
  std::vector<std::string> silent;   // of kLost: the hosts
  std::vector<std::string> defined;  // of kStopped: other hosts that have a mere definition of it
};

// `may_run`: it was not properly stopped, so that where nobody has it, a silent host may. kUnreachable: its
// own host does not answer, and nobody else has it. kExists: it runs on several hosts.
Task<Result<Whereabouts>> whereabouts_of(World& world, VmSearch& search, Site own, bool may_run);

}  // namespace attune::wrappers
