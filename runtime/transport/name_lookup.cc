// SPDX-License-Identifier: Apache-2.0
#include "runtime/transport/name_lookup.h"

#include <array>
#include <memory>
#include <utility>

#include <fmt/format.h>
#include <netdb.h>
#include <netinet/in.h>

#include "runtime/base/address.h"

namespace attune::transport {

namespace {

Result<std::vector<std::string>> resolve(const std::string& name) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* raw = nullptr;
  const int rc = getaddrinfo(name.c_str(), nullptr, &hints, &raw);
  if (rc != 0) {
    return fail(ErrorCode::kUnreachable,
                fmt::format("its address '{}' is not known ({}): check the name, or give a number", name,
                            gai_strerror(rc)));
  }
  const std::unique_ptr<addrinfo, void (*)(addrinfo*)> all(raw, freeaddrinfo);
  std::vector<std::string> addresses;
  for (const addrinfo* one = raw; one != nullptr; one = one->ai_next) {
    std::array<char, NI_MAXHOST> text{};
    if (getnameinfo(one->ai_addr, one->ai_addrlen, text.data(), text.size(), nullptr, 0, NI_NUMERICHOST) ==
        0) {
      addresses.emplace_back(text.data());
    }
  }
  return addresses;
}

}  // namespace

void NameLookup::find(const std::string& address, Done done) {
  if (is_ip_address(address)) return done(std::vector<std::string>{address});
  worker_.post([this, address, done = std::move(done)]() mutable {
    auto found = resolve(address);
    io_.post([found = std::move(found), done = std::move(done)]() mutable { done(std::move(found)); });
  });
}

}  // namespace attune::transport
