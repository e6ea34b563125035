// SPDX-License-Identifier: Apache-2.0
// ClassDraft: a class of the deployment diagram with its members read and typed and what it inherits taken
// over, before its settings are acted upon. Between the parser and the model's classes and host families. Any
// thread.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "dsl/deployment_syntax.h"
#include "runtime/base/diagnostic.h"
#include "runtime/model/project.h"

namespace attune::dsl {

// A member with a value of its type.
struct TypedMember {
  model::Attribute attribute;
  Place value_place;     // the name's where it has no value
  std::string given_by;  // the class that says so: this one or one of its ancestors
};

struct ClassDraft {
  enum class Sort { kClass, kAbstract, kFamily, kSite };
  Sort sort = Sort::kClass;
  const ClassSyntax* syntax = nullptr;
  std::string name;
  std::string base;                                          // empty: none
  std::map<std::string, TypedMember, std::less<>> settings;  // by their names: wrapper, initial, nodefile ...
  std::vector<TypedMember> attributes;                       // the ancestors' first

  const TypedMember* find_setting(std::string_view setting) const;
  // The setting's value, or nullptr. T must be of the setting's type.
  template <class T>
  const T* setting_as(std::string_view setting) const {
    const TypedMember* found = find_setting(setting);
    return found == nullptr || !found->attribute.value ? nullptr : found->attribute.value->get_if<T>();
  }
};

// The classes in the order written; inheritance cycles are found and cut.
std::vector<ClassDraft> draft_classes(const DeploymentSyntax& syntax, Diagnostics& found);

const ClassDraft* find_draft(const std::vector<ClassDraft>& drafts, std::string_view name);

// Words that name something else in expressions, so that no class, role or attribute can be called so.
bool is_expression_word(std::string_view name);

}  // namespace attune::dsl
