// SPDX-License-Identifier: Apache-2.0
#include "runtime/workflow/off_hosts.h"

#include <variant>

#include "runtime/model/power.h"

namespace attune::workflow {

namespace {
constexpr std::string_view kBrokenOff = " (broken off)";
}

std::string switched_by(std::string_view device, std::string_view stub) {
  return std::string(device).append(".").append(stub);
}

bool has_broken_off(std::string_view by) {
  return by.ends_with(kBrokenOff);
}

std::string broken_off_by(std::string by) {
  if (!has_broken_off(by)) by += kBrokenOff;
  return by;
}

bool is_switched_off_by(std::string_view by) {
  if (has_broken_off(by)) by.remove_suffix(kBrokenOff.size());
  return by.size() > model::kPowerOff.size() && by.ends_with(model::kPowerOff) &&
         by[by.size() - model::kPowerOff.size() - 1] == '.';
}

// What is told again of one that is off, such as its maintenance, is no news; that it broke off is.
void OffHosts::changed(const SystemChanged& changed, WallTime at) {
  const auto* host = std::get_if<system::HostChanged>(&changed.change);
  if (host == nullptr) return;
  if (host->state != system::HostState::kOff) {
    all_.erase(host->host);
    return;
  }
  const auto [known, is_new] = all_.try_emplace(host->host, Off{at, changed.by});
  if (!is_new && has_broken_off(changed.by)) known->second.by = changed.by;
}

const OffHosts::Off* OffHosts::find(std::string_view host) const {
  const auto found = all_.find(host);
  return found == all_.end() ? nullptr : &found->second;
}

}  // namespace attune::workflow
