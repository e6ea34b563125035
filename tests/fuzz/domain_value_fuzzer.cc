// SPDX-License-Identifier: Apache-2.0
// Any bytes as a value that goes into a domain's XML: in an author's own, in an element and in both kinds of
// quotes, and as each text of a DomainSpec. Whatever the value, the domain has the elements that it has with
// an "x", and the value comes back as it was, but for what XML cannot hold.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>

#include <fmt/format.h>
#include <tinyxml2.h>

#include "runtime/base/xml_text.h"
#include "runtime/hypervisor/domain_xml.h"

namespace {

using namespace attune::hypervisor;
using tinyxml2::XMLElement;

// "domain(name()title()...)": the elements alone, and how many attributes each has.
std::string shape_of(const XMLElement& element) {
  size_t attributes = 0;
  for (const auto* one = element.FirstAttribute(); one != nullptr; one = one->Next()) ++attributes;
  std::string shape = fmt::format("{}:{}(", element.Name(), attributes);
  for (const XMLElement* child = element.FirstChildElement(); child != nullptr;
       child = child->NextSiblingElement())
    shape += shape_of(*child);
  return shape + ")";
}

std::string shape_of(const std::string& xml) {
  tinyxml2::XMLDocument document;
  if (document.Parse(xml.data(), xml.size()) != tinyxml2::XML_SUCCESS) std::abort();
  return shape_of(*document.RootElement());
}

std::string own_with(const std::string& value) {
  const std::string filled = attune::xml_escaped(value);
  const auto xml = complete_domain_xml(
      fmt::format("<domain type='kvm'><title>.{0}</title><description><![CDATA[{0}]]></description>"
                  "<a b='{0}' c=\"{0}\"/></domain>",
                  filled),
      "web", "vm1");
  if (!xml) std::abort();
  return *xml;
}

void expect_back(const std::string& xml, const std::string& value) {
  tinyxml2::XMLDocument document;
  document.Parse(xml.data(), xml.size());
  const XMLElement* domain = document.RootElement();
  if (domain->FirstChildElement("title")->GetText() != "." + value) std::abort();
  if (domain->FirstChildElement("a")->Attribute("b") != value) std::abort();
  if (domain->FirstChildElement("a")->Attribute("c") != value) std::abort();
}

std::string spec_with(const std::string& value) {
  DomainSpec spec;
  spec.project = "web";
  spec.name = "vm1";
  spec.memory_bytes = 1 << 30;
  spec.kernel = "/" + value;
  spec.initrd = "/" + value;
  spec.command_line = "x" + value;
  spec.disks = {{"/" + value, "raw" + value}};
  spec.networks = {{Network::Kind::kBridge, "b" + value}, {Network::Kind::kNetwork, "n" + value}};
  spec.architecture = "x" + value;
  spec.machine = "q" + value;
  spec.console_log = "/" + value;
  const auto xml = domain_xml(spec);
  if (!xml) std::abort();
  return *xml;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::string value(reinterpret_cast<const char*>(data), size);
  std::erase(value, '\0');  // ends a text
  static const std::string kOwnShape = shape_of(own_with("x"));
  static const std::string kSpecShape = shape_of(spec_with("x"));
  const std::string own = own_with(value);
  if (shape_of(own) != kOwnShape) std::abort();
  if (shape_of(spec_with(value)) != kSpecShape) std::abort();
  std::erase(value, '\r');  // XML makes a line's end of it
  expect_back(own_with(value), value);
  return 0;
}
