// SPDX-License-Identifier: Apache-2.0
// Aim: what one search of the tree (exact.h) is for. Where balance is an objective there are two: less than
// 1e-4 of it is no gain (problem.h), and by steps each of which is none one could get anywhere. So the first
// finds how little it can be, the second the best in all else of what is as good as that. Pure values; any
// thread.
#pragma once

#include "runtime/placement/score.h"

namespace attune::placement {

class Aim {
 public:
  // All levels as they are.
  Aim() = default;
  // As little as can be in this level; below `enough` all is equal, and later levels do not count.
  static Aim least(size_t level, double enough) { return {Kind::kLeast, level, enough}; }
  // At most so much in this level, with which all is equal there.
  static Aim within(size_t level, double most) { return {Kind::kWithin, level, most}; }

  bool is_least() const { return kind_ == Kind::kLeast; }
  bool is_within() const { return kind_ == Kind::kWithin; }
  double most() const { return at_; }

  // What the level counts for this aim: never falls as the value rises, so a bound of it is a bound of that.
  double seen(size_t level, double value) const {
    if (kind_ == Kind::kAll || level < level_) return value;
    if (level > level_) return is_least() ? 0 : value;
    if (is_least()) return kFine * std::max(value, at_);
    return value <= at_ ? 0 : 1;
  }
  Score seen(const Score& score) const {
    Score all;
    for (size_t i = 0; i < kLevels; ++i) all[i] = seen(i, score[i]);
    return all;
  }

 private:
  // So that what counts as equal (score.h) is 1e-8 of the mean square of the hosts' use.
  static constexpr double kFine = 1e4;
  enum class Kind { kAll, kLeast, kWithin };
  Aim(Kind kind, size_t level, double at) : kind_(kind), level_(level), at_(at) {}

  Kind kind_ = Kind::kAll;
  size_t level_ = 0;
  double at_ = 0;
};

}  // namespace attune::placement
