// SPDX-License-Identifier: Apache-2.0
#include "runtime/system/system.h"

#include <utility>

#include <fmt/format.h>

#include "runtime/system/system_state.h"

namespace attune::system {

System::System(const model::Project& project) : state_(std::make_unique<State>(project)) {}
System::~System() = default;
System::System(System&&) noexcept = default;

const model::Project& System::project() const {
  return state_->project;
}

Result<void> System::check(const Change& change) const {
  return std::visit([&](const auto& each) { return state_->check(each); }, change);
}

Result<void> System::apply(const Change& change) {
  Result<void> possible = check(change);
  if (possible) std::visit([&](const auto& each) { state_->carry_out(each); }, change);
  return possible;
}

const Component* System::find(ComponentId id) const {
  const ComponentEntry* found = state_->entry(id);
  return found == nullptr ? nullptr : &found->component;
}

const Component* System::find(std::string_view name) const {
  const auto found = state_->component_names.find(name);
  return found == state_->component_names.end() ? nullptr : find(found->second);
}

std::vector<const Component*> System::components() const {
  std::vector<const Component*> all;
  for (const ComponentEntry& entry : state_->components) all.push_back(&entry.component);
  return all;
}

std::vector<const Component*> System::instances(std::string_view class_name) const {
  std::vector<const Component*> found;
  const auto& classes = state_->project.classes;
  for (uint32_t i = 0; i < classes.size(); ++i) {
    if (classes[i].name != class_name && !state_->project.is_a(classes[i].name, class_name)) continue;
    for (const ComponentId id : state_->by_class[i]) found.push_back(find(id));
  }
  return found;
}

size_t System::count(std::string_view class_name) const {
  size_t count = 0;
  const auto& classes = state_->project.classes;
  for (uint32_t i = 0; i < classes.size(); ++i) {
    if (classes[i].name == class_name || state_->project.is_a(classes[i].name, class_name))
      count += state_->by_class[i].size();
  }
  return count;
}

const model::Class& System::class_of(const Component& component) const {
  return state_->class_of(component);
}

Result<std::vector<const Component*>> System::along(const Component& component, std::string_view role) const {
  const auto association = state_->need_role(component, role);
  if (!association) return fail(association.error());
  std::vector<const Component*> found;
  for (const Binding& binding : component.bindings) {
    if (binding.association == *association) found.push_back(find(binding.to));
  }
  return found;
}

std::vector<std::pair<const Component*, uint32_t>> System::bound_to(const Component& component) const {
  std::vector<std::pair<const Component*, uint32_t>> owners;
  for (const auto& [owner, association] : state_->entry(component.id)->bound_to)
    owners.emplace_back(find(owner), association);
  return owners;
}

std::vector<const Component*> System::contents(const Component& component) const {
  std::vector<const Component*> found;
  for (const ComponentId id : state_->entry(component.id)->contents) found.push_back(find(id));
  return found;
}

Result<model::Value> System::attribute(const Component& component, std::string_view name) const {
  const model::Class& of = class_of(component);
  const model::Attribute* attribute = of.find_attribute(name);
  if (attribute == nullptr)
    return fail(ErrorCode::kNotFound, fmt::format("class '{}' has no attribute '{}'", of.name, name));
  const auto index = static_cast<uint32_t>(attribute - of.attributes.data());
  for (const auto& [own, value] : component.attributes) {
    if (own == index) return value;
  }
  if (attribute->value) return *attribute->value;
  return fail(ErrorCode::kInvalid, fmt::format("{}.{} has no value yet; set it first", component.name, name));
}

std::set<std::string> System::secret_sources() const {
  std::set<std::string> sources;
  for (const auto& [source, count] : state_->own_secrets) sources.insert(source);
  for (const model::Class& of : state_->project.classes) {
    if (of.is_abstract) continue;
    for (const model::Attribute& attribute : of.attributes) {
      const auto* secret = attribute.value ? attribute.value->get_if<model::Secret>() : nullptr;
      if (secret != nullptr) sources.insert(secret->source);
    }
  }
  return sources;
}

const Host* System::host_of(const Component& component) const {
  const Component* outermost = &component;
  while (outermost->container != kNoComponent) outermost = find(outermost->container);
  return find_host(outermost->host);
}

const Host* System::find_host(std::string_view name) const {
  const HostEntry* found = state_->host_entry(name);
  return found == nullptr ? nullptr : &found->host;
}

const Host* System::find_host(HostId id) const {
  const HostEntry* found = state_->hosts.find(id);
  return found == nullptr ? nullptr : &found->host;
}

std::vector<const Host*> System::hosts() const {
  std::vector<const Host*> all;
  for (const HostEntry& entry : state_->hosts) all.push_back(&entry.host);
  return all;
}

std::vector<const Host*> System::hosts(std::string_view family) const {
  std::vector<const Host*> found = hosts();
  std::erase_if(found, [&](const Host* host) {
    if (host->vm == kNoComponent) return state_->project.families[host->family].name != family;
    const std::string& class_name = class_of(*find(host->vm)).name;
    return class_name != family && !state_->project.is_a(class_name, family);
  });
  return found;
}

std::vector<const Component*> System::components_on(const Host& host) const {
  std::vector<const Component*> found;
  for (const ComponentId id : state_->hosts[host.id].components) found.push_back(find(id));
  return found;
}

std::vector<const Component*> System::left_behind() const {
  std::vector<const Component*> found;
  for (const ComponentId id : state_->left_behind) found.push_back(find(id));
  return found;
}

size_t System::count_on(const Host& host) const {
  return state_->hosts[host.id].components.size();
}

model::Size System::memory_of(const Component& component) const {
  return {state_->memory_of(component)};
}

std::optional<model::Size> System::free_memory(const Host& host) const {
  if (host.memory.bytes == 0) return std::nullopt;
  return model::Size{host.memory.bytes - state_->hosts[host.id].taken};
}

void System::measured(std::string_view host, Instant at, model::Percent cpu) {
  if (HostEntry* found = state_->host_entry(host)) found->host.load.add(at, cpu);
}

ComponentId System::next_id() const {
  return state_->components.next_id();
}

uint32_t System::next_number(std::string_view class_name) const {
  const auto found = state_->class_names.find(class_name);
  return found == state_->class_names.end() ? 1 : state_->next_number[found->second];
}

}  // namespace attune::system
