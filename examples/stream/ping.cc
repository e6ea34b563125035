// SPDX-License-Identifier: Apache-2.0
#include "examples/stream/ping.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/ip.h>
#include <netinet/ip_icmp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <bit>
#include <cerrno>
#include <cstring>

namespace attune::stream {
namespace {

struct Echo {
  icmphdr header{};
  Instant sent{};
};

// The internet checksum (RFC 1071).
uint16_t checksum(const Echo& echo) {
  const auto words = std::bit_cast<std::array<uint16_t, sizeof(Echo) / 2>>(echo);
  uint32_t sum = 0;
  for (const uint16_t word : words) sum += word;
  sum = (sum & 0xffff) + (sum >> 16);
  return static_cast<uint16_t>(~(sum + (sum >> 16)));
}

}  // namespace

Result<Ping> Ping::open(const std::string& address) {
  sockaddr_in to{};
  to.sin_family = AF_INET;
  if (inet_pton(AF_INET, address.c_str(), &to.sin_addr) != 1)
    return fail(ErrorCode::kInvalid, "'" + address + "' is not an IPv4 address");
  UniqueFd fd(socket(AF_INET, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_ICMP));
  if (!fd)
    return fail(ErrorCode::kDenied, std::string("pings need root or CAP_NET_RAW: ") + std::strerror(errno));
  // Connected, so that the kernel drops what comes from elsewhere.
  if (connect(fd.get(), reinterpret_cast<sockaddr*>(&to), sizeof to) != 0)
    return fail(ErrorCode::kUnreachable, "no way to " + address + ": " + std::strerror(errno));
  return Ping(std::move(fd), static_cast<uint16_t>(getpid()));
}

void Ping::send(Instant now) {
  Echo echo;
  echo.header.type = ICMP_ECHO;
  echo.header.un.echo.id = htons(id_);
  echo.header.un.echo.sequence = htons(++sequence_);
  echo.sent = now;
  echo.header.checksum = checksum(echo);
  (void)!::send(fd_.get(), &echo, sizeof echo, MSG_NOSIGNAL);
}

std::optional<Duration> Ping::receive(Instant now) {
  std::array<unsigned char, 256> packet;
  for (ssize_t size = 0; (size = recv(fd_.get(), packet.data(), packet.size(), 0)) >= 0;) {
    const size_t ip_header = static_cast<size_t>(packet[0] & 0x0f) * 4;
    if (static_cast<size_t>(size) < ip_header + sizeof(Echo)) continue;
    Echo echo;
    std::memcpy(&echo, packet.data() + ip_header, sizeof echo);
    if (echo.header.type != ICMP_ECHOREPLY || ntohs(echo.header.un.echo.id) != id_) continue;
    return now - echo.sent;
  }
  return std::nullopt;
}

}  // namespace attune::stream
