// SPDX-License-Identifier: Apache-2.0
#include "runtime/hypervisor/domain_needs.h"

#include <fmt/format.h>
#include <tinyxml2.h>

namespace attune::hypervisor {

namespace {

using tinyxml2::XMLElement;

std::string text_of(const XMLElement* element) {
  const char* text = element ? element->GetText() : nullptr;
  return text ? text : "";
}

std::string attribute_of(const XMLElement* element, const char* name) {
  const char* value = element ? element->Attribute(name) : nullptr;
  return value ? value : "";
}

// The element at a path of names below `from`; nullptr where one is missing.
const XMLElement* below(const XMLElement* from, std::initializer_list<const char*> names) {
  for (const char* name : names) from = from ? from->FirstChildElement(name) : nullptr;
  return from;
}

std::string printed(const XMLElement& element) {
  tinyxml2::XMLPrinter printer;
  element.Accept(&printer);
  return printer.CStr();
}

std::vector<std::string> disk_files(const XMLElement* devices) {
  std::vector<std::string> files;
  const XMLElement* disk = devices ? devices->FirstChildElement("disk") : nullptr;
  for (; disk; disk = disk->NextSiblingElement("disk")) {
    const XMLElement* source = disk->FirstChildElement("source");
    for (const char* kind : {"file", "dev"})
      if (std::string path = attribute_of(source, kind); !path.empty()) files.push_back(std::move(path));
  }
  return files;
}

}  // namespace

Result<DomainNeeds> needs_of(std::string_view xml) {
  tinyxml2::XMLDocument document;
  document.Parse(xml.data(), xml.size());
  const XMLElement* domain = document.RootElement();
  const XMLElement* type = below(domain, {"os", "type"});
  const XMLElement* devices = below(domain, {"devices"});
  const XMLElement* memory = below(domain, {"memory"});
  if (document.Error() || !type || !memory)
    return fail(ErrorCode::kCorrupt, "libvirt's description of the domain cannot be read");
  DomainNeeds needs;
  needs.uuid = text_of(below(domain, {"uuid"}));
  needs.type = attribute_of(domain, "type");
  needs.architecture = attribute_of(type, "arch");
  needs.machine = attribute_of(type, "machine");
  needs.emulator = text_of(below(devices, {"emulator"}));
  if (const XMLElement* cpu = below(domain, {"cpu"})) needs.cpu = printed(*cpu);
  if (below(domain, {"memoryBacking", "hugepages"}) == nullptr)
    needs.memory_bytes = static_cast<uint64_t>(memory->Int64Text()) * 1024;  // libvirt always prints KiB
  needs.files = disk_files(devices);
  return needs;
}

bool offers_kvm(std::string_view capabilities) {
  tinyxml2::XMLDocument document;
  document.Parse(capabilities.data(), capabilities.size());
  const std::string own = text_of(below(document.RootElement(), {"host", "cpu", "arch"}));
  const XMLElement* guest = below(document.RootElement(), {"guest"});
  for (; guest; guest = guest->NextSiblingElement("guest")) {
    const XMLElement* arch = below(guest, {"arch"});
    if (attribute_of(arch, "name") != own) continue;
    for (const XMLElement* domain = below(arch, {"domain"}); domain;
         domain = domain->NextSiblingElement("domain"))
      if (attribute_of(domain, "type") == "kvm") return true;
  }
  return false;
}

std::string host_uuid(std::string_view capabilities) {
  tinyxml2::XMLDocument document;
  document.Parse(capabilities.data(), capabilities.size());
  return text_of(below(document.RootElement(), {"host", "uuid"}));
}

}  // namespace attune::hypervisor
