// SPDX-License-Identifier: Apache-2.0
// What a System holds, and how each kind of change is checked and carried out. Seen by system.cc and
// changes.cc only. Loop thread only.
#pragma once

#include <array>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "runtime/system/system.h"
#include "runtime/system/table.h"

namespace attune::system {

struct TextHash {
  using is_transparent = void;
  size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
};
template <class T>
using ByName = std::unordered_map<std::string, T, TextHash, std::equal_to<>>;

struct ComponentEntry {
  Component component;
  std::vector<std::pair<ComponentId, uint32_t>> bound_to;  // owner and association
  std::vector<ComponentId> contents;
};

struct HostEntry {
  Host host;
  std::vector<ComponentId> components;  // placed here themselves, in the order of their arrival
  int64_t taken = 0;                    // bytes, the sum of their `memory`
  HostChanged told;                     // what changes said of it, all in one: the rest is the node file's
  bool says_cpus = false, says_memory = false;  // the node file does, and that counts
};

inline constexpr uint32_t kNoIndex = UINT32_MAX;

// Every change has a check that refuses and changes nothing, and a carry_out for what was checked.
struct System::State {
  explicit State(const model::Project& of);

  const model::Project& project;
  Table<ComponentEntry> components;
  ByName<ComponentId> component_names;
  ByName<uint32_t> class_names;
  std::vector<std::vector<ComponentId>> by_class;  // of exactly that class
  std::vector<uint32_t> next_number;               // by class
  std::set<ComponentId> left_behind;               // those that are left_on some host
  Table<HostEntry> hosts;
  ByName<HostId> host_names;
  std::vector<model::Site> sites;
  std::vector<model::Link> links;
  // What was told of sites, hosts and links, by property, whose and to which: the rest is the project's.
  std::map<std::array<std::string, 3>, std::string> told_properties;
  std::map<std::string, size_t> own_secrets;  // how many attributes of components have the source

  ComponentEntry* entry(ComponentId id) { return components.find(id); }
  HostEntry* host_entry(std::string_view name) {
    const auto found = host_names.find(name);
    return found == host_names.end() ? nullptr : &hosts[found->second];
  }
  const model::Class& class_of(const Component& c) const { return project.classes[c.class_index]; }

  uint32_t find_association(const Component& from, std::string_view role) const;
  bool hosts_others(const model::Class& of) const;
  int64_t memory_of(const Component& component) const;
  void add_host(Host host);
  void leave_host(ComponentEntry& entry);
  void remove_host(HostId id);
  void is_not_left_on(Component& component, HostId host);
  // A Secret that is a component's own comes or goes.
  void count_secret(const model::Value& value, int by);

  model::Site* find_site(std::string_view name);
  model::Link* find_link(std::string_view a, std::string_view b);
  Result<ComponentEntry*> need(ComponentId id);
  Result<uint32_t> need_role(const Component& from, std::string_view role);
  Result<const model::Attribute*> need_attribute(const Component& of, std::string_view name);
  void attribute_changed(const Component& component, std::string_view name, int64_t memory_before);

  Result<void> check(const ComponentCreated& change);
  Result<void> check(const ComponentRemoved& change);
  Result<void> check(const LifecycleChanged& change);
  Result<void> check(const AttributeSet& change);
  Result<void> check(const AttributeUnset& change);
  Result<void> check(const HostAssigned& change);
  Result<void> check(const LeftNothing& change);
  Result<void> check(const Bound& change);
  Result<void> check(const Unbound& change);
  Result<void> check(const HostChanged& change);
  Result<void> check(const PropertyChanged& change);

  void carry_out(const ComponentCreated& change);
  void carry_out(const ComponentRemoved& change);
  void carry_out(const LifecycleChanged& change);
  void carry_out(const AttributeSet& change);
  void carry_out(const AttributeUnset& change);
  void carry_out(const HostAssigned& change);
  void carry_out(const LeftNothing& change);
  void carry_out(const Bound& change);
  void carry_out(const Unbound& change);
  void carry_out(const HostChanged& change);
  void carry_out(const PropertyChanged& change);
};

}  // namespace attune::system
