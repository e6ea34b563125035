// SPDX-License-Identifier: Apache-2.0
// What was counted of each VM in one period, as a counter hands it over and a report tells it; and which
// senders are told one by one. Pure values; any thread.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "probes/traffic/count.h"

namespace attune::probes {

using Mac = std::array<unsigned char, 6>;

struct Peer {
  traffic_address address{};
  traffic_count count{};
};

// Those who found no place of their own.
struct Rest {
  std::uint64_t peers = 0;  // at least so many
  traffic_count count{};
};

struct VmCount {
  std::vector<Peer> from;
  std::vector<Peer> to;
  Rest rest;
  std::vector<traffic_address> own;
  std::vector<Mac> senders;  // the MAC addresses of what it sent
};

using Counted = std::map<unsigned, VmCount>;  // by the interface's index

// Whether `a` stands before `b`: more bytes, then more messages, then the smaller address.
bool is_heavier(const Peer& a, const Peer& b);
// Leaves the `most` heaviest of `from`, in order, and adds the others to the rest.
void sum_light(VmCount& vm, std::size_t most);

// "10.0.0.1"; IPv6 as RFC 5952 writes it; a MAC address in lower case.
std::string text_of(const traffic_address& address);
std::string text_of(const Mac& mac);
// No machine has it: 0.0.0.0 and ::, from which one asks for an address.
bool is_unspecified(const traffic_address& address);

}  // namespace attune::probes
