// SPDX-License-Identifier: Apache-2.0
#include "probes/traffic/servers.h"

#include <algorithm>
#include <cstring>
#include <memory>

#include <fmt/format.h>
#include <netdb.h>
#include <netinet/in.h>

namespace attune::probes {

namespace {

bool is_same(const traffic_address& one, const traffic_address& other) {
  return one.family == other.family && std::memcmp(one.bytes, other.bytes, sizeof(one.bytes)) == 0;
}

void add(const addrinfo& found, std::vector<traffic_address>& addresses) {
  traffic_address address{};
  if (found.ai_family == AF_INET) {
    address.family = TRAFFIC_IPV4;
    const auto* socket = reinterpret_cast<const sockaddr_in*>(found.ai_addr);
    std::memcpy(address.bytes, &socket->sin_addr, sizeof(socket->sin_addr));
  } else if (found.ai_family == AF_INET6) {
    address.family = TRAFFIC_IPV6;
    const auto* socket = reinterpret_cast<const sockaddr_in6*>(found.ai_addr);
    std::memcpy(address.bytes, &socket->sin6_addr, sizeof(socket->sin6_addr));
  } else {
    return;
  }
  const bool is_known = std::any_of(addresses.begin(), addresses.end(),
                                    [&](const traffic_address& one) { return is_same(one, address); });
  if (!is_known) addresses.push_back(address);
}

}  // namespace

Result<std::vector<traffic_address>> look_up(const std::vector<std::string>& names) {
  std::vector<traffic_address> addresses;
  for (const std::string& name : names) {
    addrinfo wanted{};
    wanted.ai_family = AF_UNSPEC;
    wanted.ai_socktype = SOCK_STREAM;
    addrinfo* first = nullptr;
    const int error = ::getaddrinfo(name.c_str(), nullptr, &wanted, &first);
    const std::unique_ptr<addrinfo, void (*)(addrinfo*)> found(error == 0 ? first : nullptr, ::freeaddrinfo);
    if (error != 0)
      return fail(ErrorCode::kUnreachable,
                  fmt::format("the address of the server '{}' is not found: {}; name it by its address", name,
                              ::gai_strerror(error)));
    for (const addrinfo* one = found.get(); one != nullptr; one = one->ai_next) add(*one, addresses);
  }
  return addresses;
}

}  // namespace attune::probes
