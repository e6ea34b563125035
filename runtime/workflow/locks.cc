// SPDX-License-Identifier: Apache-2.0
#include "runtime/workflow/locks.h"

#include <algorithm>
#include <utility>

namespace attune::workflow {

namespace {
constexpr uint64_t kClassBit = uint64_t{1} << 32;
}

// A component is wanted alone, and with it a part of its class; a class as a whole is wanted alone.
std::vector<Locks::Want> Locks::wants_of(const Footprint& wanted) {
  std::vector<Want> wants;
  for (const uint32_t index : wanted.classes) wants.push_back({kClassBit | index, true});
  std::set<uint32_t> parts;
  for (const Footprint::One& one : wanted.components) {
    if (wanted.classes.contains(one.class_index)) continue;
    if (parts.insert(one.class_index).second) wants.push_back({kClassBit | one.class_index, false});
    wants.push_back({one.id, true});
  }
  return wants;
}

// Who is in the way at the node, and whether it holds it or only waits with an earlier turn.
std::optional<std::pair<RunId, bool>> Locks::in_the_way(const Node& node, const Turn& turn, bool alone) {
  if (node.alone != 0) return std::pair{node.alone, true};
  if (alone && !node.together.empty()) return std::pair{*node.together.begin(), true};
  const auto& first = node.waiting_alone;
  if (!first.empty() && *first.begin() < turn) return std::pair{first.begin()->run, false};
  const auto& others = node.waiting_together;
  if (alone && !others.empty() && *others.begin() < turn) return std::pair{others.begin()->run, false};
  return std::nullopt;
}

std::optional<Blocker> Locks::blocker(const Turn& turn, const std::vector<Want>& wants) const {
  for (const Want& want : wants) {
    const auto node = nodes_.find(want.key);
    if (node == nodes_.end()) continue;
    const auto found = in_the_way(node->second, turn, want.alone);
    if (!found) continue;
    Blocker blocker{found->first, system::kNoComponent, 0, found->second};
    if ((want.key & kClassBit) != 0) {
      blocker.class_index = static_cast<uint32_t>(want.key);
    } else {
      blocker.component = static_cast<system::ComponentId>(want.key);
    }
    return blocker;
  }
  return std::nullopt;
}

std::optional<Blocker> Locks::blocker(const Turn& turn, const Footprint& wanted) const {
  return blocker(turn, wants_of(wanted));
}

std::optional<Blocker> Locks::take(const Turn& turn, const Footprint& wanted) {
  std::vector<Want> wants = wants_of(wanted);
  if (auto found = blocker(turn, wants)) return found;
  hold(turn, std::move(wants));
  return std::nullopt;
}

void Locks::hold(const Turn& turn, std::vector<Want> wants) {
  for (const Want& want : wants) {
    Node& node = nodes_[want.key];
    if (want.alone) {
      node.alone = turn.run;
    } else {
      node.together.insert(turn.run);
    }
  }
  standings_[turn.run] = Standing{turn, std::move(wants), true};
}

bool Locks::take_beside(const Turn& turn, const Footprint& wanted, RunId holder) {
  std::vector<Want> wants = wants_of(wanted);
  for (const Want& want : wants) {
    const auto node = nodes_.find(want.key);
    if (node == nodes_.end() || node->second.alone == 0) continue;
    if (want.alone || node->second.alone != holder) return false;
  }
  hold(turn, std::move(wants));
  return true;
}

void Locks::wait(const Turn& turn, const Footprint& wanted) {
  std::vector<Want> wants = wants_of(wanted);
  for (const Want& want : wants) {
    Node& node = nodes_[want.key];
    (want.alone ? node.waiting_alone : node.waiting_together).insert(turn);
  }
  standings_[turn.run] = Standing{turn, std::move(wants), false};
}

// Who may be able to go on at a node that somebody has left. Those that want a part only were in each other's
// way nowhere here, so they are asked only if the one that left wanted it alone.
void Locks::collect(const Node& node, bool was_alone, std::set<Turn>& may_go) {
  if (node.alone != 0) return;
  const Turn* first = node.waiting_alone.empty() ? nullptr : &*node.waiting_alone.begin();
  if (was_alone) {
    for (const Turn& turn : node.waiting_together) {
      if (first != nullptr && *first < turn) break;
      may_go.insert(turn);
    }
  }
  if (first != nullptr && node.together.empty()) may_go.insert(*first);
}

std::vector<Turn> Locks::leave(RunId run) {
  const auto found = standings_.find(run);
  if (found == standings_.end()) return {};
  const Standing standing = std::move(found->second);
  standings_.erase(found);
  std::set<Turn> may_go;
  for (const Want& want : standing.wants) {
    const auto at = nodes_.find(want.key);
    Node& node = at->second;
    if (standing.holds) {
      if (want.alone) node.alone = 0;
      node.together.erase(run);
    } else {
      (want.alone ? node.waiting_alone : node.waiting_together).erase(standing.turn);
    }
    collect(node, want.alone, may_go);
    if (node.is_idle()) nodes_.erase(at);
  }
  return {may_go.begin(), may_go.end()};
}

RunId Locks::holder(system::ComponentId component, uint32_t class_index) const {
  const auto one = nodes_.find(component);
  if (one != nodes_.end() && one->second.alone != 0) return one->second.alone;
  const auto whole = nodes_.find(kClassBit | class_index);
  return whole == nodes_.end() ? 0 : whole->second.alone;
}

}  // namespace attune::workflow
