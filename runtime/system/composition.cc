// SPDX-License-Identifier: Apache-2.0
#include "runtime/system/composition.h"

#include <algorithm>
#include <map>
#include <utility>

#include <fmt/format.h>

namespace attune::system {

namespace {

// Collects the changes of one creation. What it is about to make is not in the system yet, so it keeps
// account of it beside the system.
class Creation {
 public:
  explicit Creation(const System& system) : system_(system), next_id_(system.next_id()) {}

  Result<void> make(const model::Class& of, ComponentId container, std::string_view role) {
    const uint32_t number = next_number(of);
    if (of.is_abstract) return fail(ErrorCode::kInvalid, fmt::format("class '{}' is abstract", of.name));
    if (system_.count(of.name) + made_[of.name] >= of.max) {
      return fail(ErrorCode::kInvalid, fmt::format("class '{}' has its max of {} already", of.name, of.max));
    }
    ++made_[of.name];
    const ComponentId id = next_id_++;
    changes_.push_back(ComponentCreated{id, model::instance_name(of, number), of.name, number, container});
    if (container != kNoComponent) changes_.push_back(Bound{container, std::string(role), id});
    created_.push_back({id, &of, container});
    return make_contents(of, id);
  }

  Result<std::vector<Change>> finish() && {
    for (const Made& made : created_) {
      if (Result<void> bound = bind(made); !bound) return fail(bound.error());
    }
    return std::move(changes_);
  }

 private:
  struct Made {
    ComponentId id;
    const model::Class* of;
    ComponentId container;
  };

  uint32_t next_number(const model::Class& of) { return system_.next_number(of.name) + made_[of.name]; }

  Result<void> make_contents(const model::Class& of, ComponentId id) {
    const model::Project& project = system_.project();
    for (const model::Association& association : project.associations) {
      if (!association.composition || !project.is_a(of.name, association.from)) continue;
      const model::Class& content = *project.find_class(association.to);
      for (uint32_t i = 0; i < association.to_count.min; ++i) {
        if (Result<void> made = make(content, id, association.role); !made) return made;
      }
    }
    return {};
  }

  // The bindings that the instance's own cardinalities demand.
  Result<void> bind(const Made& made) {
    const auto& associations = system_.project().associations;
    for (uint32_t i = 0; i < associations.size(); ++i) {
      if (associations[i].composition || !system_.project().is_a(made.of->name, associations[i].from))
        continue;
      if (Result<void> bound = bind_along(made, i); !bound) return bound;
    }
    return {};
  }

  Result<void> bind_along(const Made& made, uint32_t index) {
    const model::Association& association = system_.project().associations[index];
    std::vector<std::pair<size_t, ComponentId>> partners = partners_along(made, index);
    std::erase_if(partners, [&](const auto& p) { return p.first >= association.from_count.max; });
    std::stable_sort(partners.begin(), partners.end(), [&](const auto& a, const auto& b) {
      return std::pair{a.second != made.container, a.first} < std::pair{b.second != made.container, b.first};
    });
    if (partners.size() < association.to_count.min) {
      return fail(ErrorCode::kInvalid,
                  fmt::format("a new '{}' needs {} '{}' as its '{}', and {} can take one more", made.of->name,
                              association.to_count.min, association.to, association.role, partners.size()));
    }
    for (uint32_t i = 0; i < association.to_count.min; ++i) {
      changes_.push_back(Bound{made.id, association.role, partners[i].second});
      ++new_owners_[{index, partners[i].second}];
    }
    return {};
  }

  // Instances of the association's other end, with how many owners each has along it.
  std::vector<std::pair<size_t, ComponentId>> partners_along(const Made& made, uint32_t index) {
    const model::Project& project = system_.project();
    const model::Association& association = project.associations[index];
    std::vector<std::pair<size_t, ComponentId>> partners;
    for (const Component* there : system_.instances(association.to)) {
      size_t owners = new_owners_[{index, there->id}];
      for (const auto& [owner, along] : system_.bound_to(*there)) owners += along == index ? 1 : 0;
      partners.emplace_back(owners, there->id);
    }
    for (const Made& other : created_) {
      if (other.id != made.id && project.is_a(other.of->name, association.to))
        partners.emplace_back(new_owners_[{index, other.id}], other.id);
    }
    return partners;
  }

  const System& system_;
  ComponentId next_id_;
  std::vector<Change> changes_;
  std::vector<Made> created_;
  std::map<std::string_view, uint32_t> made_;
  std::map<std::pair<uint32_t, ComponentId>, size_t> new_owners_;  // by association and partner
};

// What a project begins with, as far as the system does not have it or had it once: numbers are never given
// twice, so what was removed stays so.
class Beginning {
 public:
  Beginning(const System& system, const model::Instances& instances)
      : system_(system),
        drawn_(instances.components),
        bindings_(instances.bindings),
        associations_(system.project().associations),
        next_(system.next_id()) {}

  std::vector<Change> changes() {
    know();
    for (uint32_t i = 0; i < drawn_.size(); ++i) decide(i);
    for (const model::InstanceBinding& binding : bindings_) bind(binding);
    return std::move(changes_);
  }

 private:
  struct Fate {
    ComponentId id = kNoComponent;  // none: it was removed, or has no container
    bool is_new = false, is_decided = false;
    const model::InstanceBinding* container = nullptr;
  };

  void know() {
    fates_.resize(drawn_.size());
    for (const model::InstanceBinding& binding : bindings_) {
      if (associations_[binding.association].composition) fates_[binding.to].container = &binding;
    }
    std::map<std::pair<uint32_t, uint32_t>, ComponentId> there;
    for (const Component* component : system_.components()) {
      there[{component->class_index, component->number}] = component->id;
      for (const Binding& binding : component->bindings)
        count(binding.association, component->id, binding.to);
    }
    for (uint32_t i = 0; i < drawn_.size(); ++i) {
      const model::Instance& one = drawn_[i];
      if (one.number >= system_.next_number(class_of(one).name)) continue;
      fates_[i].is_decided = true;
      if (const auto found = there.find({one.class_index, one.number}); found != there.end())
        fates_[i].id = found->second;
    }
  }

  // A container before its contents.
  void decide(uint32_t index) {
    Fate& fate = fates_[index];
    if (std::exchange(fate.is_decided, true)) return;
    ComponentId within = kNoComponent;
    if (fate.container != nullptr) {
      decide(fate.container->from);
      within = fates_[fate.container->from].id;
      if (within == kNoComponent || is_full(*fate.container, within)) return;
    }
    fate.id = next_++;
    fate.is_new = true;
    if (fate.container != nullptr) count(fate.container->association, within, fate.id);
    const model::Instance& one = drawn_[index];
    changes_.push_back(ComponentCreated{fate.id, one.name, class_of(one).name, one.number, within});
  }

  void bind(const model::InstanceBinding& binding) {
    const Fate &from = fates_[binding.from], &to = fates_[binding.to];
    if (from.id == kNoComponent || to.id == kNoComponent) return;
    const model::Association& along = associations_[binding.association];
    if (along.composition) {
      if (to.is_new) changes_.push_back(Bound{from.id, along.role, to.id});
      return;
    }
    const bool is_wanted = from.is_new || to.is_new || is_short(binding, from.id, to.id);
    if (!is_wanted || is_full(binding, from.id) ||
        owners_[{binding.association, to.id}] >= along.from_count.max)
      return;
    count(binding.association, from.id, to.id);
    changes_.push_back(Bound{from.id, along.role, to.id});
  }

  bool is_full(const model::InstanceBinding& binding, ComponentId from) {
    return partners_[{binding.association, from}] >= associations_[binding.association].to_count.max;
  }
  // Between two that are there: whether one of them has too few, and they are not bound already.
  bool is_short(const model::InstanceBinding& binding, ComponentId from, ComponentId to) {
    const model::Association& along = associations_[binding.association];
    const auto& bound = system_.find(from)->bindings;
    return (partners_[{binding.association, from}] < along.to_count.min ||
            owners_[{binding.association, to}] < along.from_count.min) &&
           std::find(bound.begin(), bound.end(), Binding{binding.association, to}) == bound.end();
  }
  void count(uint32_t association, ComponentId from, ComponentId to) {
    ++partners_[{association, from}];
    ++owners_[{association, to}];
  }
  const model::Class& class_of(const model::Instance& one) const {
    return system_.project().classes[one.class_index];
  }

  const System& system_;
  const std::vector<model::Instance>& drawn_;
  const std::vector<model::InstanceBinding>& bindings_;
  const std::vector<model::Association>& associations_;
  ComponentId next_;
  std::vector<Fate> fates_;                                                 // of those drawn
  std::map<std::pair<uint32_t, ComponentId>, uint32_t> partners_, owners_;  // how many, by association
  std::vector<Change> changes_;
};

void add_with_contents(const System& system, const Component& component, std::vector<const Component*>& all);

void add_inside(const System& system, const Component& vm, std::vector<const Component*>& all) {
  const Host* itself = system.find_host(vm.name);
  if (itself == nullptr || itself->vm != vm.id) return;
  for (const Component* inside : system.components_on(*itself)) add_with_contents(system, *inside, all);
}

void add_with_contents(const System& system, const Component& component, std::vector<const Component*>& all) {
  for (const Component* content : system.contents(component)) add_with_contents(system, *content, all);
  add_inside(system, component, all);
  all.push_back(&component);
}

}  // namespace

Result<std::vector<Change>> creation(const System& system, std::string_view class_name) {
  const model::Class* of = system.project().find_class(class_name);
  if (of == nullptr) return fail(ErrorCode::kNotFound, fmt::format("no class '{}'", class_name));
  Creation creation(system);
  if (Result<void> made = creation.make(*of, kNoComponent, {}); !made) return fail(made.error());
  return std::move(creation).finish();
}

std::vector<Change> going_down(const System& system, const Component& component) {
  std::vector<const Component*> inside;
  add_inside(system, component, inside);
  std::vector<Change> changes;
  for (const Component* one : inside)
    if (one->lifecycle != Lifecycle::kDeclared)
      changes.emplace_back(LifecycleChanged{one->id, Lifecycle::kDeclared});
  return changes;
}

std::vector<Change> removal(const System& system, const Component& component) {
  std::vector<const Component*> all;
  add_with_contents(system, component, all);
  std::vector<Change> changes;
  const auto& associations = system.project().associations;
  const auto goes_too = [&](const Component* other) {
    return std::find(all.begin(), all.end(), other) != all.end();
  };
  for (const Component* gone : all) {
    for (const Binding& binding : gone->bindings)
      changes.push_back(Unbound{gone->id, associations[binding.association].role, binding.to});
    for (const auto& [owner, association] : system.bound_to(*gone)) {
      if (!goes_too(owner)) changes.push_back(Unbound{owner->id, associations[association].role, gone->id});
    }
  }
  for (const Component* gone : all) changes.push_back(ComponentRemoved{gone->id});
  return changes;
}

std::vector<Change> initial(const System& system, const model::Instances& instances) {
  return Beginning(system, instances).changes();
}

std::vector<std::string> shortfalls(const System& system) {
  std::vector<std::string> all;
  const model::Project& project = system.project();
  for (const Component* component : system.components()) {
    for (uint32_t i = 0; i < project.associations.size(); ++i) {
      const model::Association& association = project.associations[i];
      if (!project.is_a(system.class_of(*component).name, association.from)) continue;
      const auto has = static_cast<uint32_t>(
          std::count_if(component->bindings.begin(), component->bindings.end(),
                        [&](const Binding& binding) { return binding.association == i; }));
      if (has < association.to_count.min)
        all.push_back(fmt::format("{}.{} has {} of at least {} '{}'", component->name, association.role, has,
                                  association.to_count.min, association.to));
    }
  }
  return all;
}

const Component* vm_around(const System& system, const Component& component) {
  const Host* host = system.host_of(component);
  return host == nullptr ? nullptr : system.find(host->vm);
}

size_t depth_of(const System& system, const Component& component) {
  if (component.container != kNoComponent) return depth_of(system, *system.find(component.container)) + 1;
  const Component* vm = vm_around(system, component);
  return vm == nullptr ? 0 : depth_of(system, *vm) + 1;
}

}  // namespace attune::system
