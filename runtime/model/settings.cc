// SPDX-License-Identifier: Apache-2.0
#include "runtime/model/settings.h"

#include <algorithm>
#include <cstdlib>
#include <iterator>

namespace attune::model {

const SettingDefinition* find_setting(std::string_view name) {
  const auto* found = std::find_if(std::begin(kSettings), std::end(kSettings),
                                   [&](const SettingDefinition& one) { return one.name == name; });
  return found == std::end(kSettings) ? nullptr : found;
}

Value setting(const Project& project, std::string_view name) {
  const SettingDefinition* definition = find_setting(name);
  if (definition == nullptr) std::abort();
  const auto said = project.settings.find(std::string(name));
  // The reader has checked what the project says; a project made by hand that says nonsense gets the default.
  if (said != project.settings.end()) {
    if (auto value = parse_value(definition->type, said->second)) return *value;
  }
  return parse_value(definition->type, definition->default_text).value();
}

}  // namespace attune::model
