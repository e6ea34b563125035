// SPDX-License-Identifier: Apache-2.0
// Where among a family's hosts a domain runs: what keeps a VM from being started twice, and finds one that
// somebody else has moved. Loop thread only.
#pragma once

#include <string>
#include <vector>

#include "wrappers/implementation.h"

namespace attune::wrappers {

struct Sighting {
  std::string host;
  ports::DomainState state = ports::DomainState::kShutOff;
};

// The family's other hosts that have the domain running or paused, in their order. Asks all that are not
// known to be down, side by side; who does not answer is passed over.
Task<std::vector<Sighting>> search_elsewhere(World& world, ports::DomainId domain, std::string host);

}  // namespace attune::wrappers
