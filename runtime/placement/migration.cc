// SPDX-License-Identifier: Apache-2.0
#include "runtime/placement/migration.h"

#include <algorithm>

namespace attune::placement {

namespace {

// When a hypervisor stops the VM and copies the rest: what is left takes no longer than this (QEMU's
// default),
constexpr double kGoodDowntime = 0.3;
// or these many rounds did not bring it so far, or so much was sent in vain (Xen's limits).
constexpr int kRounds = 29;
constexpr double kMostSent = 3;  // times the memory

}  // namespace

Migration predict(double memory, double dirty_rate, double bandwidth, double latency) {
  double left = memory, sent = 0;
  for (int round = 0; round < kRounds && left > bandwidth * kGoodDowntime; ++round) {
    if (sent + left > kMostSent * memory) break;
    sent += left;
    left = std::min(memory, dirty_rate * left / bandwidth);
  }
  Migration migration;
  migration.traffic = sent + left;
  migration.downtime = left / bandwidth + 2 * latency;
  migration.duration = sent / bandwidth + migration.downtime;
  return migration;
}

}  // namespace attune::placement
