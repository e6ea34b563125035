// SPDX-License-Identifier: Apache-2.0
#include "runtime/workflow/undo.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "runtime/system/composition.h"
#include "runtime/system/inverse.h"
#include "runtime/system/stubs.h"
#include "runtime/workflow/moving.h"

namespace attune::workflow {

namespace {

using system::Change;
using system::Component;
using system::ComponentId;
using system::Lifecycle;

// What a change is about; two of them where it is a binding.
std::pair<ComponentId, ComponentId> about(const Change& change) {
  const auto ids = [](const auto& one) -> std::pair<ComponentId, ComponentId> {
    if constexpr (requires { one.from; })
      return {one.from, one.to};
    else if constexpr (requires { one.id; })
      return {one.id, system::kNoComponent};
    else
      return {system::kNoComponent, system::kNoComponent};
  };
  return std::visit(ids, change);
}

bool is_about(const Change& change, ComponentId id) {
  const auto [one, other] = about(change);
  return one == id || other == id;
}

const std::string* attribute_of(const Change& change) {
  if (const auto* set = std::get_if<system::AttributeSet>(&change)) return &set->attribute;
  if (const auto* unset = std::get_if<system::AttributeUnset>(&change)) return &unset->attribute;
  return nullptr;
}

// Whether both say what the same attribute, placement or lifecycle is.
bool is_same_matter(const Change& one, const Change& other) {
  const std::string* attribute = attribute_of(one);
  const std::string* of_other = attribute_of(other);
  if ((attribute == nullptr) != (of_other == nullptr) || about(one) != about(other)) return false;
  return attribute != nullptr ? *attribute == *of_other : one.index() == other.index();
}

bool is_binding(const Change& change) {
  return std::holds_alternative<system::Bound>(change) || std::holds_alternative<system::Unbound>(change);
}

std::set<ComponentId> placed(const std::vector<Change>& changes) {
  std::set<ComponentId> all;
  for (const Change& change : changes)
    if (const auto* assigned = std::get_if<system::HostAssigned>(&change)) all.insert(assigned->id);
  return all;
}

// A placement that a migration may have changed, and nobody can tell.
bool is_nobodys_word(const Component& component, const Change& change) {
  return std::holds_alternative<system::HostAssigned>(change) && component.lifecycle == Lifecycle::kLost;
}

}  // namespace

template <class Is>
bool Undo::has(ComponentId component, const Is& is) const {
  for (; indexed_ < changes.size(); ++indexed_) {
    const auto [one, other] = about(changes[indexed_]);
    index_[one].push_back(indexed_);
    if (other != one && other != system::kNoComponent) index_[other].push_back(indexed_);
  }
  const auto found = index_.find(component);
  return found != index_.end() && std::any_of(found->second.begin(), found->second.end(),
                                              [&](size_t place) { return is(changes[place]); });
}

template <class Is>
size_t Undo::erase(const Is& is) {
  const size_t erased = std::erase_if(changes, is);
  if (erased > 0) forget_places();
  return erased;
}

void Undo::forget_places() {
  index_.clear();
  indexed_ = 0;
}

void Undo::changed(const Change& done, std::optional<Change> back) {
  if (!back) return;
  const auto* had = std::get_if<system::LifecycleChanged>(&*back);
  if (had != nullptr && *back == done) return;
  if (under_way && had == nullptr) return;
  if (std::holds_alternative<system::ComponentRemoved>(done)) return removed(*std::move(back));
  const auto [one, other] = about(*back);
  if (has_made(one) || has_made(other)) return;
  if (const auto* bound = std::get_if<system::Bound>(&*back)) {
    // It ends a binding that the run has made.
    const Change made_by_run = system::Unbound{bound->from, bound->role, bound->to};
    if (erase([&](const Change& each) { return each == made_by_run; }) > 0) return;
  }
  const bool is_noted =
      !is_binding(*back) && has(one, [&](const Change& each) { return is_same_matter(each, *back); });
  if (!is_noted) changes.push_back(*std::move(back));
}

// What was made before cannot be made again; of what the run had made nothing is left.
void Undo::removed(Change back) {
  const ComponentId id = about(back).first;
  const bool was_made = has_made(id);
  if (has(id, [](const Change&) { return true; }))
    erase([&](const Change& one) { return is_about(one, id); });
  if (!was_made) changes.push_back(std::move(back));
}

void Undo::intended(const Call& call) {
  if (!is_migration(call)) return;
  if (!under_way) migrated_by[call.component] = call.stub;
  const Change back = system::HostAssigned{call.component, call.host};
  changed(back, back);
}

void Undo::changed_by_other(const Change& done) {
  if (attribute_of(done) == nullptr) return;
  const auto is_same = [&](const Change& each) { return is_same_matter(each, done); };
  if (has(about(done).first, is_same)) erase(is_same);
}

std::optional<Change> Undo::take_next(const system::System& system) {
  if (changes.empty()) return std::nullopt;
  const auto depth = [&](const Change& change) {
    const auto* had = std::get_if<system::LifecycleChanged>(&change);
    const Component* component = had == nullptr ? nullptr : system.find(had->id);
    return component == nullptr ? 0 : system::depth_of(system, *component);
  };
  const auto is_other = [](const Change& one) {
    return !std::holds_alternative<system::LifecycleChanged>(one);
  };
  const auto last = std::find_if(changes.rbegin(), changes.rend(), is_other);
  const auto next = last != changes.rend() ? std::prev(last.base())
                                           : std::min_element(changes.begin(), changes.end(),
                                                              [&](const Change& one, const Change& other) {
                                                                return depth(one) < depth(other);
                                                              });
  Change taken = std::move(*next);
  changes.erase(next);
  forget_places();
  return taken;
}

bool Undo::may_be_needed() const {
  return std::any_of(changes.begin(), changes.end(), [this](const Change& change) {
    const auto* had = std::get_if<system::LifecycleChanged>(&change);
    return had == nullptr || (restarts && had->to == Lifecycle::kStarted);
  });
}

bool Undo::is_needed(const system::System& system) const {
  const std::set<ComponentId> moved = placed(changes);
  return std::any_of(changes.begin(), changes.end(), [&](const Change& change) {
    const Component* component = system.find(about(change).first);
    if (std::holds_alternative<system::ComponentCreated>(change)) return true;
    if (component == nullptr) return false;
    if (is_nobodys_word(*component, change)) return true;
    if (system::is_so(system, change)) return false;
    const auto* had = std::get_if<system::LifecycleChanged>(&change);
    if (had == nullptr) return true;
    return had->to == Lifecycle::kStarted && !system::may_run(component->lifecycle) &&
           (is_placement_of(moved, system, *component) || is_restarted(*component));
  });
}

bool Undo::is_restarted(const Component& component) const {
  return restarts && component.lifecycle != Lifecycle::kFailed;
}

bool Undo::needs_calls(const system::System& system) const {
  Undo by_calls = *this;
  by_calls.erase([](const Change& change) {
    return is_binding(change) || attribute_of(change) != nullptr ||
           std::holds_alternative<system::ComponentCreated>(change);
  });
  return by_calls.is_needed(system);
}

std::set<ComponentId> Undo::components() const {
  std::set<ComponentId> all;
  for (const Change& change : changes) {
    all.insert(about(change).first);
    all.insert(about(change).second);
  }
  all.erase(system::kNoComponent);
  return all;
}

bool Undo::has_made(ComponentId component) const {
  return has(component, [&](const Change& change) {
    const auto* removed = std::get_if<system::ComponentRemoved>(&change);
    return removed != nullptr && removed->id == component;
  });
}

bool is_own(const SystemChanged& changed) {
  return changed.run != 0 && changed.by.empty();
}

ComponentId placed_as(const system::System& system, const Component& component) {
  const Component* at = &component;
  while (at->container != system::kNoComponent) at = system.find(at->container);
  return at->id;
}

bool is_placement_of(const std::set<ComponentId>& placed, const system::System& system,
                     const Component& component) {
  for (const Component* at = &component; at != nullptr;) {
    const Component* outermost = system.find(placed_as(system, *at));
    if (placed.contains(outermost->id)) return true;
    const system::Host* host = system.host_of(*outermost);
    at = host == nullptr ? nullptr : system.find(host->vm);
  }
  return false;
}

}  // namespace attune::workflow
