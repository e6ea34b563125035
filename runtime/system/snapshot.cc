// SPDX-License-Identifier: Apache-2.0
#include "runtime/system/snapshot.h"

#include <algorithm>
#include <set>
#include <utility>

#include "runtime/system/system_state.h"

namespace attune::system {

namespace {

using Components = std::deque<std::optional<ComponentEntry>>;

// The changes that make what a state holds. Orders that can be seen are kept: of bindings at both their ends,
// of components on a host.
class Unmaking {
 public:
  explicit Unmaking(const System& system, const Components& components,
                    const std::deque<std::optional<HostEntry>>& hosts)
      : system_(system), components_(components), hosts_(hosts) {}

  std::vector<Change> run() {
    for (const auto& entry : components_)
      if (entry) make(entry->component);
    for (const auto& entry : components_)
      if (entry) leave_behind(entry->component);
    for (const auto& host : hosts_)
      if (host) place(*host);
    bind();
    for (const auto& host : hosts_)
      if (host) tell(*host);
    return std::move(changes_);
  }

 private:
  void make(const Component& of) {
    const model::Class& its = system_.class_of(of);
    changes_.push_back(ComponentCreated{of.id, of.name, its.name, of.number, of.container});
    for (const auto& [index, value] : of.attributes)
      changes_.push_back(AttributeSet{of.id, its.attributes[index].name, value});
    if (of.lifecycle != Lifecycle::kDeclared) changes_.push_back(LifecycleChanged{of.id, of.lifecycle});
  }

  // It was on hosts that did not answer, one after the other, and then on another. A host that is gone is
  // nobody's any more.
  void leave_behind(const Component& of) {
    bool has_left = false;
    for (const HostId left : of.left_on) {
      const Host* host = system_.find_host(left);
      if (host == nullptr) continue;
      if (silent_.insert(left).second) changes_.push_back(HostChanged{.host = host->name, .state = kSilent});
      changes_.push_back(HostAssigned{of.id, host->name});
      has_left = true;
    }
    if (has_left) changes_.push_back(HostAssigned{of.id, {}});
  }

  void place(const HostEntry& on) {
    for (const ComponentId id : on.components) changes_.push_back(HostAssigned{id, on.host.name});
  }

  void tell(const HostEntry& of) {
    HostChanged told = of.told;
    told.host = of.host.name;
    told.state = of.host.state;
    const HostChanged nothing{.host = of.host.name};
    if (told != nothing || silent_.contains(of.host.id)) changes_.push_back(std::move(told));
  }

  // Each binding has its place among those of its owner, and among those to its target: it is made once all
  // before it in both are.
  void bind() {
    made_from_.assign(components_.size(), 0);
    made_to_.assign(components_.size(), 0);
    std::vector<ComponentId> looked_at;
    for (ComponentId id = 0; id < components_.size(); ++id) {
      looked_at.push_back(id);
      while (!looked_at.empty()) {
        const ComponentId from = looked_at.back();
        looked_at.pop_back();
        bind_from(from, looked_at);
      }
    }
  }

  void bind_from(ComponentId from, std::vector<ComponentId>& then) {
    if (!components_[from]) return;
    const Component& owner = components_[from]->component;
    while (made_from_[from] < owner.bindings.size()) {
      const Binding& next = owner.bindings[made_from_[from]];
      const auto& owners = components_[next.to]->bound_to;
      if (owners[made_to_[next.to]] != std::pair{from, next.association}) return;
      changes_.push_back(Bound{from, system_.project().associations[next.association].role, next.to});
      ++made_from_[from];
      if (++made_to_[next.to] < owners.size()) then.push_back(owners[made_to_[next.to]].first);
    }
  }

  static constexpr HostState kSilent = HostState::kDown;

  const System& system_;
  const Components& components_;
  const std::deque<std::optional<HostEntry>>& hosts_;
  std::set<HostId> silent_;                  // for as long as it takes
  std::vector<size_t> made_from_, made_to_;  // bindings, by component
  std::vector<Change> changes_;
};

}  // namespace

Snapshot System::snapshot() const {
  Snapshot made;
  made.changes = Unmaking(*this, state_->components, state_->hosts).run();
  made.next_id = next_id();
  for (size_t i = 0; i < state_->next_number.size(); ++i) {
    if (state_->next_number[i] > 1)
      made.next_numbers.push_back({state_->project.classes[i].name, state_->next_number[i]});
  }
  return made;
}

Result<void> System::restore(const Snapshot& of) {
  for (const Change& change : of.changes) {
    if (auto applied = apply(change); !applied) return applied;
  }
  if (of.next_id > state_->components.size()) state_->components.resize(of.next_id);
  for (const NextNumber& next : of.next_numbers) {
    const auto found = state_->class_names.find(next.class_name);
    if (found == state_->class_names.end()) continue;  // the drawing has no such class any more
    uint32_t& number = state_->next_number[found->second];
    number = std::max(number, next.number);
  }
  return {};
}

}  // namespace attune::system
