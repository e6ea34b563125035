// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/planetlab/upkeep_policy.h"

#include <algorithm>
#include <ctime>

#include "runtime/placement/upkeep.h"

namespace attune::planetlab {

namespace {

constexpr double kMib = 1024.0 * 1024;
constexpr double kCoreMips = 1000;    // what is told as a core
constexpr size_t kConsolidateAt = 6;  // each so many steps
constexpr double kRest = 1800;
constexpr uint64_t kMostMoves = 500;  // of a step, but for the first one
constexpr double kUsualUse = 0.8;     // a host's price is its power then

double processor_seconds() {
  return static_cast<double>(std::clock()) / CLOCKS_PER_SEC;
}

class UpkeepPolicy : public Policy {
 public:
  explicit UpkeepPolicy(Effort& effort) : effort_(effort) {}

  std::vector<Order> decide(const World& world) override {
    moved_at_.resize(world.vms().size(), -kRest);
    const double begin = processor_seconds();
    read(world);
    std::vector<Order> orders;
    take(placement::relieve(state_, imminent_), world.now(), orders);
    if (effort_.steps % kConsolidateAt == 0)
      take(placement::consolidate(state_, forecasts_), world.now(), orders);
    const double seconds = processor_seconds() - begin;
    effort_.seconds += seconds;
    effort_.longest = std::max(effort_.longest, seconds);
    ++effort_.steps;
    return orders;
  }

 private:
  void read(const World& world) {
    state_ = {};
    state_.now = world.now();
    state_.objectives = {placement::Objective::kCost};
    state_.horizon = 3600;
    state_.rest = kRest;
    if (effort_.steps > 0) state_.budget = kMostMoves;
    placement::Site site;
    site.latency = 1e-4;
    site.bandwidth = kCopyRate * kMib;
    state_.sites.push_back(site);
    // Who may want more than a core of the G4 has is pinned to the G5: where it is started, and where the
    // heuristics put it as long as it does.
    state_.constraints.emplace_back();
    for (const HostState& host : world.hosts()) read_host(host);
    forecasts_.clear(), imminent_.clear();
    ids_.clear();
    for (Index i = 0; i < world.vms().size(); ++i)
      if (world.vms()[i].host != kNowhere) read_vm(i, world.vms()[i]);
  }

  // Memory does not count in this world.
  void read_host(const HostState& state) {
    placement::Host host;
    host.site = 0;
    host.cores = state.type->mips() / kCoreMips;
    host.memory = kHostMemory * kMib;
    host.memory_overcommit = 1000;
    host.price = state.type->power(kUsualUse);
    host.is_on = state.used > 0;
    if (state.type->core_mips > kHostTypes[0].core_mips)
      state_.constraints[0].hosts.push_back(static_cast<Index>(state_.hosts.size()));
    state_.hosts.push_back(host);
  }

  void read_vm(Index id, const VmState& state) {
    std::vector<double> history;
    for (const double use : state.history) history.push_back(use * state.type->mips / kCoreMips);
    forecasts_.push_back(placement::forecast(history));
    imminent_.push_back(placement::imminent(history));
    placement::Vm vm;
    vm.cores = forecasts_.back().mean;
    vm.memory = state.type->memory * kMib;
    vm.host = state.host;
    vm.moved_at = moved_at_[id];
    if (state.type->mips > kHostTypes[0].core_mips)
      state_.constraints[0].vms.push_back(static_cast<Index>(state_.vms.size()));
    state_.vms.push_back(vm);
    ids_.push_back(id);
  }

  // The State becomes what it will be when the plan's migrations have ended: what follows may not move them.
  void take(const std::optional<placement::Plan>& plan, double now, std::vector<Order>& orders) {
    if (!plan) return;
    for (size_t i = 0; i < plan->places.size(); ++i) {
      placement::Vm& vm = state_.vms[i];
      if (plan->places[i] == vm.host) continue;
      vm.host = plan->places[i];
      vm.moved_at = moved_at_[ids_[i]] = now;
      orders.push_back({ids_[i], vm.host});
    }
  }

  Effort& effort_;
  placement::State state_;
  std::vector<placement::Demand> forecasts_, imminent_;
  std::vector<Index> ids_;
  std::vector<double> moved_at_;
};

}  // namespace

std::unique_ptr<Policy> upkeep_policy(Effort& effort) {
  return std::make_unique<UpkeepPolicy>(effort);
}

}  // namespace attune::planetlab
