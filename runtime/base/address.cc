// SPDX-License-Identifier: Apache-2.0
#include "runtime/base/address.h"

#include <algorithm>
#include <optional>
#include <string>

#include <arpa/inet.h>

namespace attune {

namespace {

template <class T>
std::optional<T> parsed(int family, std::string_view text) {
  T address{};
  const bool is_one =
      text.find('\0') == text.npos && ::inet_pton(family, std::string(text).c_str(), &address) == 1;
  return is_one ? std::optional(address) : std::nullopt;
}

enum class Reach { kReachable, kOwn, kNobody };

Reach reach_of(in_addr ipv4) {
  const uint32_t number = ntohl(ipv4.s_addr);
  const uint32_t first = number >> 24;
  if (first == 127 || number >> 16 == 0xa9fe) return Reach::kOwn;
  return first == 0 || first >= 224 ? Reach::kNobody : Reach::kReachable;
}

Reach reach_of(const in6_addr& ipv6) {
  if (IN6_IS_ADDR_V4MAPPED(&ipv6)) {
    in_addr ipv4{};
    std::copy_n(&ipv6.s6_addr[12], sizeof ipv4, reinterpret_cast<unsigned char*>(&ipv4));
    return reach_of(ipv4);
  }
  if (IN6_IS_ADDR_LOOPBACK(&ipv6) || IN6_IS_ADDR_LINKLOCAL(&ipv6)) return Reach::kOwn;
  return IN6_IS_ADDR_UNSPECIFIED(&ipv6) || IN6_IS_ADDR_MULTICAST(&ipv6) ? Reach::kNobody : Reach::kReachable;
}

Reach reach_of(std::string_view text) {
  if (const auto ipv4 = parsed<in_addr>(AF_INET, text)) return reach_of(*ipv4);
  if (const auto ipv6 = parsed<in6_addr>(AF_INET6, text)) return reach_of(*ipv6);
  return Reach::kNobody;
}

bool is_letter_or_digit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

}  // namespace

bool is_ipv4(std::string_view text) {
  return parsed<in_addr>(AF_INET, text).has_value();
}

bool is_ipv6(std::string_view text) {
  return parsed<in6_addr>(AF_INET6, text).has_value();
}

bool is_ip_address(std::string_view text) {
  return is_ipv4(text) || is_ipv6(text);
}

bool is_reachable_address(std::string_view text) {
  return reach_of(text) == Reach::kReachable;
}

bool is_own_address(std::string_view text) {
  return reach_of(text) == Reach::kOwn;
}

bool is_host_name(std::string_view text) {
  constexpr size_t kLongest = 253;
  // Numbers and dots are what an address of IPv4 is made of: the resolver takes it for one, and so do people.
  const bool is_of_numbers =
      text.find('.') != text.npos && text.find_first_not_of("0123456789.") == text.npos;
  if (is_of_numbers) return is_ipv4(text);
  return !text.empty() && text.size() <= kLongest && is_letter_or_digit(text.front()) &&
         std::all_of(text.begin(), text.end(),
                     [](char c) { return is_letter_or_digit(c) || c == '.' || c == '-' || c == '_'; });
}

}  // namespace attune
