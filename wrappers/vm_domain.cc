// SPDX-License-Identifier: Apache-2.0
#include "wrappers/vm_domain.h"

#include <utility>

#include <fmt/format.h>

#include "runtime/base/xml_text.h"
#include "runtime/hypervisor/domain_xml.h"
#include "runtime/system/stubs.h"
#include "runtime/workflow/arguments.h"
#include "runtime/workflow/operand.h"
#include "wrappers/configuration.h"

namespace attune::wrappers {

namespace {

constexpr std::string_view kDefaultBridge = "br0";

std::optional<model::Value> value_of(const World& world, system::ComponentId component,
                                     std::string_view name) {
  const workflow::Outlook outlook{world.system, world.clock.now(), world.pipe};
  const auto found = workflow::member(outlook, workflow::ComponentRef{component}, name);
  const auto* value = found ? std::get_if<model::Value>(&*found) : nullptr;
  return value == nullptr ? std::nullopt : std::optional(*value);
}

template <class T>
T value_or(const World& world, system::ComponentId component, std::string_view name, T otherwise) {
  const auto value = value_of(world, component, name);
  const T* held = value ? value->get_if<T>() : nullptr;
  return held == nullptr ? otherwise : *held;
}

std::vector<hypervisor::Disk> disks_of(const World& world, system::ComponentId component) {
  std::vector<hypervisor::Disk> disks;
  for (const model::Value& each : value_or<model::List>(world, component, "disks", {})) {
    hypervisor::Disk disk;
    disk.path = model::to_text(each);
    disk.format = disk.path.ends_with(".qcow2") ? "qcow2" : "raw";
    disks.push_back(std::move(disk));
  }
  return disks;
}

std::vector<hypervisor::Network> networks_of(const World& world, system::ComponentId component) {
  using Kind = hypervisor::Network::Kind;
  if (const auto network = vm_attribute(world, component, "network"); network && !network->empty())
    return {{Kind::kNetwork, *network}};
  const std::string bridge = vm_attribute(world, component, "bridge").value_or(std::string(kDefaultBridge));
  if (bridge.empty()) return {};
  return {{Kind::kBridge, bridge}};
}

Result<hypervisor::DomainSpec> spec_of(const World& world, system::ComponentId component,
                                       const std::string& domain, bool accelerated) {
  const auto text = [&](std::string_view name) { return vm_attribute(world, component, name).value_or(""); };
  const auto vcpus = value_or<int64_t>(world, component, "vcpus", 1);
  const auto memory = value_or<model::Size>(world, component, "memory", {});
  if (vcpus < 1 || vcpus > 4096)
    return fail(ErrorCode::kInvalid,
                fmt::format("vcpus of {} is {}: it is between 1 and 4096", domain, vcpus));
  if (memory.bytes < 0) return fail(ErrorCode::kInvalid, fmt::format("memory of {} is negative", domain));
  hypervisor::DomainSpec spec;
  spec.project = world.system.project().name;
  spec.name = domain;
  spec.memory_bytes = static_cast<uint64_t>(memory.bytes);
  spec.vcpus = static_cast<unsigned>(vcpus);
  spec.kernel = text("kernel");
  spec.initrd = text("initrd");
  spec.command_line = text("cmdline");
  spec.disks = disks_of(world, component);
  spec.networks = networks_of(world, component);
  spec.type = text("virtualization");
  if (spec.type.empty()) spec.type = accelerated ? "kvm" : "qemu";
  spec.console_log = text("console");
  return spec;
}

}  // namespace

std::optional<std::string> vm_attribute(const World& world, system::ComponentId component,
                                        std::string_view name) {
  const auto value = value_of(world, component, name);
  return value ? std::optional(model::to_text(*value)) : std::nullopt;
}

std::string vm_domain_name(const World& world, const system::Component& component) {
  const model::Stub* stub = system::stub_of(world.system, component, "start");
  if (stub == nullptr || stub->params.empty()) return component.name;
  const workflow::Viewpoint from{{world.system, world.clock.now(), world.pipe}, component.id, {}};
  return workflow::text_of(stub->params.front(), from).value_or(component.name);
}

ports::DomainId vm_domain_id(const World& world, std::string name) {
  std::string uuid = hypervisor::uuid_of(world.system.project().name, name);
  return {std::move(name), std::move(uuid)};
}

bool leaves_virtualization_open(const World& world, system::ComponentId component) {
  return vm_attribute(world, component, "domain").value_or("").empty() &&
         vm_attribute(world, component, "virtualization").value_or("").empty();
}

Result<std::string> vm_domain_xml(const World& world, system::ComponentId component,
                                  const std::string& domain, bool accelerated) {
  const std::string file = vm_attribute(world, component, "domain").value_or("");
  if (file.empty()) {
    const auto spec = spec_of(world, component, domain, accelerated);
    if (!spec) return fail(spec.error());
    return hypervisor::domain_xml(*spec);
  }
  const auto xml = configuration(world, component, file, nullptr, xml_escaped);
  if (!xml) return xml;
  auto complete = hypervisor::complete_domain_xml(*xml, world.system.project().name, domain);
  if (!complete) return fail(std::move(complete).error().within(file));
  return complete;
}

std::vector<std::string> vm_macs(const World& world, const system::Component& component) {
  const auto xml = vm_domain_xml(world, component.id, vm_domain_name(world, component), false);
  if (!xml) return {};
  return hypervisor::macs_in(*xml).value_or(std::vector<std::string>());
}

}  // namespace attune::wrappers
