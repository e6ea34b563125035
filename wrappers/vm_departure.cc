// SPDX-License-Identifier: Apache-2.0
#include "wrappers/vm_departure.h"

#include <fmt/format.h>

namespace attune::wrappers {

void distrust(World& world, const std::vector<std::string>& off, const std::string& component,
              const std::string& from) {
  for (const std::string& name : off) {
    const system::Host* host = world.system.find_host(name);
    if (host == nullptr || host->state != system::HostState::kOff) continue;
    if (world.observed)
      world.observed(system::HostChanged{.host = name, .state = system::HostState::kDown}, "libvirt " + from);
    world.alert(fmt::format("{0} is no longer taken for off: {1} has left {2}, and none of the hosts that "
                            "answer has it; make sure that it is off and say so: attune off {0}",
                            name, component, from),
                component);
  }
}

std::string astray_text(const std::string& name, const std::string& component, const std::string& from) {
  return fmt::format(
      "{0} was migrated away from {1}, and no host of its family has it: migrate it back, or end it where it "
      "runs and say so: attune call {2} kill",
      name, from, component);
}

}  // namespace attune::wrappers
