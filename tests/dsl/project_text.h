// SPDX-License-Identifier: Apache-2.0
// A model::Project as text, all of it, for golden files. For tests only.
#pragma once

#include <optional>
#include <string>

#include <fmt/format.h>

#include "runtime/base/wall_time.h"
#include "runtime/model/instances.h"
#include "runtime/model/project.h"
#include "tests/dsl/diagram_text.h"

namespace attune::test {

inline std::string shown(const model::Attribute& attribute) {
  return fmt::format("    {}: {}{}\n", attribute.name, model::name_of(attribute.type),
                     attribute.value ? " = " + model::to_text(*attribute.value) : "");
}

inline std::string shown(const model::Class& one) {
  std::string out = fmt::format("class {}", one.name);
  if (one.label != one.name) out += fmt::format(" \"{}\"", one.label);
  if (!one.namespace_name.empty()) out += " in " + one.namespace_name;
  if (!one.base.empty()) out += " is a " + one.base;
  if (one.is_abstract) out += ", abstract";
  out += one.max == UINT32_MAX ? fmt::format(", {} and more\n", one.initial)
                               : fmt::format(", {} of {}\n", one.initial, one.max);
  if (!one.wrapper.empty()) out += fmt::format("    wrapper {}\n", one.wrapper);
  if (!one.legacy_file.empty()) out += fmt::format("    legacy {}\n", one.legacy_file);
  if (!one.host_family.empty())
    out += fmt::format("    runs {} {}\n", one.in_vms ? "in" : "on", one.host_family);
  for (const model::Attribute& attribute : one.attributes) out += shown(attribute);
  return out;
}

inline std::string until_text(const std::optional<WallTime>& until) {
  return until ? ", until " + to_text(*until) : std::string();
}

inline std::string shown(const model::Site& site) {
  return fmt::format("site {}: {} a host, {} a VM, {} a GiB out, {}, {} Mbit/s{}\n", site.name,
                     site.host_price, site.vm_price, site.traffic_price,
                     model::to_text(model::Value(site.latency)), site.bandwidth_mbit,
                     until_text(site.available_until));
}

inline std::string shown(const model::Link& link) {
  return fmt::format("link {} -- {}: {}, {} Mbit/s\n", link.a, link.b,
                     model::to_text(model::Value(link.latency)), link.bandwidth_mbit);
}

inline std::string shown(const model::HostFamily& family) {
  std::string out = fmt::format("family {} {} user '{}' port {} in {}\n", family.name,
                                family.protocol == Protocol::kSsh ? "ssh" : "local", family.user, family.port,
                                family.dirlocal);
  if (!family.identity_file.empty()) out += fmt::format("    identity {}\n", family.identity_file);
  if (!family.known_hosts.empty()) out += fmt::format("    known hosts {}\n", family.known_hosts);
  if (family.accept_new_host_keys) out += "    accepts new host keys\n";
  if (!family.hypervisor.empty()) out += fmt::format("    hypervisor {}\n", family.hypervisor);
  for (const model::HostDeclaration& host : family.hosts) {
    out += fmt::format("    host {} at {}, {} cpus, {}:", host.name, host.address, host.cpus,
                       model::to_text(model::Value(host.memory)));
    for (const auto& [key, value] : host.properties) out += fmt::format(" {}={}", key, value);
    out += '\n';
    if (!host.site.empty())
      out += fmt::format("        on {}, core speed {}, overcommit {} and {}, price {}{}\n", host.site,
                         host.terms.core_speed, host.terms.cpu_overcommit, host.terms.memory_overcommit,
                         host.terms.price, until_text(host.terms.available_until));
  }
  return out;
}

inline std::string shown(const model::Project& project) {
  std::string out = fmt::format("project {}\n", project.name);
  for (const model::Site& site : project.sites) out += shown(site);
  for (const model::Link& link : project.links) out += shown(link);
  for (const model::HostFamily& family : project.families) out += shown(family);
  for (const model::Class& one : project.classes) out += shown(one);
  for (const model::Association& one : project.associations) {
    out += fmt::format("{} \"{}\" {} \"{}\" {} : {}\n", one.from, model::to_text(one.from_count),
                       one.composition ? "*--" : "-->", model::to_text(one.to_count), one.to, one.role);
  }
  for (const auto& [name, value] : project.settings) out += fmt::format("setting {} = {}\n", name, value);
  for (const auto& [event, diagram] : project.diagrams) out += shown(diagram);
  return out;
}

inline std::string shown(const model::Instances& instances, const model::Project& project) {
  std::string out;
  for (const model::Instance& one : instances.components) out += fmt::format("component {}\n", one.name);
  for (const model::InstanceBinding& one : instances.bindings) {
    out += fmt::format("binding {}.{} = {}\n", instances.components[one.from].name,
                       project.associations[one.association].role, instances.components[one.to].name);
  }
  return out;
}

}  // namespace attune::test
