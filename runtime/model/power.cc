// SPDX-License-Identifier: Apache-2.0
#include "runtime/model/power.h"

#include <algorithm>
#include <string>

namespace attune::model {

const HostDeclaration* find_declaration(const HostFamily& family, std::string_view host) {
  const auto found = std::find_if(family.hosts.begin(), family.hosts.end(),
                                  [&](const HostDeclaration& one) { return one.name == host; });
  return found == family.hosts.end() ? nullptr : &*found;
}

std::string_view power_of(const HostDeclaration& host) {
  const auto found = host.properties.find(std::string(kPower));
  if (found == host.properties.end() || found->second == kNoPower) return {};
  return found->second;
}

bool has_power(const HostFamily& family) {
  return std::any_of(family.hosts.begin(), family.hosts.end(),
                     [](const HostDeclaration& host) { return !power_of(host).empty(); });
}

int64_t reserve_of(const HostFamily& family) {
  for (const Attribute& attribute : family.attributes)
    if (attribute.name == kReserve && attribute.value)
      if (const auto* number = attribute.value->get_if<int64_t>()) return *number;
  return 1;
}

}  // namespace attune::model
