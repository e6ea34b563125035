// SPDX-License-Identifier: Apache-2.0
#include "runtime/placement/packing.h"

#include <algorithm>
#include <cmath>

#include "runtime/placement/relaxation.h"

namespace attune::placement {

namespace {

constexpr int kTries = 48;       // of ways to fill a host
constexpr size_t kLookBack = 8;  // so many of a sort are asked whether a rule forbids them

class Packing {
 public:
  Packing(const Problem& problem, Tally& tally, Random& random)
      : problem_(problem), tally_(tally), random_(random), relaxed_(relax(problem, kFirstObjective)) {}

  void run() {
    take_out();
    share_out();
    const std::vector<Index> hosts = hosts_in_order();
    for (const Index host : hosts)
      if (open_[relaxed_.class_of[host]] > 0 && fill(host, quotas_[relaxed_.class_of[host]]))
        --open_[relaxed_.class_of[host]];
    std::vector<size_t> all;
    for (const auto& left : left_) all.push_back(left.size());
    for (const Index host : hosts) fill_greedily(host, all);
  }

 private:
  using Counts = std::vector<size_t>;  // by sort

  void take_out() {
    left_.resize(relaxed_.sorts.size());
    for (size_t sort = 0; sort < left_.size(); ++sort)
      for (const Index vm : relaxed_.sorts[sort]) {
        if (problem_.is_fixed(vm)) continue;
        tally_.place_at(vm, kNowhere);
        left_[sort].push_back(vm);
        wanted_ += problem_.size(vm);
      }
  }

  // Whole VMs of each sort to the classes: what is beyond the halves of a share goes to the next class.
  void share_out() {
    const size_t classes = relaxed_.classes.size();
    quotas_.assign(classes, Counts(left_.size()));
    for (size_t sort = 0; sort < left_.size(); ++sort) {
      double sum = 0;
      size_t given = 0;
      for (size_t one = 0; one < classes; ++one) {
        sum += relaxed_.shares[sort * classes + one];
        const size_t until = std::min(left_[sort].size(), static_cast<size_t>(std::lround(sum)));
        quotas_[one][sort] = until - given;
        given = until;
      }
    }
    for (const double open : relaxed_.open) open_.push_back(static_cast<size_t>(open + 0.01));
  }

  // Those first that are in use by who must stay, then what costs least for what its room is worth.
  std::vector<Index> hosts_in_order() const {
    std::vector<std::pair<double, Index>> priced;
    for (Index host = 0; host < problem_.hosts(); ++host) {
      if (!problem_.is_open(host)) continue;
      const Size &price = relaxed_.prices[relaxed_.class_of[host]], &room = problem_.capacity(host);
      const double worth = price.cores * room.cores + price.memory * room.memory;
      const double cost = problem_.open_cost(host)[kFirstObjective];
      // Without prices the plain size counts.
      const double size = worth > 0 ? worth
                                    : 1e-9 * (room.cores / std::max(wanted_.cores, 1e-9) +
                                              room.memory / std::max(wanted_.memory, 1e-9));
      priced.emplace_back(tally_.count(host) > 0 ? -1 : cost / std::max(size, 1e-300), host);
    }
    std::ranges::stable_sort(priced);
    std::vector<Index> hosts;
    for (const auto& [price, host] : priced) hosts.push_back(host);
    return hosts;
  }

  // --- one host ---

  struct Filling {
    std::vector<size_t> sorts;  // one for each VM
    double worth = -1;
  };

  // The best of some ways to fill it from the class's VMs, which draw them as they come: so the mix of those
  // that are left stays the one that the program found to suit.
  bool fill(Index host, Counts& quota) {
    Filling best;
    for (int i = 0; i < kTries; ++i) {
      Filling one = draw(host, quota, i);
      if (one.worth > best.worth) best = std::move(one);
    }
    for (const size_t sort : best.sorts)
      if (take(host, sort)) --quota[sort];
    return !best.sorts.empty();
  }

  Filling draw(Index host, Counts quota, int variant) {
    Filling filling{{}, 0};
    Size room = problem_.room(host) - tally_.load(host);
    const Size whole = room, &price = relaxed_.prices[relaxed_.class_of[host]];
    const auto add = [&](size_t sort) {
      const Size& size = size_of(sort);
      room -= size;
      --quota[sort];
      filling.sorts.push_back(sort);
      filling.worth += price.cores * size.cores + price.memory * size.memory;
    };
    // Up to a part of the room at random, then as large as fits.
    const double until = 0.2 * (1 + variant % 3);
    while (room.cores > until * whole.cores && room.memory > until * whole.memory) {
      const size_t sort = any_of(quota);
      if (sort == quota.size() || !size_of(sort).fits(room)) break;
      add(sort);
    }
    for (size_t sort = largest(quota, room, whole); sort < quota.size(); sort = largest(quota, room, whole))
      add(sort);
    return filling;
  }

  size_t any_of(const Counts& quota) {
    size_t sum = 0;
    for (const size_t count : quota) sum += count;
    if (sum == 0) return quota.size();
    size_t at = random_.below(sum), sort = 0;
    while (at >= quota[sort]) at -= quota[sort++];
    return sort;
  }

  // Of those that fit, the one that takes most in the proportion of what is free.
  size_t largest(const Counts& quota, const Size& room, const Size& whole) const {
    size_t found = quota.size();
    double best = -1;
    for (size_t sort = 0; sort < quota.size(); ++sort) {
      const Size& size = size_of(sort);
      if (quota[sort] == 0 || left_[sort].empty() || !size.fits(room)) continue;
      const double value = room.cores * size.cores / (whole.cores * whole.cores) +
                           room.memory * size.memory / (whole.memory * whole.memory);
      if (value > best) best = value, found = sort;
    }
    return found;
  }

  const Size& size_of(size_t sort) const {
    return problem_.size(left_[sort].empty() ? relaxed_.sorts[sort].front() : left_[sort].back());
  }

  bool take(Index host, size_t sort) {
    std::vector<Index>& left = left_[sort];
    for (size_t i = 0; i < std::min(kLookBack, left.size()); ++i) {
      const Index vm = left[left.size() - 1 - i];
      if (!tally_.can_place(vm, host) || breaks_a_rule(vm, host)) continue;
      tally_.place_at(vm, host);
      wanted_ -= problem_.size(vm);
      left.erase(left.end() - 1 - static_cast<std::ptrdiff_t>(i));
      return true;
    }
    return false;
  }

  // --- what is left ---

  void fill_greedily(Index host, Counts left) {
    const Size capacity = problem_.capacity(host);
    for (;;) {
      const Size room = problem_.room(host) - tally_.load(host);
      size_t found = left.size();
      double best = -1;
      for (size_t sort = 0; sort < left.size(); ++sort) {
        const Size& size = size_of(sort);
        if (left_[sort].empty() || left[sort] == 0 || !size.fits(room)) continue;
        const double value =
            room.cores / std::max(wanted_.cores, 1e-9) * size.cores / std::max(capacity.cores, 1e-9) +
            room.memory / std::max(wanted_.memory, 1e-9) * size.memory / std::max(capacity.memory, 1e-9);
        if (value > best) best = value, found = sort;
      }
      if (found == left.size()) return;
      if (!take(host, found)) left[found] = 0;  // a rule forbids it here
    }
  }

  bool breaks_a_rule(Index vm, Index host) const {
    if (problem_.groups_of(vm).empty()) return false;
    const Score delta = tally_.delta(vm, host);
    return delta[kHardLevel] > -1 || delta[kSoftLevel] > 0;
  }

  const Problem& problem_;
  Tally& tally_;
  Random& random_;
  const Relaxed relaxed_;
  std::vector<std::vector<Index>> left_;  // by sort
  std::vector<Counts> quotas_;            // by class
  std::vector<size_t> open_;
  Size wanted_;
};

}  // namespace

void pack(const Problem& problem, Tally& tally, Random& random) {
  Packing(problem, tally, random).run();
}

}  // namespace attune::placement
