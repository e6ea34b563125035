// SPDX-License-Identifier: Apache-2.0
// ProjectNames: what names mean in a project as it is being written: its classes, its events, and the scope
// of each of its diagrams, by the same rules as the front end's checks. One thread at a time.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "dsl/class_tree.h"
#include "dsl/diagram_builder.h"
#include "dsl/kind_rules.h"
#include "dsl/known_events.h"
#include "dsl/name_scope.h"
#include "runtime/model/project.h"

namespace attune::lsp {

class ProjectNames {
 public:
  // Both must outlive it.
  ProjectNames(const model::Project& project, const dsl::DiagramTrees& diagrams);
  ~ProjectNames();

  const model::Project& project() const { return project_; }
  const dsl::DiagramTrees& diagrams() const { return diagrams_; }
  const dsl::ClassTree& tree() const { return tree_; }
  const dsl::KnownEvents& events() const { return events_; }

  // Of the diagram that answers the event; nullptr where there is none.
  dsl::NameScope* find_scope(const std::string& event);

 private:
  struct Scope;

  dsl::Subject subject_of(const std::string& event, const dsl::DiagramSyntax& syntax) const;

  const model::Project& project_;
  const dsl::DiagramTrees& diagrams_;
  Diagnostics ignored_;
  const dsl::ClassTree tree_;
  dsl::KnownEvents events_;
  std::map<std::string, std::unique_ptr<Scope>> scopes_;  // made when asked for
};

}  // namespace attune::lsp
