// SPDX-License-Identifier: Apache-2.0
#include "runtime/traffic/threshold.h"

#include <algorithm>
#include <numeric>
#include <tuple>

namespace attune::traffic {
namespace {

// A mean of equal amounts may come out a little above them.
constexpr double kRounding = 1 - 1e-12;

// Groups as trees of machines (union by size, paths halved); a machine in no group is a tree of its own.
class Forest {
 public:
  Forest(size_t machines, double factor)
      : factor_(factor), parents_(machines), sums_(machines), counts_(machines) {
    std::iota(parents_.begin(), parents_.end(), 0U);
  }

  void take(const Pair& pair) {
    uint32_t one = root(pair.from), other = root(pair.to);
    if (!accepts(one, pair.amount) || !accepts(other, pair.amount)) return;
    if (one != other) {
      if (counts_[one] < counts_[other]) std::swap(one, other);
      parents_[other] = one;
      sums_[one] += sums_[other];
      counts_[one] += counts_[other];
    }
    sums_[one] += pair.amount;
    counts_[one] += 1;
  }

  uint32_t root(uint32_t machine) {
    while (parents_[machine] != machine) {
      parents_[machine] = parents_[parents_[machine]];
      machine = parents_[machine];
    }
    return machine;
  }

 private:
  // Who is in no group has no threshold.
  bool accepts(uint32_t group, double amount) const {
    return counts_[group] == 0 || amount >= kRounding * factor_ * (sums_[group] / counts_[group]);
  }

  double factor_;
  std::vector<uint32_t> parents_;
  std::vector<double> sums_;    // of the pairs that hold the root's group together
  std::vector<double> counts_;  // how many these are
};

}  // namespace

Partition threshold_partition(size_t machines, const std::vector<Pair>& pairs, double factor) {
  std::vector<Pair> falling = pairs;
  std::sort(falling.begin(), falling.end(), [](const Pair& a, const Pair& b) {
    return std::tie(b.amount, a.from, a.to) < std::tie(a.amount, b.from, b.to);
  });
  Forest forest(machines, factor);
  for (const Pair& pair : falling) forest.take(pair);
  Partition roots(machines);
  for (uint32_t i = 0; i < machines; ++i) roots[i] = forest.root(i);
  return numbered(roots);
}

}  // namespace attune::traffic
