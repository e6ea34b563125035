// SPDX-License-Identifier: Apache-2.0
#include "runtime/placement/upkeep.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace attune::placement {

namespace {

// plan() takes no VM and no host for nothing.
constexpr double kLeast = 1e-6;

// Cores of each host, at speed 1, that the State's VMs can really keep busy together: what they are promised
// beyond that does not count.
std::vector<double> capacities_of(const State& state) {
  std::vector<double> taken(state.hosts.size());
  for (const Vm& vm : state.vms)
    if (vm.host != kNowhere) taken[vm.host] += vm.cores;
  std::vector<double> capacities;
  for (Index i = 0; i < state.hosts.size(); ++i) {
    const Host& host = state.hosts[i];
    // Others have the part of it that they have of what is promised.
    const double promised = host.cores * host.cpu_overcommit;
    const double part = host.free_cores ? std::min(1.0, (*host.free_cores + taken[i]) / promised) : 1;
    capacities.push_back(part * host.cores * host.core_speed);
  }
  return capacities;
}

// Deviations of sums do not add up, but plan() adds. So a VM counts as its effective bandwidth (F. P. Kelly,
// "Notes on effective bandwidths", 1996), mean + s/2 * variance, and a host keeps z²/(2s) in reserve: where
// that fits, so does the sum of means + z deviations, which is never more, whatever s is. It is the same
// where s is z / deviation: so s is taken from the deviation of a full host.
State planned_for(const State& state, const std::vector<Demand>& demands, double risk) {
  const std::vector<double> capacities = capacities_of(state);
  double mean = 0, variance = 0, widest = 0;
  for (const Demand& demand : demands) mean += demand.mean, variance += demand.variance;
  for (const double capacity : capacities) widest = std::max(widest, capacity);
  const double z = deviations_of(risk);
  const double deviation = mean > 0 ? std::sqrt(variance * std::min(1.0, widest / mean)) : 0;
  State planned = state;
  for (Index i = 0; i < planned.vms.size(); ++i) {
    const double more = deviation > 0 ? z / deviation / 2 * demands[i].variance : 0;
    planned.vms[i].cores = planned.vms[i].demand = std::max(kLeast, demands[i].mean + more);
  }
  for (Index i = 0; i < planned.hosts.size(); ++i) {
    Host& host = planned.hosts[i];
    host.free_cores.reset();  // others' part is off the capacity
    host.cpu_overcommit = std::max(kLeast, capacities[i] - z * deviation / 2) / host.cores;
  }
  return planned;
}

size_t hosts_with_vms(std::vector<Index> places) {
  std::ranges::sort(places);
  const auto rest = std::ranges::unique(places);
  places.erase(rest.begin(), rest.end());
  return places.size() - static_cast<size_t>(std::ranges::count(places, kNowhere));
}

}  // namespace

std::vector<Index> overloads(const State& state, const std::vector<Demand>& demands, double risk) {
  std::vector<Demand> sums(state.hosts.size());
  for (Index vm = 0; vm < state.vms.size(); ++vm) {
    if (state.vms[vm].host == kNowhere) continue;
    sums[state.vms[vm].host].mean += demands[vm].mean;
    sums[state.vms[vm].host].variance += demands[vm].variance;
  }
  const std::vector<double> capacities = capacities_of(state);
  const double z = deviations_of(risk);
  std::vector<Index> found;
  for (Index host = 0; host < sums.size(); ++host)
    if (sums[host].mean + z * std::sqrt(sums[host].variance) > capacities[host]) found.push_back(host);
  return found;
}

std::optional<Plan> relieve(const State& state, const std::vector<Demand>& demands, const Upkeep& upkeep) {
  std::vector<bool> is_over(state.hosts.size());
  for (const Index host : overloads(state, demands, upkeep.relieve_risk)) is_over[host] = true;
  if (std::ranges::find(is_over, true) == is_over.end()) return std::nullopt;
  State planned = planned_for(state, demands, upkeep.fill_risk);
  for (Vm& vm : planned.vms)
    if (vm.host != kNowhere && !is_over[vm.host]) vm.may_move = false;
  Plan found = plan(planned, upkeep.search);
  if (found.steps.empty()) return std::nullopt;
  return found;
}

std::optional<Plan> consolidate(const State& state, const std::vector<Demand>& demands,
                                const Upkeep& upkeep) {
  Plan found = plan(planned_for(state, demands, upkeep.fill_risk), upkeep.search);
  size_t moves = 0;
  for (const auto& step : found.steps) moves += step.size();
  std::vector<Index> before;
  for (const Vm& vm : state.vms) before.push_back(vm.host);
  const double freed = static_cast<double>(hosts_with_vms(std::move(before))) -
                       static_cast<double>(hosts_with_vms(found.places));
  if (moves == 0 || static_cast<double>(moves) > freed * upkeep.moves_for_a_host) return std::nullopt;
  return found;
}

}  // namespace attune::placement
