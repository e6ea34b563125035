// SPDX-License-Identifier: Apache-2.0
// DeploymentSyntax: a deployment diagram as it is written, before anybody asked what its names mean. Between
// the parser and the checker; also what `attune check --ast` prints. Immutable; any thread.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dsl/front_matter.h"
#include "runtime/base/place.h"

namespace attune::dsl {

// A word or a text as it is written, without quotes and without blanks around it, and where it stands.
struct Word {
  std::string text;
  Place place;

  bool empty() const { return text.empty(); }
};

// What stands behind a member's '='. A list has its elements, anything else is one scalar.
struct MemberValue {
  struct Scalar {
    Word word;
    bool is_quoted = false;
  };
  bool is_list = false;
  std::vector<Scalar> scalars;
  Place place;
};

// +name: Type = value
struct MemberSyntax {
  std::string text;  // the whole line, without the blanks around it
  Word name;
  Word type;
  std::optional<MemberValue> value;
};

struct ClassSyntax {
  Word name;
  Word label;                  // of class name["label"]
  std::string namespace_name;  // empty: in none
  std::vector<Word> stereotypes;
  std::vector<MemberSyntax> members;
};

// Turned so that `from` is the owner, the container or the derived class.
struct RelationSyntax {
  enum class Kind { kAssociation, kComposition, kInheritance, kLink };
  Kind kind = Kind::kAssociation;
  Word from, from_cardinality;
  Word to, to_cardinality;
  Word role;
  Word latency, bandwidth;  // of a link, in place of the role
  Place place;              // of the whole line
};
std::string_view name_of(RelationSyntax::Kind kind);

struct DeploymentNote {
  Word about;  // the class; empty: the diagram
  Word text;
};

struct DeploymentSyntax {
  std::shared_ptr<const SourceFile> file;
  FrontMatter front;
  std::vector<std::string> namespaces;  // in the order in which they are first opened
  std::vector<ClassSyntax> classes;
  std::vector<RelationSyntax> relations;
  std::vector<DeploymentNote> notes;

  const ClassSyntax* find_class(std::string_view name) const;
};

}  // namespace attune::dsl
