// SPDX-License-Identifier: Apache-2.0
#include "probes/traffic/inventory.h"

#include <algorithm>
#include <utility>

namespace attune::probes {

namespace {

constexpr unsigned char kOfTap = 0xfe;
constexpr unsigned char kOfGuest = 0x52;

bool is_behind(const Mac& tap, const Mac& mac) {
  return std::equal(tap.begin() + 1, tap.end(), mac.begin() + 1);
}

}  // namespace

Mac guess_mac(const Mac& tap) {
  Mac mac = tap;
  if (mac[0] == kOfTap) mac[0] = kOfGuest;
  return mac;
}

void Inventory::arrived(const Link& tap, std::optional<Mac> mac, bool is_part) {
  Vm vm;
  vm.tap = tap.mac;
  vm.mac = mac;
  vm.is_named = mac.has_value();
  vm.is_part = is_part;
  vms_.insert_or_assign(tap.index, std::move(vm));
}

void Inventory::left(unsigned interface) {
  const auto found = vms_.find(interface);
  if (found == vms_.end()) return;
  found->second.has_left = true;
  found->second.is_part = true;
}

void Inventory::changed(const Link& tap) {
  const auto found = vms_.find(tap.index);
  if (found == vms_.end() || found->second.tap == tap.mac) return;
  found->second.tap = tap.mac;
  if (!found->second.is_named) found->second.mac.reset();
}

bool Inventory::has(unsigned interface) const {
  const auto found = vms_.find(interface);
  return found != vms_.end() && !found->second.has_left;
}

std::vector<VmReport> Inventory::report(Counted counted) {
  std::vector<VmReport> reports;
  for (auto one = vms_.begin(); one != vms_.end();) {
    Vm& vm = one->second;
    VmCount count = std::move(counted[one->first]);
    const bool has_count = !count.from.empty() || !count.to.empty() || count.rest.count.messages > 0;
    if (!vm.was_told || has_count) reports.push_back(report_of(vm, std::move(count)));
    const bool is_over = vm.was_told;
    vm.was_told = vm.has_left;
    vm.is_part = vm.has_left;
    one = is_over ? vms_.erase(one) : std::next(one);
  }
  return reports;
}

void Inventory::learn(Vm& vm, const VmCount& count) const {
  if (vm.mac) return;
  const auto found = std::find_if(count.senders.begin(), count.senders.end(),
                                  [&](const Mac& mac) { return is_behind(vm.tap, mac); });
  if (found != count.senders.end()) vm.mac = *found;
}

VmReport Inventory::report_of(Vm& vm, VmCount count) const {
  learn(vm, count);
  const Mac mac = vm.mac.value_or(guess_mac(vm.tap));
  std::vector<traffic_address> own;
  for (std::size_t i = 0; i < count.own.size(); ++i) {
    const traffic_address& address = count.own[i];
    const bool is_its = vm.is_named || count.senders[i] == mac;
    if (is_its && address.family != TRAFFIC_MAC && !is_unspecified(address)) own.push_back(address);
  }
  if (!own.empty()) vm.own = std::move(own);  // one that sent nothing still has those it had
  count.own = vm.own;
  std::sort(count.own.begin(), count.own.end(), [](const auto& a, const auto& b) {
    return is_heavier({a, {}}, {b, {}});
  });
  std::sort(count.to.begin(), count.to.end(), is_heavier);
  sum_light(count, peers_);
  return {mac, vm.is_part, std::move(count)};
}

}  // namespace attune::probes
