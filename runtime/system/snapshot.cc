// SPDX-License-Identifier: Apache-2.0
#include "runtime/system/snapshot.h"

#include <algorithm>
#include <set>
#include <unordered_map>
#include <utility>

#include "runtime/system/system_state.h"

namespace attune::system {

namespace {

using Components = Table<ComponentEntry>;

// The changes that make what a state holds. Orders that can be seen are kept: of bindings at both their ends,
// of components on a host.
class Unmaking {
 public:
  using Told = std::map<std::array<std::string, 3>, std::string>;

  Unmaking(const System& system, const Components& components, const Table<HostEntry>& hosts,
           const Told& properties)
      : system_(system), components_(components), hosts_(hosts), properties_(properties) {}

  std::vector<Change> run() {
    for (const ComponentEntry& entry : components_) make(entry.component);
    for (const ComponentEntry& entry : components_) leave_behind(entry.component);
    for (const HostEntry& host : hosts_) place(host);
    bind();
    for (const HostEntry& host : hosts_) tell(host);
    for (const auto& [of, value] : properties_)
      changes_.push_back(PropertyChanged{of[1], of[0], value, of[2]});
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
  // before it in both are. Some were made in front of others, so the orders may contradict each other: then
  // that at the target is kept, and the binding is made in front of others again.
  void bind() {
    for (const ComponentEntry& entry : components_)
      made_[entry.component.id].resize(entry.component.bindings.size());
    for (const ComponentEntry& entry : components_) bind_along(entry.component.id);
    for (const ComponentEntry& entry : components_) {
      while (made_to_[entry.component.id] < entry.bound_to.size()) {
        const auto [owner, association] = entry.bound_to[made_to_[entry.component.id]];
        bind(owner, place_of(owner, {association, entry.component.id}));
        bind_along(owner);
      }
    }
  }

  // What can be made of a component's bindings, and what can be made after these.
  void bind_along(ComponentId first) {
    then_.push_back(first);
    while (!then_.empty()) {
      const ComponentId from = then_.back();
      then_.pop_back();
      const auto& bindings = components_[from].component.bindings;
      for (size_t i = 0; i < bindings.size() && (made_[from][i] || is_next(from, bindings[i])); ++i)
        if (!made_[from][i]) bind(from, i);
    }
  }

  bool is_next(ComponentId from, const Binding& binding) {
    return components_[binding.to].bound_to[made_to_[binding.to]] == std::pair{from, binding.association};
  }

  size_t place_of(ComponentId owner, const Binding& binding) const {
    const auto& bindings = components_[owner].component.bindings;
    return static_cast<size_t>(std::find(bindings.begin(), bindings.end(), binding) - bindings.begin());
  }

  void bind(ComponentId from, size_t place) {
    const auto& bindings = components_[from].component.bindings;
    const Binding& binding = bindings[place];
    Bound made{from, system_.project().associations[binding.association].role, binding.to};
    for (size_t i = bindings.size(); --i > place;)
      if (made_[from][i] && bindings[i].association == binding.association) made.before = bindings[i].to;
    changes_.push_back(std::move(made));
    made_[from][place] = true;
    const auto& owners = components_[binding.to].bound_to;
    if (++made_to_[binding.to] < owners.size()) then_.push_back(owners[made_to_[binding.to]].first);
  }

  static constexpr HostState kSilent = HostState::kDown;

  const System& system_;
  const Components& components_;
  const Table<HostEntry>& hosts_;
  const Told& properties_;
  std::set<HostId> silent_;                                  // for as long as it takes
  std::unordered_map<ComponentId, std::vector<bool>> made_;  // bindings, by owner
  std::unordered_map<ComponentId, size_t> made_to_;          // how many, by target
  std::vector<ComponentId> then_;                            // owners of bindings that may be possible now
  std::vector<Change> changes_;
};

}  // namespace

Snapshot System::snapshot() const {
  Snapshot made;
  made.changes = Unmaking(*this, state_->components, state_->hosts, state_->told_properties).run();
  made.next_id = next_id();
  for (size_t i = 0; i < state_->next_number.size(); ++i) {
    if (state_->next_number[i] > 1)
      made.next_numbers.push_back({state_->project.classes[i].name, state_->next_number[i]});
  }
  return made;
}

Result<void> System::restore(const Snapshot& of) {
  for (const Change& change : of.changes) {
    // A price that was told stands for a while; the drawing may have no such site or host any more.
    if (auto applied = apply(change); !applied && !std::holds_alternative<PropertyChanged>(change))
      return applied;
  }
  state_->components.skip_to(of.next_id);
  for (const NextNumber& next : of.next_numbers) {
    const auto found = state_->class_names.find(next.class_name);
    if (found == state_->class_names.end()) continue;  // the drawing has no such class any more
    uint32_t& number = state_->next_number[found->second];
    number = std::max(number, next.number);
  }
  return {};
}

}  // namespace attune::system
