// SPDX-License-Identifier: Apache-2.0
// BalanceBound: a part of NodeBound (node_bound.h): how balanced the hosts can still become, and what it
// takes in a later level of the Score to stay within a limit of it. One thread; the Problem must outlive it.
#pragma once

#include <array>
#include <vector>

#include "runtime/placement/left.h"
#include "runtime/placement/tally.h"

namespace attune::placement {

class BalanceBound {
 public:
  explicit BalanceBound(const Problem& problem);

  // What is added at least, as if demand could be spread at will, when so many of those left are elsewhere.
  double at_least(const Tally& tally, const Left& left, size_t elsewhere = 0);

  // The rest after at_least() of the same node, with nobody elsewhere.

  // Strikes the hosts where a VM would add more than `slack` to that. False: the limit cannot be kept.
  bool narrow(const Tally& tally, const Left& left, double slack);
  // Finds prices of demand on the hosts for a level, where each VM costs `sums` (by VM and host) by itself.
  void price(const Tally& root, const Left& left, size_t level, const std::vector<double>& sums);
  bool has_prices(size_t level) const { return !prices_[level].empty(); }
  // What the level gets at least, by these prices.
  double priced_at_least(const Tally& tally, const Left& left, size_t level,
                         const std::vector<double>& sums) const;
  // Strikes the hosts that would raise it by more than `slack`. False: the limit cannot be kept then.
  bool drop_dear(const Tally& tally, const Left& left, size_t level, const std::vector<double>& sums,
                 double slack) const;
  double price(size_t level, Index vm, Index host) const { return prices_[level][host] * demand(vm); }

 private:
  double demand(Index vm) const { return problem_.state().vms[vm].demand; }
  double cores(Index host) const { return problem_.state().hosts[host].cores; }
  bool is_too_far(Index host, double distance) const;
  bool may_fill(const Tally& tally, const Left& left) const;
  double sum_with(const Tally& tally, const Left& left, const std::vector<double>& prices,
                  const std::vector<double>& sums, std::vector<double>& slope) const;
  double norm_of(const std::vector<double>& prices) const;
  double mean_of(const std::vector<double>& prices) const;

  const Problem& problem_;
  double all_cores_ = 0;
  // The hosts' demands that are best balanced, and how far, by the balance itself, others may be from them.
  std::vector<double> targets_;
  double slack_ = 0;
  std::array<std::vector<double>, kLevels> prices_;  // by host; empty: they are of no use
  std::array<double, kLevels> norms_{};
};

}  // namespace attune::placement
