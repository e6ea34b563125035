// SPDX-License-Identifier: Apache-2.0
// SshOptions: the limits that SSH connections keep to. The defaults are what the programs use; tests tighten
// them. Immutable values; any thread.
#pragma once

#include <chrono>
#include <cstddef>

#include "runtime/base/clock.h"

namespace attune::transport {

struct SshOptions {
  Duration connect_timeout = std::chrono::seconds(20);  // from the first packet to the login
  Duration silence = std::chrono::seconds(30);       // a connection that says nothing for so long is broken
  Duration open_timeout = std::chrono::seconds(10);  // ... and one that opens no channel within that
  Duration idle_extra = std::chrono::seconds(10);    // a host's second connection is closed after so long
  size_t connecting_at_once = 32;                    // handshakes in flight, over all hosts
  size_t commands_per_connection = 9;  // sshd's MaxSessions is 10; one stays free to end a command
  size_t connections_per_host = 8;     // commands beyond all of these wait
};

}  // namespace attune::transport
