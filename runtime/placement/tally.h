// SPDX-License-Identifier: Apache-2.0
// Tally: a placement with its loads and its Score, kept up to date move by move. What the searches work on.
// One thread; the Problem must outlive it.
#pragma once

#include <vector>

#include "runtime/placement/problem.h"

namespace attune::placement {

class Tally {
 public:
  // As things stand; VMs without a host are nowhere.
  explicit Tally(const Problem& problem);

  Index place(Index vm) const { return place_[vm]; }
  const std::vector<Index>& places() const { return place_; }
  const Size& load(Index host) const { return load_[host]; }
  double demand(Index host) const { return demand_[host]; }
  size_t count(Index host) const { return count_[host]; }
  const Score& score() const { return score_; }
  size_t moves() const { return moves_; }

  // There is room for it, it may be there, and the budget allows it. Nowhere is always possible for who came
  // from there.
  bool can_place(Index vm, Index host) const;
  // What place_at would add to the score.
  Score delta(Index vm, Index host) const;
  void place_at(Index vm, Index host);
  // It goes nowhere, from where the score was `before`, and is so again to the last bit.
  void take_back(Index vm, const Score& before);
  // All of them, from nowhere: with no rounding in the sums of what was taken from them before.
  void restore(const std::vector<Index>& places);

 private:
  void clear();
  bool is_moved(Index vm, Index host) const;
  double group_delta(const Group& group, Index index, Index from, Index to) const;
  uint32_t& group_count(Index group, Index place) { return group_counts_[group_base_[group] + place]; }
  uint32_t group_count(Index group, Index place) const { return group_counts_[group_base_[group] + place]; }
  Index group_place(const Group& group, Index host) const {
    return group.scope == Scope::kHost ? host : problem_.site_of(host);
  }
  void count_in_groups(Index vm, Index from, Index to);

  const Problem& problem_;
  std::vector<Index> place_;
  std::vector<Size> load_;
  std::vector<double> demand_;
  std::vector<size_t> count_;
  std::vector<size_t> group_base_;
  std::vector<uint32_t> group_counts_, group_places_;
  size_t moves_ = 0;
  Score score_;
};

}  // namespace attune::placement
