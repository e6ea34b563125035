// SPDX-License-Identifier: Apache-2.0
// Left: the VMs that are not placed yet at a node of the tree (exact.h), and sums over them of which some may
// be elsewhere. What the bounds are made of. Values; one thread.
#pragma once

#include <algorithm>
#include <functional>
#include <span>
#include <vector>

#include "runtime/placement/state.h"

namespace attune::placement {

struct Left {
  std::span<const Index> vms;
  // By VM where it counts as broken least; none: it stays nowhere.
  std::vector<std::vector<Index>>& hosts;
};

// The sum without so many of the largest numbers: never too large, whichever do not count.
class SumWithoutLargest {
 public:
  explicit SumWithoutLargest(size_t count) : count_(count) {}

  void add(double number) {
    sum_ += number;
    if (count_ > 0 && number > 0) numbers_.push_back(number);
  }
  double sum() {
    std::ranges::sort(numbers_, std::greater());
    double sum = sum_;
    for (size_t i = 0; i < std::min(count_, numbers_.size()); ++i) sum -= numbers_[i];
    return sum;
  }

 private:
  const size_t count_;
  double sum_ = 0;
  std::vector<double> numbers_;
};

}  // namespace attune::placement
