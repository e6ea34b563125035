// SPDX-License-Identifier: Apache-2.0
// NodeBound: at a node of the branch and bound, what the VMs that are not placed yet must still add at least.
// Kept up to date with the placements. One thread; the Problem must outlive it.
#pragma once

#include <span>
#include <vector>

#include "runtime/placement/bound.h"
#include "runtime/placement/pair_costs.h"
#include "runtime/placement/tally.h"

namespace attune::placement {

class NodeBound {
 public:
  explicit NodeBound(const Problem& problem);

  // How much it matters that the pair is apart.
  double weight(Index vm, size_t neighbour) const;

  void begin(std::span<const Index> order);
  void place(Index vm, Index host) { add(vm, host, 1); }
  void take_back(Index vm, Index host) { add(vm, host, -1); }
  // False: with the first `depth` VMs of the order as in the tally, nothing better than `best` follows.
  bool may_improve(const Tally& tally, size_t depth, const Score& best);

 private:
  bool find_hosts(const Tally& tally, size_t depth);
  double at_least(const Tally& tally, size_t depth, size_t level, bool with_pairs) const;
  double hosts_at_least(const Tally& tally, size_t level) const;
  double pairs_at_least(const Tally& tally, size_t depth, size_t level, Index vm, Index host) const;
  double balance_at_least(const Tally& tally, size_t depth) const;
  void add(Index vm, Index host, double sign);

  const Problem& problem_;
  PairCosts pairs_;
  std::array<Prices, kLevels> prices_;
  std::array<std::vector<double>, kLevels> sums_;  // alone and with those placed, by VM and host
  std::vector<Index> order_;
  std::vector<size_t> position_;
  std::vector<std::vector<Index>> possible_;
};

}  // namespace attune::placement
