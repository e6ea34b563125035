// SPDX-License-Identifier: Apache-2.0
#include "runtime/placement/bound.h"

#include <algorithm>
#include <limits>

namespace attune::placement {

namespace {

// What the VMs cost at least when they pay for what they take, and the hosts at least when they are paid so.
double value_of(const Problem& problem, const Relaxed& relaxed, const Prices& prices, size_t level) {
  constexpr double kNever = std::numeric_limits<double>::infinity();
  double sum = 0;
  for (Index vm = 0; vm < problem.vms(); ++vm) {
    const Size& size = problem.size(vm);
    double least = kNever;
    for (Index one = 0; one < relaxed.classes.size(); ++one)
      least = std::min(least, least_alone(problem, relaxed, vm, one, level) + prices[one].cores * size.cores +
                                  prices[one].memory * size.memory);
    if (least != kNever) sum += least;
  }
  for (Index host = 0; host < problem.hosts(); ++host) {
    const Size &price = prices[relaxed.class_of[host]], &room = problem.room(host);
    sum +=
        std::min(0.0, problem.open_cost(host)[level] - price.cores * room.cores - price.memory * room.memory);
  }
  return sum;
}

// All demand spread evenly: no sum of squares over the same cores is less.
double balance_bound(const Problem& problem) {
  double demand = 0, cores = 0;
  for (const Vm& vm : problem.state().vms) demand += vm.demand;
  for (const Host& host : problem.state().hosts) cores += host.cores;
  return kBalanceUnit * demand * demand / cores / cores;
}

}  // namespace

Bound bound_of(const Problem& problem, Objective objective) {
  if (objective == Objective::kBalance) return {balance_bound(problem), Prices(problem.hosts())};
  const size_t level = problem.level_of(objective);
  const Relaxed relaxed = relax(problem, level);
  Bound bound{value_of(problem, relaxed, relaxed.prices, level), {}};
  for (const Index one : relaxed.class_of) bound.prices.push_back(relaxed.prices[one]);
  const double unpriced = value_of(problem, relaxed, Prices(relaxed.classes.size()), level);
  if (unpriced > bound.value) bound = {unpriced, Prices(problem.hosts())};
  // Hosts are counted whole.
  if (objective == Objective::kUseOfResources) bound.value = std::ceil(bound.value - 1e-6);
  return bound;
}

}  // namespace attune::placement
