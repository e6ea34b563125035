// SPDX-License-Identifier: Apache-2.0
#include "wrappers/host_access.h"

#include <fmt/format.h>

#include "runtime/base/user.h"
#include "runtime/workflow/operand.h"

namespace attune::wrappers {

namespace {

std::string folder_below(const std::string& dirlocal, const model::Project& project) {
  return fmt::format("{}/{}", dirlocal.empty() ? kDefaultDirlocal : dirlocal, project.name);
}

HostAccess access_by_family(const model::Project& project, const system::Host& host) {
  const model::HostFamily& family = project.families[host.family];
  HostAccess access;
  access.target.name = host.name;
  access.target.protocol = family.protocol;
  access.target.address = host.address;
  access.target.port = family.port;
  access.target.user = family.user;
  access.target.identity_file = family.identity_file;
  access.target.known_hosts = family.known_hosts;
  access.target.accept_new_host_key = family.accept_new_host_keys;
  access.folder = folder_below(family.dirlocal, project);
  return access;
}

// The VM's attribute as text, or what stands in for it.
std::string text_or(const system::System& system, const system::Component& vm, std::string_view attribute,
                    std::string_view otherwise) {
  const auto value = workflow::attribute_of({system, {}, {}}, vm, attribute);
  return value ? model::to_text(*value) : std::string(otherwise);
}

// A file of the user's own: absolute, below ~/, or in the project's folder, as those of a family.
std::string own_file(const system::System& system, const std::string& name) {
  if (name.empty() || name.front() == '/') return name;
  const auto home = name.starts_with("~/") ? home_folder() : std::nullopt;
  return home ? *home + name.substr(1) : fmt::format("{}/{}", system.project().directory, name);
}

Result<HostAccess> access_to_vm(const system::System& system, const system::Component& vm,
                                const system::Host& host) {
  const std::string address = workflow::address_of({system, {}, {}}, host);
  if (address.empty()) {
    return fail(ErrorCode::kUnreachable,
                fmt::format("{} has no address yet: give its class an 'address', or wait until it has booted",
                            vm.name));
  }
  HostAccess access;
  access.target.name = host.name;
  access.target.address = address.substr(0, address.find('/'));
  access.target.user = text_or(system, vm, "user", "root");
  access.target.identity_file = own_file(system, text_or(system, vm, "identity_file", ""));
  access.target.known_hosts = own_file(system, text_or(system, vm, "known_hosts", ""));
  access.target.accept_new_host_key = text_or(system, vm, "accept_new_host_keys", "false") == "true";
  access.folder = folder_below(text_or(system, vm, "dirlocal", {}), system.project());
  return access;
}

}  // namespace

Result<HostAccess> access_to(const system::System& system, const system::Host& host) {
  if (host.vm != system::kNoComponent) return access_to_vm(system, *system.find(host.vm), host);
  return access_by_family(system.project(), host);
}

Result<HostAccess> access_to_host_of(const system::System& system, const system::Component& component) {
  const system::Host* host = system.host_of(component);
  if (host == nullptr)
    return fail(ErrorCode::kInvalid, fmt::format("{} has no host yet: assign one first", component.name));
  return access_to(system, *host);
}

std::string directory_of(const HostAccess& access, const system::Component& component) {
  return fmt::format("{}/components/{}", access.folder, component.name);
}

std::string run_directory_of(const HostAccess& access, const system::Component& component) {
  return fmt::format("{}/run/{}", access.folder, component.name);
}

std::string record_of(const HostAccess& access, const system::Component& component) {
  return fmt::format("{}/deployed/{}", access.folder, component.name);
}

}  // namespace attune::wrappers
