// SPDX-License-Identifier: Apache-2.0
// Groups: machines that talk much with each other, found in one matrix. Between the collector's matrices and
// what is decided of them: stable_groups.h holds them still over time, placement keeps a group together.
// Pure: the same matrix and settings give the same groups. Any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/base/result.h"
#include "runtime/traffic/matrix.h"

namespace attune::traffic {

enum class GroupMethod { kThreshold, kLeiden };
std::string_view name_of(GroupMethod method);  // "threshold", "leiden"
std::optional<GroupMethod> find_method(std::string_view name);

enum class Measure { kMessages, kBytes };
std::string_view name_of(Measure measure);  // "messages", "bytes"
std::optional<Measure> find_measure(std::string_view name);
double amount_of(const Volume& volume, Measure by);

// What Leiden makes as large as it can: modularity, or the constant Potts model, which finds small groups in
// large networks too, but whose resolution is an amount of traffic.
enum class Quality { kModularity, kCpm };
std::string_view name_of(Quality quality);  // "modularity", "cpm"

struct GroupSettings {
  GroupMethod method = GroupMethod::kThreshold;
  Measure by = Measure::kBytes;
  double minimum = 0;       // a pair that exchanges less, in both directions together, is left out
  double factor = 2.0 / 3;  // threshold: the share of a group's mean that a pair needs, 0 to 1
  Quality quality = Quality::kModularity;
  double resolution = 1;  // leiden: more gives smaller groups, above 0
  uint64_t seed = 1;      // leiden: of the order in which it looks at the machines
};

// kInvalid with the setting, its value and what it may be.
Result<void> check(const GroupSettings& settings);

struct Group {
  std::vector<std::string> machines;  // sorted; at least two
  Volume inside;                      // what they exchange with each other, both directions
  Volume outside;                     // what they exchange with machines that are not in the group
  double mean = 0;  // of the pairs inside that exchange anything, by the measure of the settings

  bool operator==(const Group&) const = default;
};

// Of what the group's machines exchange with machines, the part that stays in the group: 0 to 1. The rest
// goes out. 0 where there is nothing by this measure.
double inside_share(const Group& group, Measure by);

struct Groups {
  std::vector<Group> groups;       // sorted by their first machines
  std::vector<std::string> alone;  // machines in no group; sorted

  bool operator==(const Groups&) const = default;
};

// Each machine of the matrix is in one group or alone. Addresses that are no machine's are left out, and so
// is what a machine sends to itself. The settings must be valid.
Groups find_groups(const Matrix& matrix, const GroupSettings& settings);

// The parts of find_groups, for who has a graph already.

// Two machines, by numbers below the count of all, and what they exchange. from < to.
struct Pair {
  uint32_t from = 0;
  uint32_t to = 0;
  double amount = 0;

  bool operator==(const Pair&) const = default;
};

// Directions summed, each pair once, sorted, none below the minimum; the numbers are places in `machines`,
// the matrix's machines in its order.
struct PairGraph {
  std::vector<std::string> machines;
  std::vector<Pair> pairs;
};
PairGraph pairs_of(const Matrix& matrix, Measure by, double minimum);

// For each machine the number of its group; who is alone has a number of its own. Numbered from 0 in the
// order of their first machines.
using Partition = std::vector<uint32_t>;
// The same groups, numbered so.
Partition numbered(const Partition& partition);

}  // namespace attune::traffic
