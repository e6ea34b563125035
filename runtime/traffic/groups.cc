// SPDX-License-Identifier: Apache-2.0
#include "runtime/traffic/groups.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <tuple>
#include <unordered_map>
#include <utility>

#include <fmt/format.h>

#include "runtime/traffic/leiden.h"
#include "runtime/traffic/threshold.h"

namespace attune::traffic {
namespace {

constexpr uint32_t kNobody = std::numeric_limits<uint32_t>::max();

// For each party its place among the machines.
std::vector<uint32_t> machine_places(const Matrix& matrix) {
  std::vector<uint32_t> places;
  uint32_t count = 0;
  for (const Party& party : matrix.parties) places.push_back(party.is_vm ? count++ : kNobody);
  return places;
}

bool is_amount(double value) {
  return std::isfinite(value) && value >= 0;
}

Partition partition_of(const PairGraph& graph, const GroupSettings& settings) {
  if (settings.method == GroupMethod::kThreshold)
    return threshold_partition(graph.machines.size(), graph.pairs, settings.factor);
  return leiden_partition(graph.machines.size(), graph.pairs,
                          {settings.quality, settings.resolution, settings.seed});
}

// Gives each group what the matrix says of it, also by the measure that did not form it.
class Sums {
 public:
  Sums(const Matrix& matrix, const Partition& partition, Measure by)
      : groups_(partition.size()), pairs_(partition.size()) {
    const std::vector<uint32_t> places = machine_places(matrix);
    for (const Cell& cell : matrix.cells) {
      const uint32_t from = places[cell.from], to = places[cell.to];
      if (from == kNobody || to == kNobody || from == to) continue;
      add(partition[from], partition[to], cell.volume);
      if (partition[from] != partition[to] || amount_of(cell.volume, by) <= 0) continue;
      // A pair counts once, by its first direction that there is.
      const bool is_second = from > to && amount_of(volume_of(matrix, cell.to, cell.from), by) > 0;
      if (!is_second) ++pairs_[partition[from]];
    }
    for (size_t i = 0; i < groups_.size(); ++i)
      if (pairs_[i] > 0) groups_[i].mean = amount_of(groups_[i].inside, by) / pairs_[i];
  }

  Group take(uint32_t group) { return std::move(groups_[group]); }

 private:
  void add(uint32_t from, uint32_t to, const Volume& volume) {
    if (from == to) {
      groups_[from].inside += volume;
    } else {
      groups_[from].outside += volume;
      groups_[to].outside += volume;
    }
  }

  std::vector<Group> groups_;
  std::vector<double> pairs_;
};

}  // namespace

std::string_view name_of(GroupMethod method) {
  return method == GroupMethod::kThreshold ? "threshold" : "leiden";
}

std::optional<GroupMethod> find_method(std::string_view name) {
  for (const GroupMethod method : {GroupMethod::kThreshold, GroupMethod::kLeiden})
    if (name_of(method) == name) return method;
  return std::nullopt;
}

std::string_view name_of(Measure measure) {
  return measure == Measure::kMessages ? "messages" : "bytes";
}

std::optional<Measure> find_measure(std::string_view name) {
  for (const Measure measure : {Measure::kMessages, Measure::kBytes})
    if (name_of(measure) == name) return measure;
  return std::nullopt;
}

std::string_view name_of(Quality quality) {
  return quality == Quality::kModularity ? "modularity" : "cpm";
}

double amount_of(const Volume& volume, Measure by) {
  return by == Measure::kMessages ? volume.messages : volume.bytes;
}

Result<void> check(const GroupSettings& settings) {
  if (!is_amount(settings.minimum))
    return fail(ErrorCode::kInvalid, fmt::format("minimum is {}: it must be a number of {}, 0 or more",
                                                 settings.minimum, name_of(settings.by)));
  if (!is_amount(settings.factor) || settings.factor > 1)
    return fail(
        ErrorCode::kInvalid,
        fmt::format("factor is {}: it must be from 0 to 1, as a share of a group's mean", settings.factor));
  if (!is_amount(settings.resolution) || settings.resolution == 0)
    return fail(ErrorCode::kInvalid,
                fmt::format("resolution is {}: it must be a number above 0", settings.resolution));
  return {};
}

double inside_share(const Group& group, Measure by) {
  const double inside = amount_of(group.inside, by), outside = amount_of(group.outside, by);
  return inside + outside > 0 ? inside / (inside + outside) : 0;
}

PairGraph pairs_of(const Matrix& matrix, Measure by, double minimum) {
  const std::vector<uint32_t> places = machine_places(matrix);
  PairGraph graph;
  for (const Party& party : matrix.parties)
    if (party.is_vm) graph.machines.push_back(party.name);
  std::vector<Pair> directed;
  for (const Cell& cell : matrix.cells) {
    const uint32_t from = places[cell.from], to = places[cell.to];
    const double amount = amount_of(cell.volume, by);
    if (from == kNobody || to == kNobody || from == to || !(amount > 0)) continue;
    directed.push_back({std::min(from, to), std::max(from, to), amount});
  }
  std::sort(directed.begin(), directed.end(), [](const Pair& a, const Pair& b) {
    return std::tie(a.from, a.to, a.amount) < std::tie(b.from, b.to, b.amount);
  });
  for (const Pair& pair : directed) {
    if (!graph.pairs.empty() && graph.pairs.back().from == pair.from && graph.pairs.back().to == pair.to) {
      graph.pairs.back().amount += pair.amount;
    } else {
      graph.pairs.push_back(pair);
    }
  }
  std::erase_if(graph.pairs, [&](const Pair& pair) { return pair.amount < minimum; });
  return graph;
}

Partition numbered(const Partition& partition) {
  std::unordered_map<uint32_t, uint32_t> numbers;
  Partition result;
  result.reserve(partition.size());
  for (const uint32_t group : partition)
    result.push_back(numbers.try_emplace(group, static_cast<uint32_t>(numbers.size())).first->second);
  return result;
}

Groups find_groups(const Matrix& matrix, const GroupSettings& settings) {
  const PairGraph graph = pairs_of(matrix, settings.by, settings.minimum);
  const Partition partition = partition_of(graph, settings);
  Sums sums(matrix, partition, settings.by);
  // Numbered in the order of their first machines, so that they come out sorted.
  std::map<uint32_t, std::vector<std::string>> members;
  for (size_t i = 0; i < partition.size(); ++i) members[partition[i]].push_back(graph.machines[i]);
  Groups groups;
  for (auto& [number, machines] : members) {
    if (machines.size() < 2) {
      groups.alone.push_back(std::move(machines.front()));
      continue;
    }
    groups.groups.push_back(sums.take(number));
    groups.groups.back().machines = std::move(machines);
  }
  return groups;
}

}  // namespace attune::traffic
