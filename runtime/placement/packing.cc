// SPDX-License-Identifier: Apache-2.0
#include "runtime/placement/packing.h"

#include <algorithm>

#include "runtime/placement/bound.h"

namespace attune::placement {

namespace {

class Packing {
 public:
  Packing(const Problem& problem, Tally& tally, bool by_worth)
      : problem_(problem), tally_(tally), reached_(tally.score()[kFirstObjective]), by_worth_(by_worth) {}

  void run() {
    for (Index vm = 0; vm < problem_.vms(); ++vm) {
      if (problem_.is_fixed(vm)) continue;
      tally_.place_at(vm, kNowhere);
      left_.push_back(vm);
      wanted_ += problem_.size(vm);
    }
    sort_by_size();
    for (const Index host : hosts_in_order()) {
      if (left_.empty()) return;
      fill(host);
    }
  }

 private:
  // Where one resource is short, VMs that take much of it are the large ones.
  double size_of(const Size& size) const {
    return size.cores / std::max(wanted_.cores, 1e-9) + size.memory / std::max(wanted_.memory, 1e-9);
  }

  void sort_by_size() {
    std::ranges::stable_sort(
        left_, [&](Index a, Index b) { return size_of(problem_.size(a)) > size_of(problem_.size(b)); });
  }

  // What the host costs for what its room is worth: where cores are scarce, cores count.
  double price_of(Index host, const Prices& prices) const {
    if (tally_.count(host) > 0) return -1;
    const Size capacity = problem_.capacity(host);
    const double worth = !by_worth_
                             ? size_of(capacity)
                             : prices[host].cores * capacity.cores + prices[host].memory * capacity.memory;
    return problem_.open_cost(host)[kFirstObjective] / std::max(worth, 1e-9);
  }

  std::vector<Index> hosts_in_order() const {
    Prices prices;
    if (by_worth_) prices = bound_of(problem_, problem_.state().objectives[0], reached_).prices;
    std::vector<std::pair<double, Index>> priced;
    for (Index host = 0; host < problem_.hosts(); ++host)
      if (problem_.is_open(host)) priced.emplace_back(price_of(host, prices), host);
    std::ranges::sort(priced);
    std::vector<Index> hosts;
    for (const auto& [price, host] : priced) hosts.push_back(host);
    return hosts;
  }

  void fill(Index host) {
    for (size_t at = best_for(host); at < left_.size(); at = best_for(host)) {
      tally_.place_at(left_[at], host);
      wanted_ -= problem_.size(left_[at]);
      left_.erase(left_.begin() + static_cast<std::ptrdiff_t>(at));
    }
  }

  size_t best_for(Index host) const {
    const Size room = problem_.room(host) - tally_.load(host);
    const double cores = room.cores / std::max(wanted_.cores, 1e-9),
                 memory = room.memory / std::max(wanted_.memory, 1e-9);
    const Size capacity = problem_.capacity(host);
    double best = -1;
    size_t found = left_.size();
    for (size_t i = 0; i < left_.size(); ++i) {
      const Size& size = problem_.size(left_[i]);
      if (size.cores > room.cores || size.memory > room.memory) continue;
      const double value = cores * size.cores / capacity.cores + memory * size.memory / capacity.memory;
      if (value <= best || !tally_.can_place(left_[i], host) || breaks_a_rule(left_[i], host)) continue;
      best = value;
      found = i;
    }
    return found;
  }

  bool breaks_a_rule(Index vm, Index host) const {
    if (problem_.groups_of(vm).empty()) return false;
    const Score delta = tally_.delta(vm, host);
    return delta[kHardLevel] > -1 || delta[kSoftLevel] > 0;
  }

  const Problem& problem_;
  Tally& tally_;
  const double reached_;  // before: for the bound to aim at
  const bool by_worth_;
  std::vector<Index> left_;
  Size wanted_;
};

}  // namespace

void pack(const Problem& problem, Tally& tally, bool by_worth) {
  Packing(problem, tally, by_worth).run();
}

}  // namespace attune::placement
