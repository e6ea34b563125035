// SPDX-License-Identifier: Apache-2.0
#include "runtime/hypervisor/domain_xml.h"

#include <fmt/format.h>
#include <tinyxml2.h>
#include <boost/uuid/name_generator_sha1.hpp>
#include <boost/uuid/uuid_io.hpp>

namespace attune::hypervisor {

namespace {

using tinyxml2::XMLDocument;
using tinyxml2::XMLElement;

// The namespace of our names: a fixed UUID, drawn once.
constexpr boost::uuids::uuid kNames = {
    {0x4a, 0x1d, 0x5b, 0x0e, 0x9c, 0x57, 0x4f, 0x3b, 0x8e, 0x62, 0xd1, 0x0a, 0x7c, 0x33, 0x95, 0xf4}};

boost::uuids::uuid named(const std::string& name) {
  return boost::uuids::name_generator_sha1(kNames)(name);
}

std::string printed(const XMLDocument& document) {
  tinyxml2::XMLPrinter printer;
  document.Print(&printer);
  return printer.CStr();
}

XMLElement* add(XMLElement* parent, const char* name) {
  return parent->InsertNewChildElement(name);
}

XMLElement* add(XMLElement* parent, const char* name, const std::string& text) {
  XMLElement* child = add(parent, name);
  child->SetText(text.c_str());
  return child;
}

XMLElement* add_typed(XMLElement* parent, const char* name, const char* type) {
  XMLElement* child = add(parent, name);
  child->SetAttribute("type", type);
  return child;
}

void add_memory(XMLElement* domain, const DomainSpec& spec) {
  for (const char* name : {"memory", "currentMemory"})
    add(domain, name, std::to_string(spec.memory_bytes / 1024))->SetAttribute("unit", "KiB");
  add(domain, "vcpu", std::to_string(spec.vcpus));
}

void add_os(XMLElement* domain, const DomainSpec& spec) {
  XMLElement* os = add(domain, "os");
  XMLElement* type = add(os, "type", "hvm");
  type->SetAttribute("arch", spec.architecture.c_str());
  type->SetAttribute("machine", spec.machine.c_str());
  if (spec.kernel.empty()) {
    add(os, "boot")->SetAttribute("dev", "hd");
    return;
  }
  add(os, "kernel", spec.kernel);
  if (!spec.initrd.empty()) add(os, "initrd", spec.initrd);
  if (!spec.command_line.empty()) add(os, "cmdline", spec.command_line);
}

void add_behaviour(XMLElement* domain, const DomainSpec& spec) {
  XMLElement* features = add(domain, "features");
  add(features, "acpi");  // what an orderly shutdown is asked by
  add(features, "apic");
  if (spec.type == "kvm") add(domain, "cpu")->SetAttribute("mode", "host-model");
  add(domain, "clock")->SetAttribute("offset", "utc");
  add(domain, "on_poweroff", "destroy");
  add(domain, "on_reboot", "restart");
  add(domain, "on_crash", "destroy");
}

void add_disk(XMLElement* devices, const Disk& disk, size_t index) {
  const bool is_device = disk.path.starts_with("/dev/");
  XMLElement* element = add_typed(devices, "disk", is_device ? "block" : "file");
  element->SetAttribute("device", "disk");
  XMLElement* driver = add(element, "driver");
  driver->SetAttribute("name", "qemu");
  driver->SetAttribute("type", disk.format.c_str());
  driver->SetAttribute("cache", "none");  // else a migration may find stale pages on the target
  add(element, "source")->SetAttribute(is_device ? "dev" : "file", disk.path.c_str());
  XMLElement* target = add(element, "target");
  target->SetAttribute("dev", fmt::format("vd{}", static_cast<char>('a' + index)).c_str());
  target->SetAttribute("bus", "virtio");
  if (disk.read_only) add(element, "readonly");
}

void add_network(XMLElement* devices, const Network& network, const std::string& mac) {
  const char* kind = network.kind == Network::Kind::kBridge ? "bridge" : "network";
  XMLElement* interface = add_typed(devices, "interface", kind);
  add(interface, "mac")->SetAttribute("address", mac.c_str());
  add(interface, "source")->SetAttribute(kind, network.name.c_str());
  add_typed(interface, "model", "virtio");
}

void add_console(XMLElement* devices, const DomainSpec& spec) {
  XMLElement* serial = add_typed(devices, "serial", spec.console_log.empty() ? "pty" : "file");
  if (!spec.console_log.empty()) add(serial, "source")->SetAttribute("path", spec.console_log.c_str());
}

void add_devices(XMLElement* domain, const DomainSpec& spec) {
  XMLElement* devices = add(domain, "devices");
  for (size_t i = 0; i < spec.disks.size(); ++i) add_disk(devices, spec.disks[i], i);
  for (size_t i = 0; i < spec.networks.size(); ++i)
    add_network(devices, spec.networks[i], mac_of(spec.project, spec.name, i));
  add_console(devices, spec);
  XMLElement* agent = add_typed(devices, "channel", "unix");
  XMLElement* target = add_typed(agent, "target", "virtio");
  target->SetAttribute("name", "org.qemu.guest_agent.0");
  XMLElement* usb = add_typed(devices, "controller", "usb");
  usb->SetAttribute("model", "none");
  add(devices, "memballoon")->SetAttribute("model", "virtio");
  // By which a guest tells that its kernel has given up.
  add(devices, "panic")->SetAttribute("model", "isa");
  XMLElement* random = add(devices, "rng");  // a guest without it waits long for its first keys
  random->SetAttribute("model", "virtio");
  add(random, "backend", "/dev/urandom")->SetAttribute("model", "random");
}

Result<void> check(const DomainSpec& spec) {
  constexpr uint64_t kLeast = 1024 * 1024;
  constexpr size_t kMostDisks = 26;  // vda to vdz
  const auto refuse = [&](std::string_view why) {
    return fail(ErrorCode::kInvalid, fmt::format("the virtual machine '{}' {}", spec.name, why));
  };
  if (spec.name.empty() || spec.name.find_first_of("/\n") != std::string::npos)
    return refuse("needs a name without '/'");
  if (spec.memory_bytes < kLeast)
    return refuse("needs memory: give its class an attribute memory: Size = 512MiB");
  if (spec.vcpus == 0) return refuse("needs at least one processor: vcpus: Integer = 1");
  if (spec.kernel.empty() && spec.disks.empty())
    return refuse("has nothing to boot: give it a kernel or a disk");
  if (!spec.initrd.empty() && spec.kernel.empty()) return refuse("has an initrd but no kernel");
  if (spec.disks.size() > kMostDisks) return refuse("has more than 26 disks");
  if (spec.type != "kvm" && spec.type != "qemu")
    return refuse(fmt::format("cannot be of the type '{}': it is kvm or qemu", spec.type));
  return {};
}

XMLElement* ensure_child(XMLElement* parent, const char* name) {
  if (XMLElement* child = parent->FirstChildElement(name)) return child;
  return add(parent, name);
}

Result<XMLElement*> parse_domain(XMLDocument& document, std::string_view xml) {
  if (document.Parse(xml.data(), xml.size()) != tinyxml2::XML_SUCCESS)
    return fail(ErrorCode::kInvalid,
                fmt::format("the domain XML cannot be read: line {}: {}", document.ErrorLineNum(),
                            tinyxml2::XMLDocument::ErrorIDToName(document.ErrorID())));
  XMLElement* domain = document.RootElement();
  if (!domain || std::string_view(domain->Name()) != "domain")
    return fail(ErrorCode::kInvalid, "the domain XML must begin with <domain type='...'>");
  for (const tinyxml2::XMLNode* one = document.FirstChild(); one != nullptr; one = one->NextSibling())
    if (one != domain && (one->ToElement() != nullptr || one->ToText() != nullptr))
      return fail(ErrorCode::kInvalid,
                  fmt::format("the domain XML has something beside <domain>: line {}", one->GetLineNum()));
  return domain;
}

}  // namespace

// Neither name can have a '/'.
std::string uuid_of(std::string_view project, std::string_view name) {
  return to_string(named(fmt::format("{}/{}", project, name)));
}

std::string mac_of(std::string_view project, std::string_view name, size_t interface) {
  const boost::uuids::uuid id = named(fmt::format("{}/{}/{}", project, name, interface));
  const unsigned first = (id.data[0] & 0xfcU) | 0x02U;  // locally administered, not multicast
  return fmt::format("{:02x}:{:02x}:{:02x}:{:02x}:{:02x}:{:02x}", first, id.data[1], id.data[2], id.data[3],
                     id.data[4], id.data[5]);
}

Result<std::string> domain_xml(const DomainSpec& spec) {
  if (const Result<void> sound = check(spec); !sound) return fail(sound.error());
  XMLDocument document;
  XMLElement* domain = document.NewElement("domain");
  document.InsertEndChild(domain);
  domain->SetAttribute("type", spec.type.c_str());
  add(domain, "name", spec.name);
  add(domain, "uuid", uuid_of(spec.project, spec.name));
  add_memory(domain, spec);
  add_os(domain, spec);
  add_behaviour(domain, spec);
  add_devices(domain, spec);
  return printed(document);
}

Result<std::string> complete_domain_xml(std::string_view xml, std::string_view project,
                                        const std::string& name) {
  XMLDocument document;
  const Result<XMLElement*> domain = parse_domain(document, xml);
  if (!domain) return fail(domain.error());
  ensure_child(*domain, "name")->SetText(name.c_str());
  ensure_child(*domain, "uuid")->SetText(uuid_of(project, name).c_str());
  size_t index = 0;
  XMLElement* devices = (*domain)->FirstChildElement("devices");
  for (XMLElement* interface = devices ? devices->FirstChildElement("interface") : nullptr; interface;
       interface = interface->NextSiblingElement("interface"), ++index) {
    XMLElement* mac = ensure_child(interface, "mac");
    if (!mac->Attribute("address")) mac->SetAttribute("address", mac_of(project, name, index).c_str());
  }
  return printed(document);
}

Result<std::vector<std::string>> macs_in(std::string_view xml) {
  XMLDocument document;
  const Result<XMLElement*> domain = parse_domain(document, xml);
  if (!domain) return fail(domain.error());
  std::vector<std::string> macs;
  const XMLElement* devices = (*domain)->FirstChildElement("devices");
  for (const XMLElement* interface = devices ? devices->FirstChildElement("interface") : nullptr; interface;
       interface = interface->NextSiblingElement("interface")) {
    const XMLElement* mac = interface->FirstChildElement("mac");
    const char* address = mac ? mac->Attribute("address") : nullptr;
    if (address == nullptr) continue;
    std::string& lower = macs.emplace_back(address);
    for (char& letter : lower)
      if (letter >= 'A' && letter <= 'F') letter = static_cast<char>(letter - 'A' + 'a');
  }
  return macs;
}

Result<ports::DomainId> id_in(std::string_view xml) {
  XMLDocument document;
  const Result<XMLElement*> domain = parse_domain(document, xml);
  if (!domain) return fail(domain.error());
  const XMLElement* name = (*domain)->FirstChildElement("name");
  if (!name || !name->GetText()) return fail(ErrorCode::kInvalid, "the domain XML has no <name>");
  const XMLElement* uuid = (*domain)->FirstChildElement("uuid");
  return ports::DomainId{name->GetText(), uuid && uuid->GetText() ? uuid->GetText() : ""};
}

}  // namespace attune::hypervisor
