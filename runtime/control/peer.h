// SPDX-License-Identifier: Apache-2.0
// Who is at the other end of a Unix socket, as the kernel says. Any thread.
#pragma once

#include <string>

namespace attune::control {

// "attune (root)"; the number where the user has no name. `fd` is a connected Unix socket.
std::string peer_of(int fd);

// Whether the peer has closed its end.
bool is_closed_by_peer(int fd);

}  // namespace attune::control
