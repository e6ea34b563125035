// SPDX-License-Identifier: Apache-2.0
#include "runtime/model/project.h"

#include <algorithm>

#include <fmt/format.h>

namespace attune::model {

namespace {

template <class Named>
const Named* find_named(const std::vector<Named>& all, std::string_view name) {
  const auto found = std::find_if(all.begin(), all.end(), [&](const Named& one) { return one.name == name; });
  return found == all.end() ? nullptr : &*found;
}

}  // namespace

std::string to_text(const Cardinality& cardinality) {
  if (cardinality.max == Cardinality::kMany) return fmt::format("{}..*", cardinality.min);
  if (cardinality.min == cardinality.max) return fmt::format("{}", cardinality.min);
  return fmt::format("{}..{}", cardinality.min, cardinality.max);
}

const Attribute* Class::find_attribute(std::string_view attribute) const {
  return find_named(attributes, attribute);
}

const Class* Project::find_class(std::string_view class_name) const {
  return class_name.empty() ? nullptr : find_named(classes, class_name);  // as of a class without a base
}

const HostFamily* Project::find_family(std::string_view family) const {
  return find_named(families, family);
}

const Site* Project::find_site(std::string_view site) const {
  return find_named(sites, site);
}

const Wrapper* Project::wrapper_of(const Class& of) const {
  const auto found = wrappers.find(of.wrapper);
  return found == wrappers.end() ? nullptr : &found->second;
}

bool Project::is_a(std::string_view class_name, std::string_view ancestor) const {
  // At most as many steps as there are classes, so that a cycle in a project not yet checked ends too.
  for (size_t steps = 0; steps <= classes.size(); ++steps) {
    if (class_name == ancestor) return true;
    const Class* found = find_class(class_name);
    if (found == nullptr || found->base.empty()) return false;
    class_name = found->base;
  }
  return false;
}

const Association* Project::find_role(std::string_view class_name, std::string_view role) const {
  const auto found = std::find_if(associations.begin(), associations.end(), [&](const Association& one) {
    return one.role == role && is_a(class_name, one.from);
  });
  return found == associations.end() ? nullptr : &*found;
}

}  // namespace attune::model
