// SPDX-License-Identifier: Apache-2.0
#include "dsl/kind_rules.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "runtime/model/navigation.h"
#include "runtime/model/power.h"

namespace attune::dsl {

namespace {

using model::Kind;
using model::Type;
using Of = model::Kind::Of;

// What every host tells.
std::optional<Kind> host_word(std::string_view name) {
  if (name == "name" || name == "address" || name == "state") return kind_of(Type::kString);
  if (name == "load") return kind_of(Type::kPercent);
  if (name == "cpus") return kind_of(Type::kInteger, true);
  if (name == "memory" || name == "free_memory") return kind_of(Type::kSize, true);
  if (name == "components") return kind_of(Type::kInteger);
  if (name == model::kSpare) return kind_of(Type::kBool);
  return std::nullopt;
}

bool has_property(const model::HostFamily& family, const std::string& name) {
  return std::any_of(family.hosts.begin(), family.hosts.end(),
                     [&](const model::HostDeclaration& host) { return host.properties.contains(name); });
}

}  // namespace

Kind kind_of(Type type, bool optional) {
  return {Of::kValue, type, {}, optional};
}

Kind gathered(Kind one) {
  one.optional = false;
  if (one.of == Of::kValue && one.type != Type::kSecret) one.type = Type::kList;  // nothing may read a Secret
  if (one.of == Of::kComponent) one.of = Of::kComponents;
  if (one.of == Of::kHost) one.of = Of::kHosts;
  return one;
}

bool is_component(const Kind& kind) {
  return kind.of == Of::kComponent || kind.of == Of::kComponents;
}

bool is_host(const Kind& kind) {
  return kind.of == Of::kHost || kind.of == Of::kHosts;
}

const Classes& KindRules::classes_of(const Kind& kind) const {
  return kind.name.empty() ? subject_.classes : tree_.concrete(kind.name);
}

Kind KindRules::kind_of_subject() const {
  return {Of::kComponent, Type::kString, subject_.class_name, false};
}

Kind KindRules::kind_of_class(const model::Class& of) const {
  const bool one_at_most = of.max == 1 && !of.is_abstract && tree_.concrete(of.name).size() == 1;
  return {one_at_most ? Of::kComponent : Of::kComponents, Type::kString, of.name,
          one_at_most && of.initial == 0};
}

Kind KindRules::kind_of_role(const model::Association& role) {
  const bool several = role.to_count.max > 1;
  return {several ? Of::kComponents : Of::kComponent, Type::kString, role.to,
          !several && role.to_count.min == 0};
}

// --- what a dot leads to ---

std::optional<Kind> KindRules::member(const Kind& of, std::string_view name) const {
  if (!is_component(of) && !is_host(of)) return std::nullopt;
  std::optional<Kind> one = is_component(of) ? member_of_component(of, name) : member_of_host(of, name);
  const bool several = of.of == Of::kComponents || of.of == Of::kHosts;
  return one && several ? gathered(*std::move(one)) : one;
}

std::optional<Kind> KindRules::member_of_component(const Kind& of, std::string_view name) const {
  if (name == "host") {
    Kind host{Of::kHost, Type::kString, {}, true};
    std::vector<std::string> places;
    for (const model::Class* one : classes_of(of)) {
      const auto& its = tree_.places(one->name);
      places.insert(places.end(), its.begin(), its.end());
    }
    const bool one_place = !places.empty() && std::equal(places.begin() + 1, places.end(), places.begin());
    if (one_place) host.name = places.front();
    return host;
  }
  if (name == "container") return container(of);
  if (model::is_one_of(name, model::kComponentMembers)) return kind_of(Type::kString);
  if (const model::Association* role = find_role(of, name)) return kind_of_role(*role);
  return attribute(of, name);
}

std::optional<Kind> KindRules::container(const Kind& of) const {
  Classes containers;
  for (const model::Class* one : classes_of(of)) {
    const Classes& its = tree_.containers(one->name);
    containers.insert(containers.end(), its.begin(), its.end());
  }
  const model::Class* common = tree_.common(containers);
  if (common == nullptr) return std::nullopt;
  return Kind{Of::kComponent, Type::kString, common->name, true};
}

const model::Association* KindRules::find_role(const Kind& of, std::string_view name) const {
  if (!is_component(of)) return nullptr;
  const model::Project& project = tree_.project();
  if (!of.name.empty()) return project.find_role(of.name, name);
  const model::Association* role = nullptr;
  for (const model::Class* one : classes_of(of)) {
    const model::Association* its = project.find_role(one->name, name);
    if (its == nullptr || (role != nullptr && its != role)) return nullptr;
    role = its;
  }
  return role;
}

std::optional<Kind> KindRules::attribute(const Kind& of, std::string_view name) const {
  const model::Class* named = of.name.empty() ? nullptr : tree_.project().find_class(of.name);
  if (named != nullptr) {
    if (const model::Attribute* found = named->find_attribute(name)) return kind_of(found->type);
  }
  std::optional<Kind> kind;
  for (const model::Class* one : classes_of(of)) {
    const model::Attribute* its = one->find_attribute(name);
    if (its == nullptr || (kind && kind->type != its->type)) return std::nullopt;
    kind = kind_of(its->type);
  }
  return kind;
}

std::vector<const model::HostFamily*> KindRules::families_of(const Kind& hosts) const {
  std::vector<const model::HostFamily*> families;
  for (const model::HostFamily& family : tree_.project().families) {
    if (hosts.name.empty() || family.name == hosts.name) families.push_back(&family);
  }
  return families;
}

namespace {

// What has a type of its own, whatever the family declares; where some host says it, or sites are drawn.
std::optional<Kind> known_property(std::string_view name) {
  if (name == "site") return kind_of(Type::kString);
  const model::PropertyRule* rule = model::find_rule(model::kHostRules, name);
  if (rule == nullptr) return std::nullopt;
  return kind_of(rule->type, rule->type == Type::kString);
}

}  // namespace

std::optional<Kind> KindRules::member_of_host(const Kind& of, std::string_view name) const {
  if (auto word = host_word(name)) return word;
  const auto known = known_property(name);
  if (known && !tree_.project().sites.empty()) return known;
  for (const model::HostFamily* family : families_of(of)) {
    for (const model::Attribute& attribute : family->attributes) {
      if (attribute.name == name) return known ? known : kind_of(attribute.type);
    }
    if (has_property(*family, std::string(name))) return known ? known : kind_of(Type::kString);
  }
  return std::nullopt;
}

std::vector<std::string> KindRules::members(const Kind& of) const {
  std::vector<std::string> names;
  if (is_component(of)) {
    names.assign(std::begin(model::kComponentMembers), std::end(model::kComponentMembers));
    for (const model::Class* one : classes_of(of)) {
      for (const model::Attribute& attribute : one->attributes) names.push_back(attribute.name);
      for (const model::Association& role : tree_.project().associations) {
        if (tree_.project().is_a(one->name, role.from)) names.push_back(role.role);
      }
    }
  } else if (is_host(of)) {
    names.assign(std::begin(model::kHostMembers), std::end(model::kHostMembers));
    names.emplace_back(model::kSpare);
    for (const model::HostFamily* family : families_of(of)) {
      for (const model::HostDeclaration& host : family->hosts) {
        for (const auto& [name, value] : host.properties) names.push_back(name);
      }
      for (const model::Attribute& attribute : family->attributes) names.push_back(attribute.name);
    }
  }
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  std::erase_if(names, [&](const std::string& name) { return !member(of, name); });
  return names;
}

// --- what a variable is ---

std::optional<Kind> KindRules::merged(const Kind& a, const Kind& b) const {
  if (a.of == Of::kUnknown) return a;
  if (b.of == Of::kUnknown) return b;
  if (a.of == Of::kNone || b.of == Of::kNone) {
    Kind other = a.of == Of::kNone ? b : a;
    other.optional = other.of != Of::kNone;
    return other;
  }
  if (a.of != b.of) return std::nullopt;
  Kind both = a;
  both.optional = a.optional || b.optional;
  if (a.of == Of::kValue) {
    if (model::is_assignable(a.type, b.type)) both.type = b.type;
    if (!model::is_assignable(a.type, b.type) && !model::is_assignable(b.type, a.type)) return std::nullopt;
  } else if (a.name != b.name && is_host(a)) {
    both.name.clear();
  } else if (a.name != b.name) {
    Classes classes = classes_of(a);
    classes.insert(classes.end(), classes_of(b).begin(), classes_of(b).end());
    const model::Class* common = tree_.common(classes);
    if (common == nullptr) return std::nullopt;
    both.name = common->name;
  }
  return both;
}

}  // namespace attune::dsl
