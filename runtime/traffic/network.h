// SPDX-License-Identifier: Apache-2.0
// Network: a weighted graph as Leiden walks it. Its nodes are machines or, when it has been aggregated,
// communities of such. Between pairs and leiden.h. A plain value; any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "runtime/traffic/groups.h"

namespace attune::traffic {

struct Network {
  struct Edge {
    uint32_t to = 0;
    double weight = 0;
  };

  std::vector<size_t> starts;  // of each node's edges, and one more
  std::vector<Edge> edges;     // each in both directions; none from a node to itself
  std::vector<double> sizes;   // what a node counts in the quality: its strength, or how many machines it is

  uint32_t nodes() const { return static_cast<uint32_t>(sizes.size()); }
  std::span<const Edge> edges_of(uint32_t node) const {
    return std::span(edges).subspan(starts[node], starts[node + 1] - starts[node]);
  }
};

// The amounts of the pairs divided by `unit`.
Network network_of(std::vector<double> sizes, const std::vector<Pair>& pairs, double unit);

// Each community of `partition`, numbered from 0 without gaps, becomes a node.
Network aggregate(const Network& network, const Partition& partition, uint32_t communities);

// Communities whose nodes are not all connected fall apart into those that are.
Partition connected_parts(const Network& network, const Partition& partition);

}  // namespace attune::traffic
