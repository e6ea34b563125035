// SPDX-License-Identifier: Apache-2.0
#include "wrappers/agent_metadata.h"

#include <algorithm>

#include <tinyxml2.h>

#include <fmt/format.h>

namespace attune::wrappers {

namespace {

std::string attribute_of(const tinyxml2::XMLElement& element, const char* name) {
  const char* value = element.Attribute(name);
  return value == nullptr ? std::string() : value;
}

AgentParameter parameter_of(const tinyxml2::XMLElement& element) {
  AgentParameter made;
  made.name = attribute_of(element, "name");
  const std::string required = attribute_of(element, "required");
  made.is_required = required == "1" || required == "true" || required == "yes";
  if (const auto* content = element.FirstChildElement("content")) {
    made.type = attribute_of(*content, "type");
    if (!attribute_of(*content, "default").empty()) made.is_required = false;
  }
  return made;
}

}  // namespace

const AgentParameter* AgentMetadata::find(std::string_view parameter) const {
  const auto found = std::find_if(parameters.begin(), parameters.end(),
                                  [&](const AgentParameter& one) { return one.name == parameter; });
  return found == parameters.end() ? nullptr : &*found;
}

bool AgentMetadata::has_action(std::string_view action) const {
  return std::find(actions.begin(), actions.end(), action) != actions.end();
}

Result<AgentMetadata> parse_agent_metadata(std::string_view xml) {
  tinyxml2::XMLDocument document;
  if (document.Parse(xml.data(), xml.size()) != tinyxml2::XML_SUCCESS)
    return fail(ErrorCode::kInvalid, fmt::format("no XML: {}", document.ErrorName()));
  const tinyxml2::XMLElement* root = document.RootElement();
  if (root == nullptr || root->Name() != std::string_view("resource-agent"))
    return fail(ErrorCode::kInvalid, "no <resource-agent>");
  AgentMetadata made;
  if (const auto* parameters = root->FirstChildElement("parameters"))
    for (const auto* one = parameters->FirstChildElement("parameter"); one != nullptr;
         one = one->NextSiblingElement("parameter"))
      if (AgentParameter parameter = parameter_of(*one); !parameter.name.empty())
        made.parameters.push_back(std::move(parameter));
  if (const auto* actions = root->FirstChildElement("actions"))
    for (const auto* one = actions->FirstChildElement("action"); one != nullptr;
         one = one->NextSiblingElement("action"))
      if (std::string name = attribute_of(*one, "name"); !name.empty())
        made.actions.push_back(std::move(name));
  return made;
}

}  // namespace attune::wrappers
