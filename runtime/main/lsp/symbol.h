// SPDX-License-Identifier: Apache-2.0
// Symbol: a thing of a project that has a name, and the places where it is called by it. What definitions,
// references, hover and renaming are told from. Immutable values; any thread.
#pragma once

#include <compare>
#include <string>
#include <string_view>
#include <vector>

#include "dsl/kind_rules.h"
#include "runtime/base/diagnostic.h"
#include "runtime/model/expression.h"

namespace attune::lsp {

struct Symbol {
  enum class Sort {
    kClass,      // a class, a host family or a site
    kAttribute,  // owner: the class that declares it first
    kRole,       // owner: the class that has it
    kStub,       // owner: the wrapper
    kEvent,      //
    kVariable,   // owner: the diagram's event
    kState,      // owner: the diagram's event
    kFile,       // name: its path
    kWord,       // a word of the language, or what has no declaration; owner: what it is of
  };
  Sort sort = Sort::kWord;
  std::string owner, name;
  friend auto operator<=>(const Symbol&, const Symbol&) = default;
};
std::string_view name_of(Symbol::Sort sort);  // "class", "role"

struct Occurrence {
  Symbol symbol;
  Place place;
  bool is_declaration = false;
  model::Kind kind;  // of the expression; unknown where it stands in none
};
using Occurrences = std::vector<Occurrence>;

// What `name` is of a component of the kind: a role, or an attribute of each class that it may be of.
std::vector<Symbol> members_of(const dsl::KindRules& rules, const model::Kind& of, const std::string& name);
// The stubs of the name, of each wrapper that it may have.
std::vector<Symbol> stubs_of(const dsl::KindRules& rules, const model::Kind& of, const std::string& name);
// The attribute of the class, its own or inherited, which must have it.
Symbol attribute_of(const model::Project& project, const model::Class& of, const std::string& name);

}  // namespace attune::lsp
