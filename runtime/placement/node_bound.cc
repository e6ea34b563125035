// SPDX-License-Identifier: Apache-2.0
#include "runtime/placement/node_bound.h"

#include <algorithm>
#include <limits>

namespace attune::placement {

NodeBound::NodeBound(const Problem& problem)
    : problem_(problem), pairs_(problem), position_(problem.vms()), possible_(problem.vms()) {
  for (size_t level = 0; level < kLevels; ++level) {
    prices_[level].resize(problem.hosts());
    sums_[level].resize(problem.vms() * problem.hosts());
  }
  for (const Objective objective : problem.state().objectives)
    prices_[problem.level_of(objective)] = bound_of(problem, objective).prices;
  for (Index vm = 0; vm < problem.vms(); ++vm)
    for (Index host = 0; host < problem.hosts(); ++host) {
      const Score alone = problem.alone(vm, host);
      for (size_t level = 0; level < kLevels; ++level)
        sums_[level][vm * problem.hosts() + host] = alone[level];
    }
}

double NodeBound::weight(Index vm, size_t neighbour) const {
  double weight = 0;
  for (const size_t level : pairs_.levels())
    for (Index site = 0; weight == 0 && site < problem_.state().sites.size(); ++site)
      weight = std::max(weight, pairs_.apart(level, vm, neighbour, site, 0));
  return weight;
}

void NodeBound::begin(std::span<const Index> order) {
  order_.assign(order.begin(), order.end());
  for (size_t i = 0; i < order_.size(); ++i) position_[order_[i]] = i;
}

void NodeBound::add(Index vm, Index host, double sign) {
  if (host == kNowhere) return;
  const Index site = problem_.site_of(host);
  const auto& neighbours = problem_.neighbours(vm);
  for (const size_t level : pairs_.levels())
    for (size_t i = 0; i < neighbours.size(); ++i) {
      if (position_[neighbours[i].vm] < position_[vm]) continue;
      double* sums = &sums_[level][neighbours[i].vm * problem_.hosts()];
      for (Index other = 0; other < problem_.hosts(); ++other)
        if (other != host) sums[other] += sign * pairs_.apart(level, vm, i, site, problem_.site_of(other));
    }
}

// For each VM that is left the hosts where it would count as broken least; false where one has none.
bool NodeBound::find_hosts(const Tally& tally, size_t depth) {
  for (size_t i = depth; i < order_.size(); ++i) {
    const Index vm = order_[i];
    std::vector<Index>& possible = possible_[vm];
    possible.clear();
    double least = problem_.now(vm) == kNowhere ? 1 : std::numeric_limits<double>::infinity();
    for (Index host = 0; host < problem_.hosts(); ++host) {
      if (!problem_.may_be(vm, host) || !(tally.load(host) + problem_.size(vm)).fits(problem_.room(host)))
        continue;
      const double hard = sums_[kHardLevel][vm * problem_.hosts() + host];
      if (hard < least) possible.clear(), least = hard;
      if (hard == least) possible.push_back(host);
    }
    if (possible.empty() && problem_.now(vm) != kNowhere) return false;
  }
  return true;
}

bool NodeBound::may_improve(const Tally& tally, size_t depth, const Score& best) {
  if (!find_hosts(tally, depth)) return false;
  for (size_t level = 0; level < kLevels; ++level) {
    double least = tally.score()[level] + at_least(tally, depth, level, false);
    if (level == kHardLevel) least -= static_cast<double>(order_.size() - depth);
    if (level == problem_.level_of(Objective::kUseOfResources) && level != 0) least = std::ceil(least - 1e-6);
    if (is_equal(least, best[level]) || least < best[level])
      if (std::ranges::find(pairs_.levels(), level) != pairs_.levels().end())
        least = std::max(least, tally.score()[level] + at_least(tally, depth, level, true));
    if (is_equal(least, best[level])) continue;
    return least < best[level];
  }
  return false;
}

// Each bounds what is added from below: with prices of capacity, and without.
double NodeBound::at_least(const Tally& tally, size_t depth, size_t level, bool with_pairs) const {
  if (level == problem_.level_of(Objective::kBalance) && level != 0) return balance_at_least(tally, depth);
  double priced = hosts_at_least(tally, level), plain = 0;
  const double* sums = sums_[level].data();
  for (size_t i = depth; i < order_.size(); ++i) {
    const Index vm = order_[i];
    if (possible_[vm].empty()) {  // it stays nowhere
      plain += level == kHardLevel;
      priced += level == kHardLevel;
      continue;
    }
    double least_priced = std::numeric_limits<double>::infinity(), least_plain = least_priced;
    const Size& size = problem_.size(vm);
    for (const Index host : possible_[vm]) {
      double here = sums[vm * problem_.hosts() + host];
      if (with_pairs) here += pairs_at_least(tally, depth, level, vm, host);
      const Size& price = prices_[level][host];
      least_plain = std::min(least_plain, here);
      least_priced = std::min(least_priced, here + price.cores * size.cores + price.memory * size.memory);
    }
    plain += least_plain;
    priced += least_priced;
  }
  return std::max(priced, plain);
}

double NodeBound::hosts_at_least(const Tally& tally, size_t level) const {
  double sum = 0;
  for (Index host = 0; host < problem_.hosts(); ++host) {
    const Size& price = prices_[level][host];
    if (price.cores == 0 && price.memory == 0) continue;
    const Size room = problem_.room(host) - tally.load(host);
    const double worth = price.cores * std::max(0.0, room.cores) + price.memory * std::max(0.0, room.memory);
    sum += tally.count(host) > 0 ? -worth : std::min(0.0, problem_.open_cost(host)[level] - worth);
  }
  return sum;
}

// Half of what the VM's pairs with others that are left cost, when the host is filled up with those that it
// talks with most: as much of them as has room, in each resource by itself.
double NodeBound::pairs_at_least(const Tally& tally, size_t depth, size_t level, Index vm, Index host) const {
  const auto& neighbours = problem_.neighbours(vm);
  const Index site = problem_.site_of(host);
  const Size room = problem_.room(host) - tally.load(host) - problem_.size(vm);
  double most = 0;
  for (const size_t resource : {0U, 1U}) {
    double left = std::max(0.0, resource == 0 ? room.cores : room.memory) * (1 + 1e-9), apart = 0;
    for (const Index i : pairs_.by_worth(level, vm, resource)) {
      const Index other = neighbours[i].vm;
      if (position_[other] < depth || possible_[other].empty()) continue;
      const double size = resource == 0 ? problem_.size(other).cores : problem_.size(other).memory;
      const bool may_come = problem_.may_be(other, host);
      const double here = may_come ? std::min(1.0, left / size) : 0;
      left -= here * size;
      apart += (1 - here) * pairs_.least(level, vm, i, site);
    }
    most = std::max(most, apart);
  }
  return most / 2;
}

// As if what is left could be spread at will, over the least used hosts first.
double NodeBound::balance_at_least(const Tally& tally, size_t depth) const {
  double left = 0, cores = 0;
  for (size_t i = depth; i < order_.size(); ++i)
    if (!possible_[order_[i]].empty()) left += problem_.state().vms[order_[i]].demand;
  std::vector<std::pair<double, Index>> used;
  for (Index host = 0; host < problem_.hosts(); ++host)
    used.emplace_back(tally.demand(host) / problem_.state().hosts[host].cores, host);
  std::ranges::sort(used);
  double level = 0, filled = left;
  size_t count = 0;
  for (; count < used.size(); ++count) {  // up to where the next is fuller than all before it would be
    const double here = problem_.state().hosts[used[count].second].cores;
    if (cores > 0 && filled / cores <= used[count].first) break;
    filled += tally.demand(used[count].second);
    cores += here;
  }
  level = filled / cores;
  double sum = 0;
  for (size_t i = 0; i < count; ++i) {
    const Index host = used[i].second;
    const double to = std::max(level * problem_.state().hosts[host].cores, tally.demand(host));
    sum += problem_.load_term(host, to) - problem_.load_term(host, tally.demand(host));
  }
  return sum;
}

}  // namespace attune::placement
