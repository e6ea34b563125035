// SPDX-License-Identifier: Apache-2.0
#include "runtime/control/peer.h"

#include <array>

#include <fmt/format.h>
#include <pwd.h>
#include <sys/socket.h>

namespace attune::control {

std::string peer_of(int fd) {
  ucred credentials{};
  socklen_t size = sizeof credentials;
  if (::getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &credentials, &size) != 0) return "attune (unknown)";
  std::array<char, 16 * 1024> buffer{};
  passwd entry{};
  passwd* found = nullptr;
  ::getpwuid_r(credentials.uid, &entry, buffer.data(), buffer.size(), &found);
  return found != nullptr ? fmt::format("attune ({})", found->pw_name)
                          : fmt::format("attune (user {})", credentials.uid);
}

bool is_closed_by_peer(int fd) {
  char byte = 0;
  return ::recv(fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) == 0;
}

}  // namespace attune::control
