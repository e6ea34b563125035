// SPDX-License-Identifier: Apache-2.0
#include "runtime/workflow/off_hosts.h"

#include <variant>

namespace attune::workflow {

// What is told again of one that is off, such as its maintenance, is no news.
void OffHosts::changed(const SystemChanged& changed, WallTime at) {
  const auto* host = std::get_if<system::HostChanged>(&changed.change);
  if (host == nullptr) return;
  if (host->state == system::HostState::kOff)
    all_.try_emplace(host->host, Off{at, changed.by});
  else
    all_.erase(host->host);
}

const OffHosts::Off* OffHosts::find(std::string_view host) const {
  const auto found = all_.find(host);
  return found == all_.end() ? nullptr : &found->second;
}

}  // namespace attune::workflow
