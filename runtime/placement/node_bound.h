// SPDX-License-Identifier: Apache-2.0
// NodeBound: at a node of the branch and bound, what the VMs that are not placed yet must still add at least.
// Kept up to date with the placements. One thread; the Problem must outlive it.
#pragma once

#include <span>
#include <vector>

#include "runtime/placement/aim.h"
#include "runtime/placement/balance_bound.h"
#include "runtime/placement/bound.h"
#include "runtime/placement/pair_costs.h"
#include "runtime/placement/tally.h"

namespace attune::placement {

class NodeBound {
 public:
  NodeBound(const Problem& problem, const Aim& aim);

  // How much it matters that the pair is apart.
  double weight(Index vm, size_t neighbour) const;

  // The order in which VMs are placed; none is yet.
  void begin(std::span<const Index> order, const Tally& root);
  void place(Index vm, Index host) { add(vm, host, 1); }
  void take_back(Index vm, Index host) { add(vm, host, -1); }
  // Of any placement whose hard level is no more than that. Before the first VM is placed.
  double least_balance(const Tally& root, double hard);
  // What the VM costs there in a level, with what balance makes of its demand.
  double priced(size_t level, Index vm, Index host) const;
  // False: with the first `depth` VMs of the order as in the tally, nothing better than `best` follows.
  bool may_improve(const Tally& tally, size_t depth, const Score& best);

 private:
  bool find_hosts(const Tally& tally, size_t depth);
  std::span<const Index> left_from(size_t depth) const { return std::span(order_).subspan(depth); }
  double so_far(const Tally& tally, size_t depth, size_t level) const;
  double hard_at_least(const Tally& tally, size_t depth) const;
  size_t may_be_elsewhere(const Tally& tally, size_t depth, double hard) const;
  double at_least(const Tally& tally, size_t depth, size_t level, size_t elsewhere = 0,
                  bool with_pairs = false) const;
  double hosts_at_least(const Tally& tally, size_t level) const;
  double pairs_at_least(const Tally& tally, size_t depth, size_t level, Index vm, Index host) const;
  bool may_keep_balance(const Tally& tally, size_t depth, size_t level, double best, double& seen);
  Left left(size_t depth) { return {left_from(depth), possible_}; }
  void add(Index vm, Index host, double sign);

  const Problem& problem_;
  const Aim aim_;
  BalanceBound balance_;
  PairCosts pairs_;
  std::array<Prices, kLevels> prices_;
  std::array<std::vector<double>, kLevels> sums_;  // alone and with those placed, by VM and host
  std::vector<Index> order_;
  std::vector<size_t> position_;
  std::vector<std::vector<Index>> possible_;
};

}  // namespace attune::placement
