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

struct Search {
  std::vector<Sighting> seen;       // hosts that have it running or paused
  std::vector<std::string> silent;  // hosts that did not say, and are not known to be off: they may have it
};

bool is_on(ports::DomainState state);

// Asks the family's other hosts, all side by side; both lists are in their order. Who is known to be down is
// not waited for.
Task<Search> search_elsewhere(World& world, ports::DomainId domain, std::string host);

// "vm1 may run on lab2, which does not answer: ...", and what a person can do.
std::string doubt_text(const std::string& name, const std::vector<std::string>& silent);

}  // namespace attune::wrappers
