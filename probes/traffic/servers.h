// SPDX-License-Identifier: Apache-2.0
// The servers to which what VMs send is counted as well, where they were given by name: looked up once, when
// the sensor begins. May wait for the network.
#pragma once

#include <string>
#include <vector>

#include "probes/traffic/counted.h"
#include "runtime/base/result.h"

namespace attune::probes {

// All addresses of each name, IPv4 and IPv6, each once. kUnreachable: the message says which name, and why.
Result<std::vector<traffic_address>> look_up(const std::vector<std::string>& names);

}  // namespace attune::probes
