// SPDX-License-Identifier: Apache-2.0
#include "runtime/placement/pair_costs.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace attune::placement {

PairCosts::PairCosts(const Problem& problem)
    : problem_(problem), sites_(problem.state().sites.size()), hosts_of_(sites_) {
  size_t pairs = 0;
  for (Index vm = 0; vm < problem.vms(); ++vm) {
    first_.push_back(pairs);
    pairs += problem.neighbours(vm).size();
  }
  for (Index host = 0; host < problem.hosts(); ++host) ++hosts_of_[problem.site_of(host)];
  if (pairs == 0) return;
  for (const Objective objective : {Objective::kRunTime, Objective::kCost})
    if (const size_t level = problem.level_of(objective)) fill(level);
}

void PairCosts::fill(size_t level) {
  levels_.push_back(level);
  // A host of each site stands for all: pair() asks for two different ones.
  std::vector<Index> first(sites_, kNowhere), last(sites_, kNowhere);
  for (Index host = 0; host < problem_.hosts(); ++host) {
    const Index site = problem_.site_of(host);
    if (first[site] == kNowhere) first[site] = host;
    last[site] = host;
  }
  for (Index vm = 0; vm < problem_.vms(); ++vm)
    for (const Neighbour& one : problem_.neighbours(vm))
      for (Index a = 0; a < sites_; ++a) {
        double least = std::numeric_limits<double>::infinity();
        for (Index b = 0; b < sites_; ++b) {
          const double cost = problem_.pair(one, first[a], last[b])[level];
          tables_[level].push_back(cost);
          if (a != b || hosts_of_[a] > 1) least = std::min(least, cost);
        }
        least_[level].push_back(std::isinf(least) ? 0 : least);  // there is no other host
      }
  orders_[level].resize(problem_.vms() * 2 * sites_);
  for (Index vm = 0; vm < problem_.vms(); ++vm)
    for (const size_t resource : {0U, 1U})
      for (Index site = 0; site < sites_; ++site) sort(level, vm, resource, site);
}

void PairCosts::sort(size_t level, Index vm, size_t resource, Index site) {
  std::vector<Index>& order = orders_[level][order_of(vm, resource, site)];
  order.resize(problem_.neighbours(vm).size());
  std::iota(order.begin(), order.end(), 0U);
  const auto worth = [&](Index neighbour) {
    const Size& size = problem_.size(problem_.neighbours(vm)[neighbour].vm);
    return least(level, vm, neighbour, site) / (resource == 0 ? size.cores : size.memory);
  };
  std::ranges::stable_sort(order, [&](Index a, Index b) { return worth(a) > worth(b); });
}

}  // namespace attune::placement
