// SPDX-License-Identifier: Apache-2.0
// DeploymentLine: one line of a deployment diagram, read by the grammar Deployment. The first step of the
// deployment parser, which builds the tree from them. Any thread.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "dsl/deployment_syntax.h"
#include "dsl/source.h"
#include "runtime/base/diagnostic.h"

namespace attune::dsl {

struct DeploymentLine {
  enum class Kind {
    kHeader,      // classDiagram
    kDirection,   // direction LR
    kClass,       // class name, class name["label"], class name {
    kNamespace,   // namespace name {
    kClose,       // }
    kStereotype,  // <<abstract>>
    kNote,        // note "text", note for name "text"
    kRelation,    // from "1" --> "0..6" to : role; one -- other : 20ms 100Mbit
    kMember,      // +name: Type = value
    kUnread,      // not understood, which is said
  };
  Kind kind = Kind::kUnread;
  Place place;          // of the line without the blanks around it
  Word name;            // the class, namespace, direction or stereotype; a relation's left side
  Word label;           // of a class; the text of a note
  bool opens = false;   // there is a '{'
  bool closes = false;  // there is a '}'; of a kUnread one that closes an earlier '{'
  // A relation as written, from left to right.
  Word left_cardinality, arrow, right_cardinality, right, role, second;
  MemberSyntax member;
};

inline constexpr std::string_view kRelationHint =
    "a relation reads owner \"1\" --> \"0..6\" other : role, container \"1\" *-- \"1\" content : role, or "
    "base <|-- derived";

// The lines from `body` on that are neither blank nor comments, with what is wrong in each of them.
std::vector<DeploymentLine> read_deployment_lines(const Source& source, size_t body, Diagnostics& found);

}  // namespace attune::dsl
