// SPDX-License-Identifier: Apache-2.0
// ServiceWatchdog: tells systemd that the loop still turns (sd_watchdog_enabled(3)), as often as the unit's
// WatchdogSec asks. A loop that hangs is silent, and systemd starts the manager anew. Loop thread only.
#pragma once

#include <memory>

#include "runtime/base/clock.h"
#include "runtime/ports/loop.h"

namespace attune::main {

class ServiceWatchdog {
 public:
  // Does nothing where nobody watches this process. The loop must outlive it.
  explicit ServiceWatchdog(ports::Loop& loop);

 private:
  void beat();

  ports::Loop& loop_;
  const Duration period_;  // zero: nobody watches
  std::unique_ptr<ports::Loop::Timer> next_;
};

}  // namespace attune::main
