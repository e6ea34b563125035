// SPDX-License-Identifier: Apache-2.0
// Each kind of change: what refuses it, and what it does.
#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "runtime/system/system_state.h"

namespace attune::system {

System::State::State(const model::Project& of) : project(of), sites(of.sites), links(of.links) {
  by_class.resize(project.classes.size());
  next_number.assign(project.classes.size(), 1);
  for (uint32_t i = 0; i < project.classes.size(); ++i) class_names.emplace(project.classes[i].name, i);
  for (uint32_t family = 0; family < project.families.size(); ++family) {
    for (const model::HostDeclaration& declared : project.families[family].hosts) {
      Host host;
      host.name = declared.name;
      host.family = family;
      host.address = declared.address.empty() ? declared.name : declared.address;
      host.cpus = declared.cpus;
      host.memory = declared.memory;
      host.terms = declared.terms;
      if (const model::Site* site = find_site(declared.site))
        host.site = static_cast<uint32_t>(site - sites.data());
      add_host(std::move(host));
    }
  }
}

void System::State::add_host(Host host) {
  host.id = hosts.next_id();
  host_names.emplace(host.name, host.id);
  const bool says_cpus = host.cpus != 0, says_memory = host.memory.bytes != 0;
  const HostId id = host.id;
  hosts.add(id, HostEntry{std::move(host), {}, 0, {}, says_cpus, says_memory});
}

uint32_t System::State::find_association(const Component& from, std::string_view role) const {
  const model::Association* found = project.find_role(class_of(from).name, role);
  return found == nullptr ? kNoIndex : static_cast<uint32_t>(found - project.associations.data());
}

bool System::State::hosts_others(const model::Class& of) const {
  return std::any_of(project.classes.begin(), project.classes.end(), [&](const model::Class& other) {
    return other.in_vms && project.is_a(of.name, other.host_family);
  });
}

int64_t System::State::memory_of(const Component& component) const {
  const model::Class& of = class_of(component);
  const model::Attribute* attribute = of.find_attribute("memory");
  if (attribute == nullptr || attribute->type != model::Type::kSize) return 0;
  const auto index = static_cast<uint32_t>(attribute - of.attributes.data());
  for (const auto& [own, value] : component.attributes) {
    if (own == index) return value.get_if<model::Size>()->bytes;
  }
  return attribute->value ? attribute->value->get_if<model::Size>()->bytes : 0;
}

void System::State::leave_host(ComponentEntry& entry) {
  if (entry.component.host == kNoHost) return;
  HostEntry& host = hosts[entry.component.host];
  std::erase(host.components, entry.component.id);
  host.taken -= memory_of(entry.component);
  entry.component.host = kNoHost;
}

Result<ComponentEntry*> System::State::need(ComponentId id) {
  if (ComponentEntry* found = entry(id)) return found;
  return fail(ErrorCode::kNotFound,
              fmt::format("no component with id {}: it was removed, or never made", id));
}

Result<uint32_t> System::State::need_role(const Component& from, std::string_view role) {
  const uint32_t found = find_association(from, role);
  if (found != kNoIndex) return found;
  return fail(ErrorCode::kNotFound,
              fmt::format("class '{}' of {} has no role '{}'", class_of(from).name, from.name, role));
}

Result<const model::Attribute*> System::State::need_attribute(const Component& of, std::string_view name) {
  if (const model::Attribute* found = class_of(of).find_attribute(name)) return found;
  return fail(ErrorCode::kNotFound, fmt::format("class '{}' has no attribute '{}'", class_of(of).name, name));
}

// --- a component comes and goes ---

// Greater numbers mean something else where an id may stand: nothing, or a host.
static constexpr ComponentId kLastId = 0x7fff'ffff;

Result<void> System::State::check(const ComponentCreated& change) {
  const auto found = class_names.find(change.class_name);
  if (found == class_names.end())
    return fail(ErrorCode::kNotFound, fmt::format("no class '{}'", change.class_name));
  const model::Class& of = project.classes[found->second];
  if (of.is_abstract) return fail(ErrorCode::kInvalid, fmt::format("class '{}' is abstract", of.name));
  if (component_names.contains(change.name))
    return fail(ErrorCode::kExists, fmt::format("a component '{}' is there already", change.name));
  if (change.id < components.next_id())
    return fail(ErrorCode::kExists, fmt::format("the id {} was given before", change.id));
  if (change.id > kLastId) return fail(ErrorCode::kInvalid, fmt::format("{} is no id", change.id));
  if (change.number < next_number[found->second])
    return fail(ErrorCode::kExists,
                fmt::format("the number {} of '{}' was given before", change.number, of.name));
  if (by_class[found->second].size() >= of.max)
    return fail(ErrorCode::kInvalid, fmt::format("class '{}' has its max of {} already", of.name, of.max));
  if (change.container != kNoComponent && entry(change.container) == nullptr)
    return fail(ErrorCode::kNotFound, fmt::format("the container of {} is not there", change.name));
  if (hosts_others(of) && host_names.contains(change.name))
    return fail(ErrorCode::kExists, fmt::format("a host is called '{}' already", change.name));
  return {};
}

namespace {
// The address that every VM of the class has. What navigates is filled by whoever needs it.
std::string address_of_class(const model::Class& of) {
  const model::Attribute* address = of.find_attribute("address");
  std::string text = address != nullptr && address->value ? model::to_text(*address->value) : std::string();
  return text.find('$') == std::string::npos ? text : std::string();
}
}  // namespace

void System::State::carry_out(const ComponentCreated& change) {
  const uint32_t index = class_names.find(change.class_name)->second;
  ComponentEntry made;
  made.component.id = change.id;
  made.component.name = change.name;
  made.component.class_index = index;
  made.component.number = change.number;
  made.component.container = change.container;
  components.add(change.id, std::move(made));
  component_names.emplace(change.name, change.id);
  by_class[index].push_back(change.id);
  next_number[index] = change.number + 1;
  if (ComponentEntry* container = entry(change.container)) container->contents.push_back(change.id);
  const model::Class& of = project.classes[index];
  if (!hosts_others(of)) return;
  Host host;
  host.name = change.name;
  host.vm = change.id;
  host.address = address_of_class(of);
  add_host(std::move(host));
}

Result<void> System::State::check(const ComponentRemoved& change) {
  auto found = need(change.id);
  if (!found) return fail(found.error());
  const ComponentEntry& entry = **found;
  const std::string& name = entry.component.name;
  if (!entry.component.bindings.empty() || !entry.bound_to.empty())
    return fail(ErrorCode::kInvalid, fmt::format("{} is still bound; unbind it first", name));
  if (!entry.contents.empty())
    return fail(ErrorCode::kInvalid, fmt::format("{} still has contents; remove them first", name));
  const HostEntry* host = host_entry(name);
  if (host != nullptr && host->host.vm == change.id && !host->components.empty())
    return fail(ErrorCode::kInvalid, fmt::format("components still live inside {}; remove them first", name));
  return {};
}

void System::State::carry_out(const ComponentRemoved& change) {
  ComponentEntry& gone = components[change.id];
  leave_host(gone);
  if (ComponentEntry* container = entry(gone.component.container)) std::erase(container->contents, change.id);
  std::erase(by_class[gone.component.class_index], change.id);
  component_names.erase(gone.component.name);
  left_behind.erase(change.id);
  for (const auto& [index, value] : gone.component.attributes) count_secret(value, -1);
  const HostEntry* host = host_entry(gone.component.name);
  if (host != nullptr && host->host.vm == change.id) remove_host(host->host.id);
  components.remove(change.id);
}

void System::State::remove_host(HostId id) {
  for (const ComponentId one : std::set(left_behind)) is_not_left_on(components[one].component, id);
  host_names.erase(hosts[id].host.name);
  hosts.remove(id);
}

void System::State::is_not_left_on(Component& component, HostId host) {
  std::erase(component.left_on, host);
  if (component.left_on.empty()) left_behind.erase(component.id);
}

// --- what it is ---

Result<void> System::State::check(const LifecycleChanged& change) {
  auto found = need(change.id);
  if (!found) return fail(found.error());
  return {};
}

void System::State::carry_out(const LifecycleChanged& change) {
  components[change.id].component.lifecycle = change.to;
}

Result<void> System::State::check(const AttributeSet& change) {
  auto found = need(change.id);
  if (!found) return fail(found.error());
  const auto needed = need_attribute((*found)->component, change.attribute);
  if (!needed) return fail(needed.error());
  const model::Attribute* attribute = *needed;
  if (!model::is_assignable(change.value.type(), attribute->type)) {
    return fail(ErrorCode::kInvalid,
                fmt::format("{}.{} is a {}, not a {}", (*found)->component.name, change.attribute,
                            model::name_of(attribute->type), model::name_of(change.value.type())));
  }
  return {};
}

namespace {
// An Integer in the type that the attribute has.
model::Value converted(const model::Value& value, model::Type to) {
  const int64_t* integer = value.get_if<int64_t>();
  if (integer == nullptr || to == model::Type::kInteger) return value;
  if (to == model::Type::kPercent) return model::Percent{static_cast<double>(*integer)};
  return static_cast<double>(*integer);
}
}  // namespace

void System::State::carry_out(const AttributeSet& change) {
  Component& component = components[change.id].component;
  const model::Class& of = class_of(component);
  const model::Attribute* attribute = of.find_attribute(change.attribute);
  const auto index = static_cast<uint32_t>(attribute - of.attributes.data());
  const int64_t before = memory_of(component);
  const auto own = std::find_if(component.attributes.begin(), component.attributes.end(),
                                [&](const auto& each) { return each.first == index; });
  count_secret(change.value, 1);
  if (own != component.attributes.end()) {
    count_secret(own->second, -1);
    own->second = converted(change.value, attribute->type);
  } else {
    component.attributes.emplace_back(index, converted(change.value, attribute->type));
  }
  attribute_changed(component, change.attribute, before);
}

void System::State::count_secret(const model::Value& value, int by) {
  const auto* secret = value.get_if<model::Secret>();
  if (secret == nullptr) return;
  const auto counted = own_secrets.try_emplace(secret->source).first;
  if (by > 0)
    ++counted->second;
  else if (--counted->second == 0)
    own_secrets.erase(counted);
}

// What the system itself reads of the component's attributes.
void System::State::attribute_changed(const Component& component, std::string_view name,
                                      int64_t memory_before) {
  if (component.host != kNoHost) hosts[component.host].taken += memory_of(component) - memory_before;
  HostEntry* itself = name == "address" ? host_entry(component.name) : nullptr;
  if (itself == nullptr || itself->host.vm != component.id) return;
  const auto index =
      static_cast<uint32_t>(class_of(component).find_attribute(name) - class_of(component).attributes.data());
  const auto own = std::find_if(component.attributes.begin(), component.attributes.end(),
                                [&](const auto& each) { return each.first == index; });
  const bool is_own = own != component.attributes.end();
  itself->told.address = is_own ? model::to_text(own->second) : std::string();
  itself->host.address = is_own ? itself->told.address : address_of_class(class_of(component));
}

Result<void> System::State::check(const AttributeUnset& change) {
  auto found = need(change.id);
  if (!found) return fail(found.error());
  const auto needed = need_attribute((*found)->component, change.attribute);
  if (!needed) return fail(needed.error());
  return {};
}

void System::State::carry_out(const AttributeUnset& change) {
  Component& component = components[change.id].component;
  const model::Class& of = class_of(component);
  const auto index = static_cast<uint32_t>(of.find_attribute(change.attribute) - of.attributes.data());
  const int64_t before = memory_of(component);
  std::erase_if(component.attributes, [&](const auto& each) {
    if (each.first == index) count_secret(each.second, -1);
    return each.first == index;
  });
  attribute_changed(component, change.attribute, before);
}

Result<void> System::State::check(const HostAssigned& change) {
  auto found = need(change.id);
  if (!found) return fail(found.error());
  const Component& component = (*found)->component;
  if (component.container != kNoComponent) {
    return fail(ErrorCode::kInvalid,
                fmt::format("{} is a content of {} and shares its host; move that one", component.name,
                            components[component.container].component.name));
  }
  if (!change.host.empty() && host_entry(change.host) == nullptr)
    return fail(ErrorCode::kNotFound, fmt::format("no host '{}'", change.host));
  return {};
}

void System::State::carry_out(const HostAssigned& change) {
  ComponentEntry& moved = components[change.id];
  std::vector<HostId>& left_on = moved.component.left_on;
  const HostId left = moved.component.host;
  if (left != kNoHost && !is_usable(hosts[left].host.state)) left_on.push_back(left);
  leave_host(moved);
  if (!left_on.empty()) left_behind.insert(change.id);
  HostEntry* host = change.host.empty() ? nullptr : host_entry(change.host);
  if (host == nullptr) return;
  is_not_left_on(moved.component, host->host.id);
  moved.component.host = host->host.id;
  host->components.push_back(change.id);
  host->taken += memory_of(moved.component);
}

Result<void> System::State::check(const LeftNothing& change) {
  auto found = need(change.id);
  if (!found) return fail(found.error());
  if (host_entry(change.host) == nullptr)
    return fail(ErrorCode::kNotFound, fmt::format("no host '{}'", change.host));
  return {};
}

void System::State::carry_out(const LeftNothing& change) {
  is_not_left_on(components[change.id].component, host_entry(change.host)->host.id);
}

Result<void> System::State::check(const HostChanged& change) {
  if (host_entry(change.host) == nullptr)
    return fail(ErrorCode::kNotFound, fmt::format("no host '{}'", change.host));
  return {};
}

// What the node file says counts, whatever was found or said before it was changed. That a host is reached at
// its name, where the file gives no address, it says too.
void System::State::carry_out(const HostChanged& change) {
  HostEntry& entry = *host_entry(change.host);
  Host& host = entry.host;
  HostChanged& told = entry.told;
  host.state = change.state;
  if (change.cpus != 0 && !entry.says_cpus) host.cpus = told.cpus = change.cpus;
  if (change.memory.bytes != 0 && !entry.says_memory) host.memory = told.memory = change.memory;
  if (!change.address.empty() && host.vm != kNoComponent) host.address = told.address = change.address;
  if (change.maintenance == Maintenance::kAsBefore) return;
  host.in_maintenance = change.maintenance == Maintenance::kBegun;
  told.maintenance = host.in_maintenance ? Maintenance::kBegun : Maintenance::kAsBefore;
}

// --- whom it is bound to ---

Result<void> System::State::check(const Bound& change) {
  auto from = need(change.from);
  if (!from) return fail(from.error());
  auto to = need(change.to);
  if (!to) return fail(to.error());
  auto role = need_role((*from)->component, change.role);
  if (!role) return fail(role.error());
  const model::Association& association = project.associations[*role];
  const std::string what = fmt::format("{}.{}", (*from)->component.name, change.role);
  const std::string& whom = (*to)->component.name;
  if (!project.is_a(class_of((*to)->component).name, association.to))
    return fail(ErrorCode::kInvalid,
                fmt::format("{} takes a '{}', and {} is none", what, association.to, whom));
  const auto along = [&](const Binding& b) { return b.association == *role; };
  const auto& bindings = (*from)->component.bindings;
  if (std::find(bindings.begin(), bindings.end(), Binding{*role, change.to}) != bindings.end())
    return fail(ErrorCode::kExists, fmt::format("{} has {} already", what, whom));
  if (std::count_if(bindings.begin(), bindings.end(), along) >= association.to_count.max)
    return fail(ErrorCode::kInvalid, fmt::format("{} takes {} at most", what, association.to_count.max));
  const auto owners = std::count_if((*to)->bound_to.begin(), (*to)->bound_to.end(),
                                    [&](const auto& owner) { return owner.second == *role; });
  if (owners >= association.from_count.max) {
    return fail(ErrorCode::kInvalid, fmt::format("{} is bound as '{}' of {} already, which is the most", whom,
                                                 change.role, association.from_count.max));
  }
  return {};
}

void System::State::carry_out(const Bound& change) {
  Component& from = components[change.from].component;
  const uint32_t role = find_association(from, change.role);
  const auto place = std::find(from.bindings.begin(), from.bindings.end(), Binding{role, change.before});
  from.bindings.insert(place, {role, change.to});
  components[change.to].bound_to.emplace_back(change.from, role);
}

Result<void> System::State::check(const Unbound& change) {
  auto from = need(change.from);
  if (!from) return fail(from.error());
  auto to = need(change.to);
  if (!to) return fail(to.error());
  auto role = need_role((*from)->component, change.role);
  if (!role) return fail(role.error());
  const auto& bindings = (*from)->component.bindings;
  if (std::find(bindings.begin(), bindings.end(), Binding{*role, change.to}) != bindings.end()) return {};
  return fail(ErrorCode::kNotFound, fmt::format("{}.{} does not have {}", (*from)->component.name,
                                                change.role, (*to)->component.name));
}

void System::State::carry_out(const Unbound& change) {
  Component& from = components[change.from].component;
  const uint32_t role = find_association(from, change.role);
  std::erase(from.bindings, Binding{role, change.to});
  std::erase(components[change.to].bound_to, std::pair{change.from, role});
}

}  // namespace attune::system
