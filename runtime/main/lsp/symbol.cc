// SPDX-License-Identifier: Apache-2.0
#include "runtime/main/lsp/symbol.h"

#include <algorithm>
#include <array>

namespace attune::lsp {

namespace {

using Sort = Symbol::Sort;

void add_once(std::vector<Symbol>& to, Symbol symbol) {
  if (std::find(to.begin(), to.end(), symbol) == to.end()) to.push_back(std::move(symbol));
}

}  // namespace

std::string_view name_of(Sort sort) {
  constexpr std::array<std::string_view, 9> kNames = {"class",    "attribute", "role", "stub", "event",
                                                      "variable", "state",     "file", ""};
  return kNames[static_cast<size_t>(sort)];
}

Symbol attribute_of(const model::Project& project, const model::Class& of, const std::string& name) {
  const model::Class* at = &of;
  for (;;) {
    const model::Class* base = at->base.empty() ? nullptr : project.find_class(at->base);
    if (base == nullptr || base->find_attribute(name) == nullptr) break;
    at = base;
  }
  return {Sort::kAttribute, at->name, name};
}

std::vector<Symbol> members_of(const dsl::KindRules& rules, const model::Kind& of, const std::string& name) {
  const model::Project& project = rules.tree().project();
  if (!dsl::is_component(of)) return {};
  if (const model::Association* role = rules.find_role(of, name)) return {{Sort::kRole, role->from, name}};
  std::vector<Symbol> all;
  const model::Class* named = of.name.empty() ? nullptr : project.find_class(of.name);
  if (named != nullptr && named->find_attribute(name) != nullptr)
    return {attribute_of(project, *named, name)};
  for (const model::Class* one : rules.classes_of(of))
    if (one->find_attribute(name) != nullptr) add_once(all, attribute_of(project, *one, name));
  return all;
}

std::vector<Symbol> stubs_of(const dsl::KindRules& rules, const model::Kind& of, const std::string& name) {
  std::vector<Symbol> all;
  if (!dsl::is_component(of)) return all;
  for (const model::Class* one : rules.classes_of(of)) {
    const model::Wrapper* wrapper = rules.tree().project().wrapper_of(*one);
    if (wrapper != nullptr && wrapper->find_stub(name) != nullptr)
      add_once(all, {Sort::kStub, wrapper->name, name});
  }
  return all;
}

}  // namespace attune::lsp
