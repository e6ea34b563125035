// SPDX-License-Identifier: Apache-2.0
#include "probes/traffic/counted.h"

#include <algorithm>
#include <cstring>
#include <iterator>

#include <arpa/inet.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

namespace attune::probes {

bool is_heavier(const Peer& a, const Peer& b) {
  if (a.count.bytes != b.count.bytes) return a.count.bytes > b.count.bytes;
  if (a.count.messages != b.count.messages) return a.count.messages > b.count.messages;
  return std::memcmp(&a.address, &b.address, sizeof(a.address)) < 0;
}

void sum_light(VmCount& vm, std::size_t most) {
  std::sort(vm.from.begin(), vm.from.end(), is_heavier);
  for (std::size_t i = most; i < vm.from.size(); ++i) {
    ++vm.rest.peers;
    vm.rest.count.messages += vm.from[i].count.messages;
    vm.rest.count.bytes += vm.from[i].count.bytes;
  }
  if (vm.from.size() > most) vm.from.resize(most);
}

std::string text_of(const traffic_address& address) {
  char text[INET6_ADDRSTRLEN];
  if (address.family == TRAFFIC_IPV4) return ::inet_ntop(AF_INET, address.bytes, text, sizeof(text));
  if (address.family == TRAFFIC_IPV6) return ::inet_ntop(AF_INET6, address.bytes, text, sizeof(text));
  Mac mac;
  std::copy_n(address.bytes, mac.size(), mac.begin());
  return text_of(mac);
}

std::string text_of(const Mac& mac) {
  return fmt::format("{:02x}", fmt::join(mac, ":"));
}

bool is_unspecified(const traffic_address& address) {
  return std::all_of(std::begin(address.bytes), std::end(address.bytes),
                     [](unsigned char byte) { return byte == 0; });
}

}  // namespace attune::probes
