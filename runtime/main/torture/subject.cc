// SPDX-License-Identifier: Apache-2.0
#include "runtime/main/torture/subject.h"

#include <algorithm>
#include <filesystem>
#include <set>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "runtime/system/composition.h"

namespace attune::torture {

namespace {

using system::Component;
using system::ComponentId;

Result<void> apply_all(system::System& system, const std::vector<system::Change>& changes) {
  for (const system::Change& change : changes)
    if (auto applied = system.apply(change); !applied) return applied;
  return {};
}

const Component* first_of(const system::System& system, const std::string& class_name) {
  for (const Component* component : system.instances(class_name))
    if (system.class_of(*component).name == class_name) return component;
  return nullptr;
}

// What a component needs before it, itself the last.
void add_with_needs(const system::System& system, const Component& component, std::set<ComponentId>& known,
                    std::vector<ComponentId>& order) {
  if (!known.insert(component.id).second) return;
  if (component.container != system::kNoComponent)
    add_with_needs(system, *system.find(component.container), known, order);
  const model::Project& project = system.project();
  for (const model::Association& association : project.associations) {
    if (association.composition || !project.is_a(system.class_of(component).name, association.from)) continue;
    const auto bound = system.along(component, association.role);
    if (!bound) continue;
    for (const Component* other : *bound) add_with_needs(system, *other, known, order);
  }
  order.push_back(component.id);
}

Result<void> assign_host(system::System& system, const Component& component, const std::string& wanted) {
  const model::Class& its = system.class_of(component);
  if (its.host_family.empty() || component.container != system::kNoComponent) return {};
  if (its.in_vms)
    return fail(ErrorCode::kInvalid,
                fmt::format("{} lives in virtual machines of class {}, which would have to be made first: "
                            "torture its wrapper in a project that has it on a host family",
                            component.name, its.host_family));
  const auto hosts = system.hosts(its.host_family);
  if (hosts.empty())
    return fail(ErrorCode::kInvalid,
                fmt::format("family {} has no hosts: see its node file", its.host_family));
  const auto found = std::find_if(hosts.begin(), hosts.end(),
                                  [&](const system::Host* host) { return host->name == wanted; });
  const system::Host* host = found == hosts.end() ? hosts.front() : *found;
  const std::string name = host->name;
  if (auto assigned = system.apply(system::HostAssigned{component.id, name}); !assigned) return assigned;
  return system.apply(system::HostChanged{.host = name, .state = system::HostState::kUp});
}

std::string host_name_of(const system::System& system, const Subject& subject) {
  std::vector<ComponentId> all = {subject.id};
  all.insert(all.end(), subject.companions.rbegin(), subject.companions.rend());
  for (const ComponentId id : all)
    if (const system::Host* host = system.host_of(*system.find(id))) return host->name;
  return {};
}

}  // namespace

Result<std::string> class_of_wrapper(const model::Project& project, const std::string& file,
                                     const std::string& wanted) {
  const std::string name = std::filesystem::path(file).filename();
  std::vector<std::string> users;
  for (const model::Class& one : project.classes) {
    const model::Wrapper* wrapper = project.wrapper_of(one);
    const bool uses = wrapper != nullptr && std::filesystem::path(wrapper->path).filename() == name;
    if (uses && !one.is_abstract) users.push_back(one.name);
  }
  if (users.empty())
    return fail(ErrorCode::kNotFound,
                fmt::format("no class of {} uses {}: name it in the deployment diagram, "
                            "+wrapper: String = \"{}\"",
                            project.name, name, name));
  if (wanted.empty() && users.size() == 1) return users.front();
  if (std::find(users.begin(), users.end(), wanted) != users.end()) return wanted;
  const std::string all =
      users.size() == 1 ? "class " + users.front() : fmt::format("each of {}", fmt::join(users, ", "));
  return fail(ErrorCode::kInvalid,
              wanted.empty() ? fmt::format("{} uses {}: say which with --class", all, name)
                             : fmt::format("class {} does not use {}, but {} does", wanted, name, all));
}

Result<Subject> make_subject(system::System& system, const model::Instances& instances,
                             const std::string& class_name, const std::string& host) {
  if (auto made = apply_all(system, system::initial(system, instances)); !made) return fail(made.error());
  if (first_of(system, class_name) == nullptr) {
    const auto changes = system::creation(system, class_name);
    if (!changes) return fail(changes.error());
    if (auto made = apply_all(system, *changes); !made) return fail(made.error());
  }
  Subject subject;
  subject.id = first_of(system, class_name)->id;
  if (!host.empty() && system.find_host(host) == nullptr)
    return fail(ErrorCode::kNotFound, fmt::format("no family has a host '{}': see the node files", host));
  std::set<ComponentId> known;
  add_with_needs(system, *system.find(subject.id), known, subject.companions);
  for (const ComponentId id : subject.companions)
    if (auto assigned = assign_host(system, *system.find(id), host); !assigned) return fail(assigned.error());
  std::erase(subject.companions, subject.id);
  subject.host = host_name_of(system, subject);
  if (subject.host.empty())
    return fail(
        ErrorCode::kInvalid,
        fmt::format("class {} is on no host: give it a host family, or bind it to what has one", class_name));
  if (!host.empty() && subject.host != host)
    return fail(ErrorCode::kInvalid,
                fmt::format("{} is no host of the family of class {}", host, class_name));
  return subject;
}

}  // namespace attune::torture
