// SPDX-License-Identifier: Apache-2.0
#include "runtime/traffic/stable_groups.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace attune::traffic {
namespace {

using Names = std::vector<std::string>;
using Machine = StableGroups::Machine;
// By id, each with its machines in order.
using Known = std::map<GroupId, Names>;

Known held_by(const StableGroups& state) {
  Known known;
  for (const Machine& machine : state.machines)
    if (machine.group != 0) known[machine.group].push_back(machine.name);
  return known;
}

struct Likeness {
  double amount = 0;
  GroupId id = 0;
  size_t found = 0;
};

// Of each found group and each known one that share a machine.
using Likenesses = std::map<std::pair<GroupId, size_t>, double>;

void add_likenesses(const std::vector<Group>& found, const Known& known, Likenesses& sums) {
  std::map<std::string_view, std::vector<GroupId>> ids_of;
  for (const auto& [id, machines] : known)
    for (const std::string& machine : machines) ids_of[machine].push_back(id);
  for (size_t i = 0; i < found.size(); ++i) {
    std::map<GroupId, size_t> shared;
    for (const std::string& machine : found[i].machines)
      for (const GroupId id : ids_of[machine]) ++shared[id];
    for (const auto& [id, count] : shared) {
      const size_t together = found[i].machines.size() + known.at(id).size() - count;
      sums[{id, i}] += static_cast<double>(count) / static_cast<double>(together);
    }
  }
}

std::vector<Likeness> likest_first(const std::vector<Group>& found, const StableGroups& state) {
  Known last;
  for (const auto& group : state.found) last[group.id] = group.machines;
  Likenesses sums;
  add_likenesses(found, held_by(state), sums);
  add_likenesses(found, last, sums);
  std::vector<Likeness> all;
  for (const auto& [key, amount] : sums) all.push_back({amount, key.first, key.second});
  std::sort(all.begin(), all.end(), [](const Likeness& a, const Likeness& b) {
    return std::tie(b.amount, a.id, a.found) < std::tie(a.amount, b.id, b.found);
  });
  return all;
}

// For each found group the id under which it is known; those that are new get one.
std::vector<GroupId> ids_of(const std::vector<Group>& found, StableGroups& state) {
  std::vector<GroupId> ids(found.size());
  std::set<GroupId> taken;
  for (const Likeness& likeness : likest_first(found, state)) {
    if (ids[likeness.found] != 0 || !taken.insert(likeness.id).second) continue;
    ids[likeness.found] = likeness.id;
  }
  for (GroupId& id : ids)
    if (id == 0) id = state.next++;
  return ids;
}

void add_machines(StableGroups& state, const std::map<std::string, GroupId>& found) {
  std::set<std::string_view> names;
  for (const Machine& machine : state.machines) names.insert(machine.name);
  std::vector<Machine> added;
  for (const auto& [name, id] : found)
    if (!names.contains(name)) added.push_back({name});
  state.machines.insert(state.machines.end(), added.begin(), added.end());
  std::sort(state.machines.begin(), state.machines.end(),
            [](const Machine& a, const Machine& b) { return a.name < b.name; });
}

void see(Machine& machine, GroupId id) {
  machine.absent = 0;
  if (id == machine.group) {
    machine.times = 0;
  } else if (machine.times > 0 && machine.other == id) {
    ++machine.times;
  } else {
    machine.other = id;
    machine.times = 1;
  }
}

// Of groups only those stay known that somebody belongs to or is on the way to.
void keep_found(StableGroups& state, const std::vector<Group>& found, const std::vector<GroupId>& ids) {
  Known last;
  for (auto& group : state.found) last[group.id] = std::move(group.machines);
  for (size_t i = 0; i < found.size(); ++i) last[ids[i]] = found[i].machines;
  std::set<GroupId> wanted;
  for (const Machine& machine : state.machines) {
    wanted.insert(machine.group);
    if (machine.times > 0) wanted.insert(machine.other);
  }
  state.found.clear();
  for (auto& [id, machines] : last)
    if (wanted.contains(id)) state.found.push_back({id, std::move(machines)});
}

Names others_in(const Known& known, GroupId id, const std::string& machine) {
  const auto place = known.find(id);
  Names others = place == known.end() ? Names{} : place->second;
  std::erase(others, machine);
  return others;
}

// Moves whoever was found elsewhere for long enough.
std::vector<Regroup> move_machines(StableGroups& state, uint32_t periods) {
  const Known before = held_by(state);
  std::vector<Regroup> changes;
  for (Machine& machine : state.machines) {
    const bool is_gone = machine.absent >= periods;
    if (machine.times < periods && !is_gone) continue;
    const GroupId to = is_gone ? 0 : machine.other;
    if (to != machine.group) changes.push_back({machine.name, machine.group, to, {}, {}});
    machine.group = to;
    machine.times = 0;
  }
  const Known after = held_by(state);
  for (Regroup& change : changes) {
    change.left = others_in(before, change.from, change.machine);
    change.joined = others_in(after, change.to, change.machine);
  }
  std::erase_if(state.machines, [&](const Machine& machine) { return machine.absent >= periods; });
  return changes;
}

}  // namespace

Result<void> check(const StabilitySettings& settings) {
  if (settings.periods == 0)
    return fail(ErrorCode::kInvalid, "periods is 0: a change of groups needs at least 1 period");
  return {};
}

std::vector<HeldGroup> held_groups(const StableGroups& state) {
  std::vector<HeldGroup> groups;
  for (auto& [id, machines] : held_by(state))
    if (machines.size() > 1) groups.push_back({id, machines});
  return groups;
}

std::string to_text(const Regroup& change) {
  std::string text = change.machine;
  if (!change.left.empty()) text += fmt::format(" left {}", fmt::join(change.left, ", "));
  if (!change.joined.empty())
    text += fmt::format("{} {}", change.left.empty() ? " joined" : " for", fmt::join(change.joined, ", "));
  if (change.left.empty() && change.joined.empty()) text += " is alone";
  return text;
}

std::vector<Regroup> take_period(StableGroups& state, const Groups& found, const Names& uncertain,
                                 const StabilitySettings& settings) {
  const std::vector<GroupId> ids = ids_of(found.groups, state);
  std::map<std::string, GroupId> seen;
  for (const std::string& machine : found.alone) seen[machine] = 0;
  for (size_t i = 0; i < ids.size(); ++i)
    for (const std::string& machine : found.groups[i].machines) seen[machine] = ids[i];
  add_machines(state, seen);
  const std::set<std::string_view> doubtful(uncertain.begin(), uncertain.end());
  for (Machine& machine : state.machines) {
    if (doubtful.contains(machine.name)) continue;
    if (const auto place = seen.find(machine.name); place != seen.end()) {
      see(machine, place->second);
    } else {
      ++machine.absent;
    }
  }
  std::vector<Regroup> changes = move_machines(state, settings.periods);
  keep_found(state, found.groups, ids);
  return changes;
}

}  // namespace attune::traffic
