// SPDX-License-Identifier: Apache-2.0
#include "runtime/control/peer.h"

#include <cerrno>

#include <fmt/format.h>
#include <sys/socket.h>

#include "runtime/base/user.h"

namespace attune::control {

namespace {

std::vector<gid_t> groups_of(int fd, gid_t first) {
  std::vector<gid_t> groups(64);
  auto size = static_cast<socklen_t>(groups.size() * sizeof(gid_t));
  int failed = ::getsockopt(fd, SOL_SOCKET, SO_PEERGROUPS, groups.data(), &size);
  if (failed != 0 && errno == ERANGE) {  // it has said how much room it needs
    groups.resize(size / sizeof(gid_t));
    failed = ::getsockopt(fd, SOL_SOCKET, SO_PEERGROUPS, groups.data(), &size);
  }
  groups.resize(failed == 0 ? size / sizeof(gid_t) : 0);
  groups.push_back(first);
  return groups;
}

}  // namespace

Peer peer_of(int fd) {
  ucred credentials{};
  socklen_t size = sizeof credentials;
  if (::getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &credentials, &size) != 0) return {};
  return {fmt::format("attune ({})", name_of_user(credentials.uid)), credentials.uid,
          groups_of(fd, credentials.gid)};
}

bool is_closed_by_peer(int fd) {
  char byte = 0;
  return ::recv(fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) == 0;
}

}  // namespace attune::control
