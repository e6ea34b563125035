// SPDX-License-Identifier: Apache-2.0
// What may stand for a machine of the network: IP addresses and host names, as they come from files, from
// hosts and from guests. Pure; any thread.
#pragma once

#include <string_view>

namespace attune {

// As inet_pton(3) has it: without brackets, blanks and scope.
bool is_ipv4(std::string_view text);
bool is_ipv6(std::string_view text);
bool is_ip_address(std::string_view text);

// Whether it is the IP address of one machine that others can reach: not loopback, link-local, multicast,
// broadcast or unspecified, nor one of these of IPv4 written as IPv6's.
bool is_reachable_address(std::string_view text);

// Whether it is loopback or link-local, which every machine has and tells.
bool is_own_address(std::string_view text);

// Letters of ASCII, digits, '.', '-' and '_', a letter or digit first; at most 253.
bool is_host_name(std::string_view text);

}  // namespace attune
