// SPDX-License-Identifier: Apache-2.0
// Score: how good a placement is, as levels of which the first counts most: what must not be, what should not
// be, the objectives in their order, and the moves. Less is better. Pure values; any thread.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <compare>

#include "runtime/placement/state.h"

namespace attune::placement {

// VMs without a place they may be in and broken hard constraints; weighted broken soft ones; four objectives;
// seconds of migrations; how many there are.
inline constexpr size_t kHardLevel = 0, kSoftLevel = 1, kFirstObjective = 2, kSecondsLevel = 6,
                        kMovesLevel = 7, kLevels = 8;

struct Score {
  std::array<double, kLevels> level{};

  double& operator[](size_t i) { return level[i]; }
  double operator[](size_t i) const { return level[i]; }
  Score& operator+=(const Score& other) {
    for (size_t i = 0; i < kLevels; ++i) level[i] += other.level[i];
    return *this;
  }
};

// Sums in another order differ by less.
inline bool is_equal(double a, double b) {
  return std::abs(a - b) <= 1e-9 * std::max({1.0, std::abs(a), std::abs(b)});
}

// The first level that differs decides.
inline std::weak_ordering compare(const Score& a, const Score& b) {
  for (size_t i = 0; i < kLevels; ++i)
    if (!is_equal(a[i], b[i])) return a[i] < b[i] ? std::weak_ordering::less : std::weak_ordering::greater;
  return std::weak_ordering::equivalent;
}
inline bool is_better(const Score& a, const Score& b) {
  return compare(a, b) < 0;
}

// `delta` would make `base` better: compared against the size of `base`, so that nothing is done for a
// rounding.
inline bool is_gain(const Score& delta, const Score& base) {
  for (size_t i = 0; i < kLevels; ++i) {
    const double least = 1e-9 * std::max(1.0, std::abs(base[i]));
    if (std::abs(delta[i]) > least) return delta[i] < 0;
  }
  return false;
}

}  // namespace attune::placement
