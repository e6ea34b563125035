// SPDX-License-Identifier: Apache-2.0
#include "runtime/system/inverse.h"

#include <algorithm>

namespace attune::system {

namespace {

const model::Value* own_value(const System& system, const Component& component, std::string_view name) {
  const model::Class& of = system.class_of(component);
  for (const auto& [index, value] : component.attributes)
    if (of.attributes[index].name == name) return &value;
  return nullptr;
}

bool is_bound(const System& system, ComponentId from, std::string_view role, ComponentId to) {
  const Component* owner = system.find(from);
  const auto along = owner == nullptr ? Result<std::vector<const Component*>>() : system.along(*owner, role);
  return along && std::any_of(along->begin(), along->end(), [&](const auto* one) { return one->id == to; });
}

struct Inverse {
  const System& system;

  std::optional<Change> operator()(const ComponentCreated& made) const { return ComponentRemoved{made.id}; }
  std::optional<Change> operator()(const ComponentRemoved& gone) const {
    const Component* one = system.find(gone.id);
    if (one == nullptr) return std::nullopt;
    return ComponentCreated{one->id, one->name, system.class_of(*one).name, one->number, one->container};
  }
  std::optional<Change> operator()(const LifecycleChanged& changed) const {
    const Component* one = system.find(changed.id);
    if (one == nullptr) return std::nullopt;
    return LifecycleChanged{one->id, one->lifecycle};
  }
  std::optional<Change> operator()(const AttributeSet& set) const { return former(set.id, set.attribute); }
  std::optional<Change> operator()(const AttributeUnset& unset) const {
    return former(unset.id, unset.attribute);
  }
  std::optional<Change> operator()(const HostAssigned& assigned) const {
    const Component* one = system.find(assigned.id);
    if (one == nullptr) return std::nullopt;
    const Host* host = system.find_host(one->host);
    return HostAssigned{one->id, host == nullptr ? "" : host->name};
  }
  std::optional<Change> operator()(const Bound& bound) const {
    return Unbound{bound.from, bound.role, bound.to};
  }
  std::optional<Change> operator()(const Unbound& unbound) const {
    Bound again{unbound.from, unbound.role, unbound.to};
    const Component* owner = system.find(unbound.from);
    if (owner == nullptr) return std::nullopt;
    const auto along = system.along(*owner, unbound.role);
    if (!along) return std::nullopt;
    for (size_t i = 0; i + 1 < along->size(); ++i)
      if ((*along)[i]->id == unbound.to) again.before = (*along)[i + 1]->id;
    return again;
  }
  std::optional<Change> operator()(const HostChanged&) const { return std::nullopt; }
  std::optional<Change> operator()(const LeftNothing&) const { return std::nullopt; }
  std::optional<Change> operator()(const PropertyChanged&) const { return std::nullopt; }

  std::optional<Change> former(ComponentId id, const std::string& attribute) const {
    const Component* one = system.find(id);
    if (one == nullptr) return std::nullopt;
    if (const model::Value* value = own_value(system, *one, attribute))
      return AttributeSet{id, attribute, *value};
    return AttributeUnset{id, attribute};
  }
};

struct Already {
  const System& system;

  bool operator()(const ComponentCreated& made) const { return system.find(made.id) != nullptr; }
  bool operator()(const ComponentRemoved& gone) const { return system.find(gone.id) == nullptr; }
  bool operator()(const LifecycleChanged& changed) const {
    const Component* one = system.find(changed.id);
    return one != nullptr && one->lifecycle == changed.to;
  }
  bool operator()(const AttributeSet& set) const {
    const Component* one = system.find(set.id);
    if (one == nullptr) return false;
    const auto value = system.attribute(*one, set.attribute);
    return value && *value == set.value;
  }
  bool operator()(const AttributeUnset& unset) const {
    const Component* one = system.find(unset.id);
    return one != nullptr && own_value(system, *one, unset.attribute) == nullptr;
  }
  bool operator()(const HostAssigned& assigned) const {
    const Component* one = system.find(assigned.id);
    if (one == nullptr) return false;
    const Host* host = system.host_of(*one);
    return host == nullptr ? assigned.host.empty() : host->name == assigned.host;
  }
  bool operator()(const LeftNothing& left) const {
    const Component* one = system.find(left.id);
    const Host* host = system.find_host(left.host);
    return one != nullptr && host != nullptr &&
           std::find(one->left_on.begin(), one->left_on.end(), host->id) == one->left_on.end();
  }
  bool operator()(const Bound& bound) const { return is_bound(system, bound.from, bound.role, bound.to); }
  bool operator()(const Unbound& unbound) const {
    return !is_bound(system, unbound.from, unbound.role, unbound.to);
  }
  bool operator()(const HostChanged& changed) const {
    const Host* host = system.find_host(changed.host);
    return host != nullptr && host->state == changed.state &&
           (changed.cpus == 0 || changed.cpus == host->cpus) &&
           (changed.memory.bytes == 0 || changed.memory == host->memory) &&
           (changed.address.empty() || changed.address == host->address) &&
           (changed.maintenance == Maintenance::kAsBefore ||
            (changed.maintenance == Maintenance::kBegun) == host->in_maintenance);
  }
  bool operator()(const PropertyChanged&) const { return false; }  // what is told again is recorded again
};

}  // namespace

std::optional<Change> inverse(const System& before, const Change& change) {
  return std::visit(Inverse{before}, change);
}

bool is_so(const System& system, const Change& change) {
  return std::visit(Already{system}, change);
}

}  // namespace attune::system
