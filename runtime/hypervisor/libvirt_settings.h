// SPDX-License-Identifier: Apache-2.0
// LibvirtSettings: how patient the hypervisor is and how much it does at once. Immutable values; any thread.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>

#include "runtime/base/clock.h"

namespace attune::hypervisor {

// How soon a silent peer counts as gone: after interval x (count + 1).
struct Keepalive {
  std::chrono::seconds interval{5};
  unsigned count = 2;
};

struct LibvirtSettings {
  Keepalive keepalive;
  Duration open_timeout = std::chrono::seconds(10);     // for one connection
  Duration settle_patience = std::chrono::seconds(10);  // how long migrate() waits for a side to answer again
  Duration stall_timeout =
      std::chrono::seconds(20);  // a migration that moves nothing for so long is cancelled
  std::string folder;  // for scripts that ssh needs; empty: one below /tmp, gone with the hypervisor
  size_t calls_at_once = 16;
  size_t connections_at_once = 32;  // being made
  size_t migrations_at_once = 4;    // more wait for their turn
};

}  // namespace attune::hypervisor
