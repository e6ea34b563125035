// SPDX-License-Identifier: Apache-2.0
#include "runtime/control/secret_source.h"

#include <algorithm>
#include <filesystem>
#include <string>
#include <system_error>
#include <vector>

#include <fmt/format.h>

#include "runtime/base/private_file.h"
#include "runtime/workflow/operand.h"

namespace attune::control {

namespace {

using model::Attribute;
using model::Secret;

const Secret* secret_of(const Attribute& attribute) {
  return attribute.value ? attribute.value->get_if<Secret>() : nullptr;
}

bool is_named_by(const model::Project& project, const Secret& source) {
  return std::any_of(project.classes.begin(), project.classes.end(), [&](const model::Class& of) {
    return std::any_of(of.attributes.begin(), of.attributes.end(), [&](const Attribute& attribute) {
      const Secret* named = secret_of(attribute);
      return named != nullptr && *named == source;
    });
  });
}

// A file of the user's own: absolute, below ~/, one of systemd's credentials, or in the project's folder.
std::filesystem::path file_of(const model::Project& project, const std::string& said) {
  const auto found = find_private_file(said);
  const std::filesystem::path path = found ? *found : project.directory + "/" + said;
  return path.lexically_normal();
}

// Also by a link.
bool is_same(const std::filesystem::path& one, const std::filesystem::path& other) {
  std::error_code failure;
  return one == other || std::filesystem::equivalent(one, other, failure);
}

// What it logs in to hosts and machines with: what is said, and what is tried where nothing is.
std::vector<std::string> identities(const system::System& system) {
  std::vector<std::string> all(kUsualKeys.begin(), kUsualKeys.end());
  for (const model::HostFamily& family : system.project().families) all.push_back(family.identity_file);
  for (const model::Class& of : system.project().classes) {
    const Attribute* attribute = of.find_attribute("identity_file");
    if (attribute == nullptr) continue;
    if (attribute->value) all.push_back(model::to_text(*attribute->value));
    for (const system::Component* component : system.instances(of.name))
      if (const auto value = workflow::attribute_of({system, {}, {}}, *component, attribute->name))
        all.push_back(model::to_text(*value));
  }
  return all;
}

bool is_the_managers(const system::System& system, const std::filesystem::path& path) {
  const model::Project& project = system.project();
  const auto names_it = [&](const std::string& said) {
    return !said.empty() && is_same(path, file_of(project, said));
  };
  const std::vector<std::string> keys = identities(system);
  return std::any_of(project.settings.begin(), project.settings.end(),
                     [&](const auto& setting) { return names_it(setting.second); }) ||
         std::any_of(keys.begin(), keys.end(), names_it);
}

// In the same folder, and with no detour on the way.
bool is_beside(const std::string& source, const std::string& named) {
  if (credential_in(source) || credential_in(named)) return false;
  const auto path = find_private_file(source);
  const auto other = find_private_file(named);
  if (!path || !other) return false;
  const std::filesystem::path plain = std::filesystem::path(*path).lexically_normal();
  return plain == *path &&
         plain.parent_path() == std::filesystem::path(*other).lexically_normal().parent_path();
}

}  // namespace

Result<void> may_come_from(const system::System& system, const Attribute& attribute, const Secret& source) {
  if (is_named_by(system.project(), source)) return {};
  const Secret* named = secret_of(attribute);
  if (named != nullptr && is_beside(source.source, named->source) &&
      !is_the_managers(system, file_of(system.project(), source.source)))
    return {};
  return fail(
      ErrorCode::kDenied,
      fmt::format("'{}' may come from what the project names for a Secret, or from a file beside the one "
                  "that it names: write this source into the project, then `attune reload`",
                  attribute.name));
}

}  // namespace attune::control
