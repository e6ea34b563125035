// SPDX-License-Identifier: Apache-2.0
// Endpoint: an address and a port of TCP, as a setting names them. Pure; any thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "runtime/base/result.h"

namespace attune {

struct Endpoint {
  std::string address;  // of IPv4 or IPv6, without brackets
  uint16_t port = 0;    // 0: one that is free
  friend bool operator==(const Endpoint&, const Endpoint&) = default;
};

// "192.0.2.1:7443", "[2001:db8::1]:7443", "0.0.0.0:7443". kInvalid: neither, or a name.
Result<Endpoint> parse_endpoint(std::string_view text);
// As it is read.
std::string to_text(const Endpoint& endpoint);

}  // namespace attune
