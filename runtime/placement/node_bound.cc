// SPDX-License-Identifier: Apache-2.0
#include "runtime/placement/node_bound.h"

#include <algorithm>
#include <limits>

namespace attune::placement {

NodeBound::NodeBound(const Problem& problem, const Aim& aim)
    : problem_(problem),
      aim_(aim),
      balance_(problem),
      pairs_(problem),
      position_(problem.vms()),
      possible_(problem.vms()) {
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

void NodeBound::begin(std::span<const Index> order, const Tally& root) {
  order_.assign(order.begin(), order.end());
  for (size_t i = 0; i < order_.size(); ++i) position_[order_[i]] = i;
  if (!aim_.is_within() || !find_hosts(root, 0)) return;
  const size_t balance = problem_.level_of(Objective::kBalance);
  const double least = root.score()[balance] + balance_.at_least(root, left(0));
  if (!balance_.narrow(root, left(0), aim_.most() - least)) return;
  for (size_t level = balance + 1; level < kLevels; ++level)
    balance_.price(root, left(0), level, sums_[level]);
}

double NodeBound::least_balance(const Tally& root, double hard) {
  if (!find_hosts(root, 0)) return 0;
  return root.score()[problem_.level_of(Objective::kBalance)] +
         balance_.at_least(root, left(0), may_be_elsewhere(root, 0, hard));
}

double NodeBound::priced(size_t level, Index vm, Index host) const {
  const double sum = sums_[level][vm * problem_.hosts() + host];
  return balance_.has_prices(level) ? sum + balance_.price(level, vm, host) : sum;
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
  const size_t balance = problem_.level_of(Objective::kBalance);
  const size_t elsewhere = may_be_elsewhere(tally, depth, best[kHardLevel]);
  for (size_t level = 0; level < kLevels; ++level) {
    const double before = so_far(tally, depth, level);
    double least = before;
    if (level == kHardLevel)
      least += elsewhere > 0 ? hard_at_least(tally, depth) : at_least(tally, depth, level);
    else if (level == balance)
      least += balance_.at_least(tally, left(depth), elsewhere);
    else
      least += at_least(tally, depth, level, elsewhere);
    if (level == problem_.level_of(Objective::kUseOfResources) && level != 0) least = std::ceil(least - 1e-6);
    const double aim = aim_.seen(level, best[level]);
    double seen = aim_.seen(level, least);
    if (elsewhere == 0 && (is_equal(seen, aim) || seen < aim))
      if (std::ranges::find(pairs_.levels(), level) != pairs_.levels().end())
        seen = std::max(seen, aim_.seen(level, before + at_least(tally, depth, level, 0, true)));
    if (aim_.is_within() && elsewhere == 0) {
      if (level == balance && seen <= aim && !balance_.narrow(tally, left(depth), aim_.most() - least))
        return false;
      if (level > balance && !may_keep_balance(tally, depth, level, aim, seen)) return false;
    }
    if (is_equal(seen, aim)) continue;
    return seen < aim;
  }
  return false;
}

// Raises what is seen in a level after the balance to what it takes to keep that within its limit. The levels
// before it are equal to the best's: so hosts that would make this one worse are struck.
bool NodeBound::may_keep_balance(const Tally& tally, size_t depth, size_t level, double best, double& seen) {
  if (!balance_.has_prices(level) || (seen > best && !is_equal(seen, best))) return true;
  const double least =
      tally.score()[level] + balance_.priced_at_least(tally, left(depth), level, sums_[level]);
  seen = std::max(seen, least);
  if (seen > best && !is_equal(seen, best)) return true;
  const double slack = best - least + 1e-6 * std::max(1.0, std::abs(best));
  return balance_.drop_dear(tally, left(depth), level, sums_[level], slack);
}

// How many stay nowhere at least: who has no host, and when the room of all hosts is one, who is left over
// when the smallest fill it; and how often the rest counts as broken.
double NodeBound::hard_at_least(const Tally& tally, size_t depth) const {
  Size room;
  std::vector<double> cores, memory;
  for (Index host = 0; host < problem_.hosts(); ++host) {
    const Size here = problem_.room(host) - tally.load(host);
    room += {std::max(0.0, here.cores), std::max(0.0, here.memory)};
  }
  for (const Index vm : left_from(depth)) {
    cores.push_back(problem_.size(vm).cores);
    memory.push_back(problem_.size(vm).memory);
  }
  const auto over = [](std::vector<double>& sizes, double space) {
    std::ranges::sort(sizes);
    size_t count = 0;
    for (; count < sizes.size() && sizes[count] <= space; ++count) space -= sizes[count];
    return static_cast<double>(sizes.size() - count);
  };
  return std::max({at_least(tally, depth, kHardLevel), over(cores, room.cores * (1 + 1e-6) + 1e-6),
                   over(memory, room.memory * (1 + 1e-6) + 1)});
}

// How many of those left can be where they count as broken more often than they must, in what is no worse
// than `hard`: nowhere, or on a host that is not theirs.
size_t NodeBound::may_be_elsewhere(const Tally& tally, size_t depth, double hard) const {
  if (hard < 0.5) return 0;
  const double least = so_far(tally, depth, kHardLevel) + at_least(tally, depth, kHardLevel);
  return static_cast<size_t>(std::max(0.0, hard - least + 1e-6));
}

// The Tally counts all that are left as nowhere.
double NodeBound::so_far(const Tally& tally, size_t depth, size_t level) const {
  return tally.score()[level] - (level == kHardLevel ? static_cast<double>(order_.size() - depth) : 0);
}

// Each bounds what is added from below: with prices of capacity, and without.
double NodeBound::at_least(const Tally& tally, size_t depth, size_t level, size_t elsewhere,
                           bool with_pairs) const {
  SumWithoutLargest priced(elsewhere), plain(elsewhere);
  const double* sums = sums_[level].data();
  for (const Index vm : left_from(depth)) {
    if (possible_[vm].empty()) {  // it stays nowhere
      plain.add(level == kHardLevel);
      priced.add(level == kHardLevel);
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
    plain.add(least_plain);
    priced.add(least_priced);
  }
  return std::max(hosts_at_least(tally, level) + priced.sum(), plain.sum());
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
    for (const Index i : pairs_.by_worth(level, vm, resource, site)) {
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

}  // namespace attune::placement
