// SPDX-License-Identifier: Apache-2.0
// PairCosts: what each pair that talks adds to a level of the Score, by their sites, as tables; and how
// little it can be where the two are on different hosts. For small cases. Immutable; any thread.
#pragma once

#include <array>
#include <vector>

#include "runtime/placement/problem.h"

namespace attune::placement {

class PairCosts {
 public:
  explicit PairCosts(const Problem& problem);

  // Levels that have any.
  const std::vector<size_t>& levels() const { return levels_; }
  // Of the VM's `neighbour`th neighbour, the two on different hosts of these sites.
  double apart(size_t level, Index vm, size_t neighbour, Index site, Index other) const {
    return tables_[level][((first_[vm] + neighbour) * sites_ + site) * sites_ + other];
  }
  // The least of it, wherever the other is.
  double least(size_t level, Index vm, size_t neighbour, Index site) const {
    return least_[level][(first_[vm] + neighbour) * sites_ + site];
  }
  // The neighbours of a VM on the site, those first that save most for what they take of the resource (0:
  // cores) when they are with it.
  const std::vector<Index>& by_worth(size_t level, Index vm, size_t resource, Index site) const {
    return orders_[level][order_of(vm, resource, site)];
  }

 private:
  void fill(size_t level);
  void sort(size_t level, Index vm, size_t resource, Index site);
  size_t order_of(Index vm, size_t resource, Index site) const {
    return (size_t{2} * vm + resource) * sites_ + site;
  }

  const Problem& problem_;
  size_t sites_;
  std::vector<size_t> levels_, first_, hosts_of_;
  std::array<std::vector<double>, kLevels> tables_, least_;
  std::array<std::vector<std::vector<Index>>, kLevels> orders_;
};

}  // namespace attune::placement
