// SPDX-License-Identifier: Apache-2.0
#include "runtime/placement/balance_bound.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace attune::placement {

namespace {

constexpr double kNever = std::numeric_limits<double>::infinity();
constexpr int kSteps = 500;  // of the ascent to the best prices
constexpr double kShorter = 0.98;

}  // namespace

BalanceBound::BalanceBound(const Problem& problem) : problem_(problem), targets_(problem.hosts()) {
  for (const Host& host : problem.state().hosts) all_cores_ += host.cores;
}

double BalanceBound::at_least(const Tally& tally, const Left& left, size_t elsewhere) {
  SumWithoutLargest demands(elsewhere);
  std::vector<bool> may_get(problem_.hosts());
  for (const Index vm : left.vms) {
    if (!left.hosts[vm].empty()) demands.add(demand(vm));
    for (const Index host : left.hosts[vm]) may_get[host] = true;
  }
  double spread = demands.sum(), cores_there = 0, sum = 0;
  std::vector<std::pair<double, Index>> used;
  for (Index host = 0; host < problem_.hosts(); ++host) {
    targets_[host] = tally.demand(host);
    if (may_get[host]) used.emplace_back(tally.demand(host) / cores(host), host);
  }
  std::ranges::sort(used);
  size_t count = 0;
  for (; count < used.size(); ++count) {  // up to where the next is fuller than all before it would be
    const Index host = used[count].second;
    if (cores_there > 0 && spread / cores_there <= used[count].first) break;
    spread += tally.demand(host);
    cores_there += cores(host);
  }
  for (size_t i = 0; i < count; ++i) {
    const Index host = used[i].second;
    targets_[host] = std::max(spread / cores_there * cores(host), tally.demand(host));
    sum += problem_.load_term(host, targets_[host]) - problem_.load_term(host, tally.demand(host));
  }
  return sum;
}

// A sum of squares grows from its least by at least the weighed squares of the distances from there: so each
// distance by itself has a limit, and all together have.
bool BalanceBound::is_too_far(Index host, double distance) const {
  return distance > 0 && problem_.load_term(host, distance) > slack_ * (1 + 1e-9) + 1e-20;
}

bool BalanceBound::may_fill(const Tally& tally, const Left& left) const {
  std::vector<double> most(problem_.hosts());
  for (const Index vm : left.vms)
    for (const Index host : left.hosts[vm]) most[host] += demand(vm);
  for (Index host = 0; host < problem_.hosts(); ++host)
    if (is_too_far(host, targets_[host] - tally.demand(host) - most[host])) return false;
  return true;
}

bool BalanceBound::narrow(const Tally& tally, const Left& left, double slack) {
  slack_ = std::max(0.0, slack);
  for (const Index vm : left.vms) {
    if (left.hosts[vm].empty()) continue;
    std::erase_if(left.hosts[vm], [&](Index host) {
      return is_too_far(host, tally.demand(host) + demand(vm) - targets_[host]);
    });
    if (left.hosts[vm].empty()) return false;
  }
  return may_fill(tally, left);
}

// --- prices ---

double BalanceBound::mean_of(const std::vector<double>& prices) const {
  double sum = 0;
  for (Index host = 0; host < prices.size(); ++host) sum += prices[host] * cores(host);
  return sum / all_cores_;
}

// By how much the hosts' demands, away from their targets but with the same sum, can be worth more by the
// prices, for each unit of the square root of slack.
double BalanceBound::norm_of(const std::vector<double>& prices) const {
  const double mean = mean_of(prices);
  double sum = 0;
  for (Index host = 0; host < prices.size(); ++host)
    sum += (prices[host] - mean) * (prices[host] - mean) * cores(host);
  return std::sqrt(sum * all_cores_ / kBalanceUnit);
}

// The level's sum when each VM is where it is cheapest, its price included, less what the targets are worth;
// `slope` is by how much the demands then exceed the targets.
double BalanceBound::sum_with(const Tally& tally, const Left& left, const std::vector<double>& prices,
                              const std::vector<double>& sums, std::vector<double>& slope) const {
  double sum = 0;
  for (Index host = 0; host < problem_.hosts(); ++host) {
    slope[host] = tally.demand(host) - targets_[host];
    sum += prices[host] * slope[host];
  }
  for (const Index vm : left.vms) {
    double least = kNever;
    Index at = 0;
    for (const Index host : left.hosts[vm]) {
      const double here = sums[vm * problem_.hosts() + host] + prices[host] * demand(vm);
      if (here >= least) continue;
      least = here;
      at = host;
    }
    if (least == kNever) continue;
    sum += least;
    slope[at] += demand(vm);
  }
  return sum;
}

// Lagrange's relaxation of the limit, by a subgradient ascent: whatever the prices, the bound holds.
void BalanceBound::price(const Tally& root, const Left& left, size_t level, const std::vector<double>& sums) {
  if (sums.empty()) return;  // there are no VMs
  std::vector<double> at(problem_.hosts()), slope(problem_.hosts());
  double best = sum_with(root, left, at, sums, slope);
  double length = *std::ranges::max_element(sums);
  for (int i = 0; i < kSteps && length > 0; ++i) {
    const double norm = norm_of(at), mean = mean_of(at), radius = std::sqrt(slack_);
    const double value = sum_with(root, left, at, sums, slope) - radius * norm;
    if (value > best) {
      best = value;
      prices_[level] = at;
      norms_[level] = norm;
    }
    double square = 0;
    for (Index host = 0; host < problem_.hosts(); ++host) {
      if (norm > 0)
        slope[host] -= radius * (at[host] - mean) * cores(host) * all_cores_ / kBalanceUnit / norm;
      square += slope[host] * slope[host];
    }
    if (square == 0) return;
    for (Index host = 0; host < problem_.hosts(); ++host)
      at[host] += length * slope[host] / std::sqrt(square);
    length *= kShorter;
  }
}

double BalanceBound::priced_at_least(const Tally& tally, const Left& left, size_t level,
                                     const std::vector<double>& sums) const {
  std::vector<double> slope(problem_.hosts());
  return sum_with(tally, left, prices_[level], sums, slope) - std::sqrt(slack_) * norms_[level];
}

bool BalanceBound::drop_dear(const Tally& tally, const Left& left, size_t level,
                             const std::vector<double>& sums, double slack) const {
  for (const Index vm : left.vms) {
    const auto here = [&](Index host) { return sums[vm * problem_.hosts() + host] + price(level, vm, host); };
    double least = kNever;
    for (const Index host : left.hosts[vm]) least = std::min(least, here(host));
    std::erase_if(left.hosts[vm], [&](Index host) { return here(host) > least + slack; });
  }
  return may_fill(tally, left);
}

}  // namespace attune::placement
