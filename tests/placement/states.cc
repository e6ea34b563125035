// SPDX-License-Identifier: Apache-2.0
#include "tests/placement/states.h"

#include <algorithm>

namespace attune::placement::test {

namespace {

class RandomState {
 public:
  explicit RandomState(uint64_t seed) : random_(seed * 7919) {}

  State make(size_t most_vms) {
    while (states_.state.sites.size() < 3 && chance(2)) site();
    const size_t hosts = std::max<size_t>(2 + random_.below(3), states_.state.sites.size());
    for (size_t i = 0; i < hosts; ++i) host();
    const size_t vms = 2 + random_.below(most_vms - 1);
    for (size_t i = 0; i < vms; ++i) vm();
    for (size_t i = 0; i < vms; ++i) talk();
    if (chance(2)) constrain();
    settings();
    return states_.state;
  }

 private:
  bool chance(size_t in) { return random_.below(in) == 0; }
  double number(size_t least, size_t most) {
    return static_cast<double>(least + random_.below(most - least + 1));
  }
  Index any(size_t size) { return static_cast<Index>(random_.below(size)); }

  // Some are slow within, some far from the others.
  void site() {
    State& state = states_.state;
    Site& added = state.sites[states_.site("s" + std::to_string(state.sites.size()))];
    if (chance(3)) added.latency = 1e-2;
    if (chance(3)) added.bandwidth = 1e6;
    for (Link& link : state.links)
      if (chance(4)) link.latency = 1, link.bandwidth = 1e6;
  }

  void host() {
    // Each site has one.
    const size_t count = states_.state.hosts.size();
    const Index site =
        count < states_.state.sites.size() ? static_cast<Index>(count) : any(states_.state.sites.size());
    Host& host = states_.state.hosts[states_.host(number(4, 12), site)];
    host.price = number(0, 5);
    host.core_speed = chance(3) ? 2 : 1;
    host.is_in_maintenance = chance(6);
    host.is_on = !chance(6);
    if (chance(8)) host.available_until = 60;
    states_.state.sites[site].traffic_price = number(0, 3);
    states_.state.sites[site].vm_price = number(0, 2);
    room_.push_back(host.cores);
  }

  void vm() {
    const double cores = number(1, 4);
    Index at = any(states_.state.hosts.size());
    if (room_[at] < cores || !states_.state.hosts[at].is_on || chance(4)) at = kNowhere;
    if (at != kNowhere) room_[at] -= cores;
    Vm& vm = states_.state.vms[states_.vm(cores, at)];
    vm.demand = cores * number(1, 10) / 10;
    if (chance(3)) vm.memory = number(1, 4) * kGib;
    vm.dirty_rate = number(0, 50) * 1e6;
    vm.may_move = !chance(8);
    if (chance(8)) vm.moved_at = -number(0, 600);
  }

  void talk() {
    const size_t vms = states_.state.vms.size();
    const Index from = any(vms), to = any(vms);
    if (from == to) return;
    states_.talk(from, to, number(1, 2000));
    if (chance(2)) states_.state.traffic.back().bytes = number(1, 2000) * 1e4;
  }

  void constrain() {
    const size_t vms = states_.state.vms.size();
    if (chance(2))
      states_.constrain(ConstraintKind::kApart, {0, static_cast<Index>(vms - 1)}, chance(2));
    else
      states_.constrain(ConstraintKind::kTogether, {0, static_cast<Index>(vms - 1)}, chance(2));
  }

  void settings() {
    State& state = states_.state;
    state.rest = 300;
    state.objectives = {static_cast<Objective>(random_.below(kObjectives))};
    const auto second = static_cast<Objective>(random_.below(kObjectives));
    if (second != state.objectives[0]) state.objectives.push_back(second);
    if (chance(3)) state.budget = random_.below(4);
    for (Host& host : state.hosts) host.is_in_use = host.is_on && chance(5);
  }

  Random random_;
  States states_;
  std::vector<double> room_;
};

}  // namespace

State random_state(uint64_t seed, size_t most_vms) {
  return RandomState(seed).make(most_vms);
}

}  // namespace attune::placement::test
