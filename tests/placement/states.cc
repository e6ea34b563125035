// SPDX-License-Identifier: Apache-2.0
#include "tests/placement/states.h"

namespace attune::placement::test {

namespace {

class RandomState {
 public:
  explicit RandomState(uint64_t seed) : random_(seed * 7919) {}

  State make(size_t most_vms) {
    if (chance(2)) states_.site("t");
    const size_t hosts = 2 + random_.below(3);
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

  void host() {
    // Each site has one.
    const size_t count = states_.state.hosts.size();
    const Index site =
        count < states_.state.sites.size() ? static_cast<Index>(count) : any(states_.state.sites.size());
    Host& host = states_.state.hosts[states_.host(number(4, 12), site)];
    host.price = number(0, 5);
    host.core_speed = chance(3) ? 2 : 1;
    host.is_in_maintenance = chance(6);
    states_.state.sites[site].traffic_price = number(0, 3);
    states_.state.sites[site].vm_price = number(0, 2);
    room_.push_back(host.cores);
  }

  void vm() {
    const double cores = number(1, 4);
    Index at = any(states_.state.hosts.size());
    if (room_[at] < cores || chance(4)) at = kNowhere;
    if (at != kNowhere) room_[at] -= cores;
    Vm& vm = states_.state.vms[states_.vm(cores, at)];
    vm.demand = cores * number(1, 10) / 10;
    vm.dirty_rate = number(0, 50) * 1e6;
    vm.may_move = !chance(8);
    if (chance(8)) vm.moved_at = -number(0, 600);
  }

  void talk() {
    const size_t vms = states_.state.vms.size();
    const Index from = any(vms), to = any(vms);
    if (from != to) states_.talk(from, to, number(1, 2000));
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
