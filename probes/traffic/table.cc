// SPDX-License-Identifier: Apache-2.0
#include "probes/traffic/table.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace attune::probes {

bool Table::Equal::operator()(const traffic_address& a, const traffic_address& b) const {
  return std::memcmp(&a, &b, sizeof(a)) == 0;
}

void Table::count(const traffic_address& address, const traffic_count& more) {
  auto found = counts_.find(address);
  if (found == counts_.end() && counts_.size() < places_)
    found = counts_.emplace(address, traffic_count{}).first;
  traffic_count& count = found == counts_.end() ? beside_.rest.count : found->second;
  count.messages += more.messages;
  count.bytes += more.bytes;
}

void Table::note_own(const traffic_address& address, const Mac& mac) {
  const bool is_known = std::any_of(beside_.own.begin(), beside_.own.end(),
                                    [&](const traffic_address& own) { return Equal()(own, address); });
  if (is_known || beside_.own.size() >= TRAFFIC_OWN) return;
  beside_.own.push_back(address);
  beside_.senders.push_back(mac);
}

VmCount Table::take() {
  VmCount vm = std::exchange(beside_, {});
  for (const auto& [address, count] : counts_) {
    if (count.messages == 0) continue;  // a place that was kept for a sender that did not come
    Peer peer{address, count};
    peer.address.direction = TRAFFIC_FROM;
    (address.direction == TRAFFIC_TO ? vm.to : vm.from).push_back(peer);
  }
  counts_.clear();
  if (vm.rest.count.messages == 0) return vm;
  vm.rest.peers = 1;
  std::sort(vm.from.begin(), vm.from.end(), is_heavier);
  for (std::size_t i = 0; i < std::min(vm.from.size(), kept_); ++i)
    counts_.emplace(vm.from[i].address, traffic_count{});
  return vm;
}

}  // namespace attune::probes
