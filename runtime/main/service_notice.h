// SPDX-License-Identifier: Apache-2.0
// What systemd is told of the daemon's state (sd_notify(3), without its library): one datagram to the socket
// in $NOTIFY_SOCKET. Any thread.
#pragma once

#include <string_view>

namespace attune::main {

// "READY=1", "STOPPING=1", "STATUS=...". Nothing happens where nobody wants to know.
void notify_service(std::string_view state);

}  // namespace attune::main
