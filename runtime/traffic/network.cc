// SPDX-License-Identifier: Apache-2.0
#include "runtime/traffic/network.h"

#include <algorithm>
#include <limits>
#include <tuple>
#include <utility>

namespace attune::traffic {

Network network_of(std::vector<double> sizes, const std::vector<Pair>& pairs, double unit) {
  Network network;
  network.sizes = std::move(sizes);
  network.starts.assign(network.sizes.size() + 1, 0);
  for (const Pair& pair : pairs) {
    ++network.starts[pair.from + 1];
    ++network.starts[pair.to + 1];
  }
  for (size_t i = 1; i < network.starts.size(); ++i) network.starts[i] += network.starts[i - 1];
  network.edges.resize(2 * pairs.size());
  std::vector<size_t> next = network.starts;
  for (const Pair& pair : pairs) {
    network.edges[next[pair.from]++] = {pair.to, pair.amount / unit};
    network.edges[next[pair.to]++] = {pair.from, pair.amount / unit};
  }
  return network;
}

Network aggregate(const Network& network, const Partition& partition, uint32_t communities) {
  std::vector<double> sizes(communities);
  std::vector<Pair> between;
  for (uint32_t node = 0; node < network.nodes(); ++node) {
    sizes[partition[node]] += network.sizes[node];
    for (const Network::Edge& edge : network.edges_of(node)) {
      const uint32_t from = partition[node], to = partition[edge.to];
      if (from < to) between.push_back({from, to, edge.weight});
    }
  }
  // The amount too, so that it is always summed in the same order.
  std::sort(between.begin(), between.end(), [](const Pair& a, const Pair& b) {
    return std::tie(a.from, a.to, a.amount) < std::tie(b.from, b.to, b.amount);
  });
  std::vector<Pair> pairs;
  for (const Pair& pair : between) {
    if (!pairs.empty() && pairs.back().from == pair.from && pairs.back().to == pair.to) {
      pairs.back().amount += pair.amount;
    } else {
      pairs.push_back(pair);
    }
  }
  return network_of(std::move(sizes), pairs, 1);
}

Partition connected_parts(const Network& network, const Partition& partition) {
  constexpr uint32_t kUnseen = std::numeric_limits<uint32_t>::max();
  Partition parts(network.nodes(), kUnseen);
  std::vector<uint32_t> open;
  uint32_t count = 0;
  for (uint32_t first = 0; first < network.nodes(); ++first) {
    if (parts[first] != kUnseen) continue;
    parts[first] = count;
    open.push_back(first);
    while (!open.empty()) {
      const uint32_t node = open.back();
      open.pop_back();
      for (const Network::Edge& edge : network.edges_of(node)) {
        if (parts[edge.to] != kUnseen || partition[edge.to] != partition[node]) continue;
        parts[edge.to] = count;
        open.push_back(edge.to);
      }
    }
    ++count;
  }
  return parts;
}

}  // namespace attune::traffic
