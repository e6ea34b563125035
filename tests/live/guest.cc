// SPDX-License-Identifier: Apache-2.0
#include "tests/live/guest.h"

#include <array>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>

#include "examples/stream/sequence.h"

namespace attune::test {

bool Guest::connect() {
  connection_ = UniqueFd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const timeval patience{.tv_sec = 10, .tv_usec = 0};
  ::setsockopt(connection_.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  ::setsockopt(connection_.get(), SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(stream::kLoadPort);
  ::inet_pton(AF_INET, address_.c_str(), &address.sin_addr);
  if (::connect(connection_.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) == 0) return true;
  connection_.reset();
  return false;
}

std::string Guest::ask(const std::string& command) {
  if (!connection_ && !connect()) return {};
  const std::string line = command + '\n';
  std::array<char, 256> buffer{};
  ssize_t got = -1;
  if (::send(connection_.get(), line.data(), line.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(line.size()))
    got = ::recv(connection_.get(), buffer.data(), buffer.size(), 0);
  if (got > 0) return {buffer.data(), static_cast<size_t>(got)};
  connection_.reset();
  return {};
}

}  // namespace attune::test
