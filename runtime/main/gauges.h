// SPDX-License-Identifier: Apache-2.0
// Gauges: what is so at this moment, as Prometheus' metrics: components and hosts by their states, loads,
// queues, the journal's size. Loop thread only.
#pragma once

#include <cstdint>
#include <vector>

#include <prometheus/metric_family.h>

#include "runtime/control/daemon.h"

namespace attune::main {

std::vector<prometheus::MetricFamily> gauges(const control::Daemon& daemon, uint64_t journal_bytes);

}  // namespace attune::main
