// SPDX-License-Identifier: Apache-2.0
#include "runtime/traffic/leiden.h"

#include <algorithm>
#include <cmath>
#include <deque>
#include <numeric>
#include <utility>

#include "runtime/traffic/network.h"

namespace attune::traffic {
namespace {

constexpr int kPasses = 10, kRuns = 10;
constexpr size_t kSmall = 1000;       // machines; more are looked at in one run
constexpr double kRandomness = 0.01;  // the paper's theta, in mean pairs
constexpr double kLeastGain = 1e-9;   // in mean pairs: less is rounding

// SplitMix64 (G. Steele, D. Lea, C. Flood 2014). The library's distributions differ between libraries.
class Random {
 public:
  explicit Random(uint64_t seed) : state_(seed) {}

  uint64_t next() {
    uint64_t z = state_ += 0x9E3779B97F4A7C15;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
    return z ^ (z >> 31);
  }
  double fraction() { return static_cast<double>(next() >> 11) * 0x1.0p-53; }  // 0 to below 1

  std::vector<uint32_t> order(uint32_t count) {
    std::vector<uint32_t> numbers(count);
    std::iota(numbers.begin(), numbers.end(), 0U);
    for (uint32_t i = count; i > 1; --i) std::swap(numbers[i - 1], numbers[next() % i]);
    return numbers;
  }

 private:
  uint64_t state_;
};

// What one node exchanges with each community around it.
class Around {
 public:
  explicit Around(uint32_t communities) : weights_(communities), is_near_(communities) {}

  void clear() {
    for (const uint32_t community : near_) {
      weights_[community] = 0;
      is_near_[community] = false;
    }
    near_.clear();
  }
  void add(uint32_t community, double weight) {
    if (!is_near_[community]) near_.push_back(community);
    is_near_[community] = true;
    weights_[community] += weight;
  }
  double weight(uint32_t community) const { return weights_[community]; }
  const std::vector<uint32_t>& near() const { return near_; }

 private:
  std::vector<double> weights_;
  std::vector<bool> is_near_;
  std::vector<uint32_t> near_;
};

uint32_t count_of(const Partition& partition) {
  return partition.empty() ? 0 : *std::max_element(partition.begin(), partition.end()) + 1;
}

// The first phase: single nodes go where the quality gains most, until none wants to.
class LocalMoves {
 public:
  LocalMoves(const Network& network, double resolution, Partition& partition)
      : network_(network),
        resolution_(resolution),
        partition_(partition),
        sizes_(network.nodes()),
        members_(network.nodes()),
        around_(network.nodes()) {
    for (uint32_t node = 0; node < network.nodes(); ++node) {
      sizes_[partition[node]] += network.sizes[node];
      ++members_[partition[node]];
    }
    for (uint32_t community = 0; community < network.nodes(); ++community)
      if (members_[community] == 0) empty_.push_back(community);
  }

  void run(Random& random) {
    const std::vector<uint32_t> order = random.order(network_.nodes());
    std::deque<uint32_t> queue(order.begin(), order.end());
    std::vector<bool> is_queued(network_.nodes(), true);
    while (!queue.empty()) {
      const uint32_t node = queue.front();
      queue.pop_front();
      is_queued[node] = false;
      if (!move(node)) continue;
      for (const Network::Edge& edge : network_.edges_of(node)) {
        if (is_queued[edge.to] || partition_[edge.to] == partition_[node]) continue;
        is_queued[edge.to] = true;
        queue.push_back(edge.to);
      }
    }
  }

 private:
  bool move(uint32_t node) {
    const uint32_t from = partition_[node];
    around_.clear();
    for (const Network::Edge& edge : network_.edges_of(node)) around_.add(partition_[edge.to], edge.weight);
    leave(node, from);
    uint32_t best = from;
    double most = gain(node, from) + kLeastGain;
    if (members_[from] > 0 && most < 0) {
      best = empty_.back();
      most = 0;
    }
    for (const uint32_t community : around_.near()) {
      if (community == from || gain(node, community) <= most) continue;
      best = community;
      most = gain(node, community);
    }
    join(node, best);
    return best != from;
  }

  double gain(uint32_t node, uint32_t community) const {
    return around_.weight(community) - resolution_ * network_.sizes[node] * sizes_[community];
  }

  void leave(uint32_t node, uint32_t community) {
    sizes_[community] -= network_.sizes[node];
    if (--members_[community] > 0) return;
    sizes_[community] = 0;
    empty_.push_back(community);
  }

  void join(uint32_t node, uint32_t community) {
    // Who goes into an empty one goes where it just left, or into the last.
    if (members_[community]++ == 0) empty_.pop_back();
    sizes_[community] += network_.sizes[node];
    partition_[node] = community;
  }

  const Network& network_;
  double resolution_;
  Partition& partition_;
  std::vector<double> sizes_;
  std::vector<uint32_t> members_;
  std::vector<uint32_t> empty_;
  Around around_;
};

// The second phase: within each community nodes begin alone and join what they are well connected to, at
// random and rather where it gains more. What comes out is connected.
class Refinement {
 public:
  Refinement(const Network& network, double resolution, const Partition& partition)
      : network_(network),
        resolution_(resolution),
        partition_(partition),
        whole_(network.nodes()),
        refined_(network.nodes()),
        sizes_(network.sizes),
        cuts_(network.nodes()),
        is_single_(network.nodes(), true),
        around_(network.nodes()) {
    std::iota(refined_.begin(), refined_.end(), 0U);
    for (uint32_t node = 0; node < network.nodes(); ++node) {
      whole_[partition[node]] += network.sizes[node];
      for (const Network::Edge& edge : network.edges_of(node))
        if (partition[edge.to] == partition[node]) cuts_[node] += edge.weight;
    }
  }

  Partition run(Random& random) {
    for (const uint32_t node : random.order(network_.nodes()))
      if (is_single_[refined_[node]] && is_well_connected(refined_[node], partition_[node]))
        merge(node, random);
    return numbered(refined_);
  }

 private:
  bool is_well_connected(uint32_t part, uint32_t community) const {
    return cuts_[part] >= resolution_ * sizes_[part] * (whole_[community] - sizes_[part]) - kLeastGain;
  }

  void merge(uint32_t node, Random& random) {
    around_.clear();
    for (const Network::Edge& edge : network_.edges_of(node))
      if (partition_[edge.to] == partition_[node]) around_.add(refined_[edge.to], edge.weight);
    parts_ = {refined_[node]};
    gains_ = {0};
    for (const uint32_t part : around_.near()) {
      const double gain = around_.weight(part) - resolution_ * network_.sizes[node] * sizes_[part];
      if (gain < 0 || !is_well_connected(part, partition_[node])) continue;
      parts_.push_back(part);
      gains_.push_back(gain);
    }
    const uint32_t chosen = parts_[choose(random)];
    if (chosen == refined_[node]) return;
    sizes_[chosen] += network_.sizes[node];
    cuts_[chosen] += cuts_[node] - 2 * around_.weight(chosen);
    is_single_[chosen] = false;
    refined_[node] = chosen;
  }

  size_t choose(Random& random) {
    const double most = *std::max_element(gains_.begin(), gains_.end());
    double sum = 0;
    for (double& gain : gains_) sum += gain = std::exp((gain - most) / kRandomness);
    double left = random.fraction() * sum;
    for (size_t i = 0; i < gains_.size(); ++i) {
      left -= gains_[i];
      if (left < 0) return i;
    }
    return static_cast<size_t>(std::max_element(gains_.begin(), gains_.end()) - gains_.begin());
  }

  const Network& network_;
  double resolution_;
  const Partition& partition_;
  std::vector<double> whole_;  // of each community of the partition
  Partition refined_;
  std::vector<double> sizes_;    // of each part
  std::vector<double> cuts_;     // what a part exchanges with the rest of its community
  std::vector<bool> is_single_;  // for each part, whether it is the node it began with and no more
  Around around_;
  std::vector<uint32_t> parts_;  // where a node may go, and what that gains
  std::vector<double> gains_;
};

// Moves, refines and aggregates until there is nothing left to aggregate.
Partition pass(const Network& machines, double resolution, Partition partition, Random& random) {
  Network network = machines;
  Partition node_of(machines.nodes());  // of each machine
  std::iota(node_of.begin(), node_of.end(), 0U);
  while (true) {
    LocalMoves(network, resolution, partition).run(random);
    partition = numbered(partition);
    const Partition refined = Refinement(network, resolution, partition).run(random);
    const uint32_t parts = count_of(refined);
    if (count_of(partition) == network.nodes() || parts == network.nodes()) break;
    Partition community_of(parts);
    for (uint32_t node = 0; node < network.nodes(); ++node) community_of[refined[node]] = partition[node];
    for (uint32_t& node : node_of) node = refined[node];
    network = aggregate(network, refined, parts);
    partition = std::move(community_of);
  }
  for (uint32_t& node : node_of) node = partition[node];
  return node_of;
}

// The quality of a partition of machines, but for what no partition changes.
double score(const Network& network, double resolution, const Partition& partition) {
  std::vector<double> sizes(partition.size());
  double inside = 0;
  for (uint32_t node = 0; node < network.nodes(); ++node) {
    sizes[partition[node]] += network.sizes[node];
    for (const Network::Edge& edge : network.edges_of(node))
      if (partition[edge.to] == partition[node]) inside += edge.weight / 2;
  }
  for (const double size : sizes) inside -= resolution * size * size / 2;
  return inside;
}

Partition best_of_passes(const Network& network, double resolution, Random& random) {
  Partition best(network.nodes());
  std::iota(best.begin(), best.end(), 0U);
  double most = score(network, resolution, best);
  for (int i = 0; i < kPasses; ++i) {
    Partition next = connected_parts(network, pass(network, resolution, best, random));
    const double reached = score(network, resolution, next);
    if (reached <= most + kLeastGain) break;
    most = reached;
    best = std::move(next);
  }
  return best;
}

std::vector<double> strengths(size_t machines, const std::vector<Pair>& pairs, double unit) {
  std::vector<double> sums(machines);
  for (const Pair& pair : pairs) {
    sums[pair.from] += pair.amount / unit;
    sums[pair.to] += pair.amount / unit;
  }
  return sums;
}

double total_of(const std::vector<Pair>& pairs) {
  return std::accumulate(pairs.begin(), pairs.end(), 0.0,
                         [](double sum, const Pair& pair) { return sum + pair.amount; });
}

}  // namespace

Partition leiden_partition(size_t machines, const std::vector<Pair>& pairs, const LeidenSettings& settings) {
  Partition best(machines);
  std::iota(best.begin(), best.end(), 0U);
  const double total = total_of(pairs);
  if (!(total > 0)) return best;
  // In mean pairs, so that the same network in other units gives the same communities.
  const double count = static_cast<double>(pairs.size());
  const double unit = total / count;
  const bool is_modularity = settings.quality == Quality::kModularity;
  const double resolution = is_modularity ? settings.resolution / (2 * count) : settings.resolution / unit;
  const Network network = network_of(
      is_modularity ? strengths(machines, pairs, unit) : std::vector<double>(machines, 1.0), pairs, unit);
  Random random(settings.seed);
  double most = score(network, resolution, best);
  for (int run = 0; run < (machines <= kSmall ? kRuns : 1); ++run) {
    Partition next = best_of_passes(network, resolution, random);
    const double reached = score(network, resolution, next);
    if (reached <= most + kLeastGain) continue;
    most = reached;
    best = std::move(next);
  }
  return numbered(best);
}

double quality_of(const Partition& partition, const std::vector<Pair>& pairs,
                  const LeidenSettings& settings) {
  const double total = total_of(pairs);
  if (!(total > 0)) return 0;
  const bool is_modularity = settings.quality == Quality::kModularity;
  std::vector<double> sizes =
      is_modularity ? strengths(partition.size(), pairs, 1) : std::vector<double>(partition.size(), 1.0);
  const Partition groups = numbered(partition);
  std::vector<double> sums(partition.size());
  for (size_t i = 0; i < groups.size(); ++i) sums[groups[i]] += sizes[i];
  double inside = 0, expected = 0;
  for (const Pair& pair : pairs)
    if (groups[pair.from] == groups[pair.to]) inside += pair.amount;
  for (const double sum : sums) expected += is_modularity ? sum * sum : sum * sum - sum;
  if (!is_modularity) return inside - settings.resolution * expected / 2;
  return inside / total - settings.resolution * expected / (4 * total * total);
}

}  // namespace attune::traffic
