// SPDX-License-Identifier: Apache-2.0
#include "runtime/main/journald.h"

#include <cstdint>
#include <cstring>

#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

namespace attune::main {

std::optional<Journald> Journald::find(int fd, const char* stream, std::string_view socket) {
  struct stat there {};
  if (stream == nullptr || ::fstat(fd, &there) != 0) return std::nullopt;
  if (stream != fmt::format("{}:{}", there.st_dev, there.st_ino)) return std::nullopt;
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (socket.size() >= sizeof address.sun_path) return std::nullopt;
  std::memcpy(address.sun_path, socket.data(), socket.size());
  UniqueFd made(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  if (!made || ::connect(made.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
    return std::nullopt;
  return Journald(std::move(made));
}

std::string Journald::encoded(const Fields& fields) {
  std::string text;
  for (const auto& [name, value] : fields) {
    if (value.empty()) continue;
    text += name;
    if (value.find('\n') == value.npos) {
      text += '=';
    } else {
      text += '\n';
      uint64_t length = value.size();
      for (int byte = 0; byte < 8; ++byte, length >>= 8) text += static_cast<char>(length & 0xff);
    }
    text += value;
    text += '\n';
  }
  return text;
}

bool Journald::send(const Fields& fields) const {
  const std::string text = encoded(fields);
  return ::send(socket_.get(), text.data(), text.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(text.size());
}

}  // namespace attune::main
