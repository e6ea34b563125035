// SPDX-License-Identifier: Apache-2.0
// What a live migration costs, by the pre-copy model: Clark et al., "Live Migration of Virtual Machines"
// (NSDI 2005), as a geometric series: each round sends what was dirtied during the one before. Pure; any
// thread.
#pragma once

namespace attune::placement {

struct Migration {
  double duration = 0;  // seconds, from the first page to the resumed VM
  double downtime = 0;  // seconds of it that the VM stands still
  double traffic = 0;   // bytes
};

// How much slower a VM is while it is copied: Clark et al. measured 765 instead of 870 Mbit/s of a web
// server.
inline constexpr double kSlowdown = 0.12;

// `memory` in bytes; the rates, and the bandwidth (above 0), in bytes per second.
Migration predict(double memory, double dirty_rate, double bandwidth, double latency);

}  // namespace attune::placement
