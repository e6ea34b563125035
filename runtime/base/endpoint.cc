// SPDX-License-Identifier: Apache-2.0
#include "runtime/base/endpoint.h"

#include <charconv>

#include <fmt/format.h>

#include "runtime/base/address.h"
#include "runtime/base/log.h"

namespace attune {

namespace {

bool read_port(std::string_view text, uint16_t& port) {
  const auto end = std::from_chars(text.data(), text.data() + text.size(), port);
  return !text.empty() && end.ec == std::errc() && end.ptr == text.data() + text.size();
}

}  // namespace

Result<Endpoint> parse_endpoint(std::string_view text) {
  Endpoint endpoint;
  const size_t colon = text.rfind(':');
  const std::string_view host = text.substr(0, colon);
  const bool is_bracketed = host.size() > 2 && host.front() == '[' && host.back() == ']';
  endpoint.address = std::string(is_bracketed ? host.substr(1, host.size() - 2) : host);
  const bool is_right = colon != text.npos && read_port(text.substr(colon + 1), endpoint.port) &&
                        (is_bracketed ? is_ipv6(endpoint.address) : is_ipv4(endpoint.address));
  if (is_right) return endpoint;
  return fail(ErrorCode::kInvalid,
              fmt::format("'{}' is no address with a port, such as 192.0.2.1:7443 or [2001:db8::1]:7443",
                          printable(text)));
}

std::string to_text(const Endpoint& endpoint) {
  const bool is_v6 = endpoint.address.find(':') != std::string::npos;
  return fmt::format(fmt::runtime(is_v6 ? "[{}]:{}" : "{}:{}"), endpoint.address, endpoint.port);
}

}  // namespace attune
