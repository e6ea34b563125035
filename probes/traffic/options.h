// SPDX-License-Identifier: Apache-2.0
// What the sensor is told by its arguments. Pure; any thread.
#pragma once

#include <map>
#include <span>
#include <string>
#include <vector>

#include "probes/traffic/counter.h"
#include "runtime/base/result.h"

namespace attune::probes {

struct Options {
  enum class Via { kAuto, kEbpf, kRing };

  std::string pipe;
  std::string sensor;
  std::int64_t period = 30;               // seconds
  std::vector<std::string> patterns;      // of the taps' names; `vnet*` where none is given
  std::map<std::string, Mac> interfaces;  // those that are named one by one, with their VM's MAC address
  std::vector<traffic_address> servers;
  std::vector<std::string> server_names;  // of others, whose addresses are to be looked up
  Bounds bounds;
  Via via = Via::kAuto;

  // Whether packets of this interface are counted.
  bool wants(const std::string& interface) const;
};

inline constexpr const char* kUsage =
    "usage: traffic-probe PIPE SENSOR [period=30s] [interfaces=vnet*] [interface=NAME=MAC] "
    "[servers=ADDRESS|NAME,...]\n"
    "                     [peers=1024] [table=65536] [via=auto|ebpf|ring]";

// kInvalid says which argument is wrong and what would be right.
Result<Options> parse_options(std::span<const std::string> arguments);

// "52:54:00:aa:bb:01"; kInvalid for anything else.
Result<Mac> parse_mac(const std::string& text);

}  // namespace attune::probes
