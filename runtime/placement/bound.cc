// SPDX-License-Identifier: Apache-2.0
#include "runtime/placement/bound.h"

#include <algorithm>
#include <limits>
#include <map>

namespace attune::placement {

namespace {

constexpr int kRounds = 400;
constexpr double kNever = std::numeric_limits<double>::infinity();

// Hosts that have one price: with few hosts each by itself, else those of one site and speed.
class Relaxation {
 public:
  Relaxation(const Problem& problem, size_t level) : problem_(problem), level_(level) {
    group_hosts();
    for (Index vm = 0; vm < problem.vms(); ++vm) total_ += problem.size(vm);
    total_.cores = std::max(total_.cores, 1e-9), total_.memory = std::max(total_.memory, 1e-9);
    alone_.assign(problem.vms() * groups_.size(), kNever);
    for (Index vm = 0; vm < problem.vms(); ++vm)
      for (size_t group = 0; group < groups_.size(); ++group)
        alone_[vm * groups_.size() + group] = least(vm, group);
  }

  Bound raise(double best) {
    std::vector<Size> prices(groups_.size()), best_prices = prices;
    double highest = value(prices);
    double step = 1;
    int since = 0;
    for (int round = 0; round < kRounds; ++round) {
      const double now = value(prices);
      if (now > highest + 1e-9 * std::abs(highest))
        highest = now, best_prices = prices, since = 0;
      else if (++since % 15 == 0)
        step /= 2;
      climb(prices, step * std::max(best - now, 1e-6 * std::abs(best)));
    }
    Bound bound{highest, Prices(problem_.hosts())};
    for (size_t group = 0; group < groups_.size(); ++group)
      for (const Index host : groups_[group])
        bound.prices[host] = {best_prices[group].cores / total_.cores,
                              best_prices[group].memory / total_.memory};
    return bound;
  }

 private:
  void group_hosts() {
    constexpr size_t kSingly = 64;
    std::map<std::pair<Index, double>, size_t> seen;
    for (Index host = 0; host < problem_.hosts(); ++host) {
      std::pair<Index, double> key{problem_.site_of(host), problem_.state().hosts[host].core_speed};
      if (problem_.hosts() <= kSingly) key = {host, 0};
      const auto [at, is_new] = seen.emplace(key, groups_.size());
      if (is_new) groups_.emplace_back();
      groups_[at->second].push_back(host);
    }
  }

  // Of one site and speed, hosts cost the same but where the VM is now.
  double least(Index vm, size_t group) const {
    double least = kNever;
    bool is_seen = false;
    for (const Index host : groups_[group]) {
      const bool is_now = host == problem_.now(vm);
      if ((is_seen && !is_now) || !problem_.may_be(vm, host)) continue;
      is_seen = is_seen || !is_now;
      least = std::min(least, problem_.alone(vm, host)[level_]);
    }
    return least;
  }

  double value(const std::vector<Size>& prices) {
    slope_.assign(groups_.size(), {});
    double sum = 0;
    for (Index vm = 0; vm < problem_.vms(); ++vm) {
      const Size size = scaled(problem_.size(vm));
      double least = kNever;
      size_t found = 0;
      for (size_t group = 0; group < groups_.size(); ++group) {
        const double here = alone_[vm * groups_.size() + group] + prices[group].cores * size.cores +
                            prices[group].memory * size.memory;
        if (here < least) least = here, found = group;
      }
      if (least == kNever) continue;
      sum += least;
      slope_[found] += size;
    }
    for (size_t group = 0; group < groups_.size(); ++group)
      for (const Index host : groups_[group]) sum += host_value(host, prices[group], slope_[group]);
    return sum;
  }

  double host_value(Index host, const Size& price, Size& slope) const {
    const Size room = scaled(problem_.room(host));
    const double value =
        problem_.open_cost(host)[level_] - price.cores * room.cores - price.memory * room.memory;
    if (value >= 0) return 0;
    slope -= room;
    return value;
  }

  void climb(std::vector<Size>& prices, double distance) const {
    double length = 0;
    for (const Size& one : slope_) length += one.cores * one.cores + one.memory * one.memory;
    if (length <= 0) return;
    for (size_t group = 0; group < groups_.size(); ++group) {
      prices[group].cores = std::max(0.0, prices[group].cores + distance / length * slope_[group].cores);
      prices[group].memory = std::max(0.0, prices[group].memory + distance / length * slope_[group].memory);
    }
  }

  Size scaled(const Size& size) const { return {size.cores / total_.cores, size.memory / total_.memory}; }

  const Problem& problem_;
  const size_t level_;
  std::vector<std::vector<Index>> groups_;
  Size total_;
  std::vector<double> alone_;
  std::vector<Size> slope_;
};

// All demand spread evenly: no sum of squares over the same cores is less.
double balance_bound(const Problem& problem) {
  double demand = 0, cores = 0;
  for (const Vm& vm : problem.state().vms) demand += vm.demand;
  for (const Host& host : problem.state().hosts) cores += host.cores;
  return kBalanceUnit * demand * demand / cores / cores;
}

}  // namespace

Bound bound_of(const Problem& problem, Objective objective, double best) {
  if (objective == Objective::kBalance) return {balance_bound(problem), Prices(problem.hosts())};
  Bound bound = Relaxation(problem, problem.level_of(objective)).raise(best);
  // Hosts are counted whole.
  if (objective == Objective::kUseOfResources) bound.value = std::ceil(bound.value - 1e-6);
  return bound;
}

}  // namespace attune::placement
