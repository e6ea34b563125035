// SPDX-License-Identifier: Apache-2.0
// RingCounter: counts by packet sockets with a ring that the kernel fills (TPACKET_V3), one for each tap,
// where eBPF is not allowed. It asks the socket for more than libpcap passes on: how many packets a
// super-packet stands for. Each packet goes to the side of the kernel's own time stamp. One thread, that of
// the sensor.
#pragma once

#include <memory>

#include "probes/traffic/counter.h"

namespace attune::probes {

// Needs CAP_NET_RAW; kDenied without it.
Result<std::unique_ptr<Counter>> open_ring_counter(const Bounds& bounds,
                                                   std::vector<traffic_address> servers);

}  // namespace attune::probes
