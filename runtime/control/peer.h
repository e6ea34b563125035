// SPDX-License-Identifier: Apache-2.0
// Peer: who is at the other end of a Unix socket, as the kernel says. Any thread.
#pragma once

#include <string>
#include <vector>

#include <sys/types.h>

namespace attune::control {

struct Peer {
  std::string name = "attune (unknown)";  // "attune (root)"; the number where the user has no name
  uid_t user = static_cast<uid_t>(-1);
  std::vector<gid_t> groups;  // all that its process had when it connected
};

// `fd` is a connected Unix socket.
Peer peer_of(int fd);

// Whether the peer has closed its end.
bool is_closed_by_peer(int fd);

}  // namespace attune::control
