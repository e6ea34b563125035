// SPDX-License-Identifier: Apache-2.0
// KernelCounter: counts in the kernel, by eBPF programs (traffic.bpf.c) at the clsact hooks of the taps. The
// border is handed to the programs beforehand, so each packet goes to the side of its own moment, however
// late this process wakes. One thread, that of the sensor.
#pragma once

#include <memory>

#include "probes/traffic/counter.h"

namespace attune::probes {

// Loads the programs; kDenied where the kernel allows no eBPF, and kFailed where it cannot run it. `identity`
// is what the filters on the taps are known by: one that another life of the same sensor has left is taken
// over.
Result<std::unique_ptr<Counter>> open_kernel_counter(std::uint32_t identity, const Bounds& bounds,
                                                     const std::vector<traffic_address>& servers);

}  // namespace attune::probes
