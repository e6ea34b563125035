// SPDX-License-Identifier: Apache-2.0
// The schema that editors use (docs/wrapper.rng) against what implements wrappers.
#include "wrappers/catalog.h"

#include <cstdint>
#include <map>
#include <string_view>
#include <tuple>
#include <utility>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <tinyxml2.h>

#include "tests/support/golden.h"

namespace attune::wrappers {
namespace {

using tinyxml2::XMLElement;

// By key and operation the fewest and the most params.
using Operations = std::map<std::pair<std::string, std::string>, std::pair<size_t, size_t>>;

class Schema {
 public:
  Operations read() {
    const auto file = test::golden_folder().parent_path().parent_path() / "docs/wrapper.rng";
    tinyxml2::XMLDocument document;
    EXPECT_EQ(document.LoadFile(file.c_str()), tinyxml2::XML_SUCCESS);
    visit(*document.RootElement());
    return std::move(all_);
  }

 private:
  static std::string value_in(const XMLElement& attribute) {
    const XMLElement* value = attribute.FirstChildElement("value");
    return value == nullptr ? std::string() : value->GetText();
  }
  static bool is_attribute(const XMLElement& element, std::string_view name) {
    return element.Name() == std::string_view("attribute") && element.Attribute("name") == name;
  }

  // A family's is a pattern: up to its colon.
  static std::string key_in(const XMLElement& attribute) {
    const XMLElement* text = attribute.FirstChildElement("data");
    if (text == nullptr) return value_in(attribute);
    const std::string pattern = text->FirstChildElement("param")->GetText();
    return pattern.substr(0, pattern.find(':') + 1);
  }

  // The operations of a key stand in its group, behind it.
  void visit(const XMLElement& element) {
    if (is_attribute(element, "key")) key_ = key_in(element);
    if (is_attribute(element, "method"))
      if (const std::string name = value_in(element); !name.empty()) all_[{key_, name}] = params_of(element);
    for (const XMLElement* child = element.FirstChildElement(); child; child = child->NextSiblingElement())
      visit(*child);
  }

  static std::pair<size_t, size_t> params_of(const XMLElement& attribute) {
    std::pair<size_t, size_t> count{0, 0};
    const bool is_alone = attribute.Parent()->ToElement()->Name() == std::string_view("choice");
    for (const XMLElement* next = is_alone ? nullptr : attribute.NextSiblingElement(); next;
         next = next->NextSiblingElement()) {
      const std::string_view name = next->Name();
      count.first += name == "ref";
      count.second = name == "zeroOrMore" ? SIZE_MAX : count.second + 1;
    }
    return count;
  }

  std::string key_;
  Operations all_;
};

TEST(Catalog, IsWhatTheSchemaOfWrappersHas) {
  Operations known;
  for (const model::Key& key : catalog().keys)
    for (const model::Operation& one : key.operations)
      known[{key.name, one.name}] = {one.min_params, one.max_params};
  EXPECT_THAT(Schema().read(), ::testing::ContainerEq(known));
}

}  // namespace
}  // namespace attune::wrappers
