// SPDX-License-Identifier: Apache-2.0
// NameScope: what a name means in one diagram, and of what kind it is then: a variable of the run, a role or
// an attribute of `this`, a class, a host family, in that order; and where nothing is called so, `peers` and
// `hosts`, by which a diagram that ships speaks of the class and the host family of `this`. One thread at a
// time.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "dsl/diagram_syntax.h"
#include "dsl/kind_rules.h"
#include "dsl/known_events.h"
#include "runtime/base/diagnostic.h"
#include "runtime/model/expression.h"

namespace attune::dsl {

class NameScope {
 public:
  struct Meant {
    model::Expression::Meaning meaning = model::Expression::Meaning::kUnresolved;
    model::Kind kind;
    std::string name;  // what it is called by its own name: a class for `peers`, a family for `hosts`
  };

  // All must outlive it. `events` knows the diagram's own, whose name is `event`.
  NameScope(const KindRules& rules, const KnownEvents& events, const std::string& event,
            const DiagramSyntax& syntax);

  const KindRules& rules() const { return rules_; }
  const ClassTree& tree() const { return rules_.tree(); }
  const model::Project& project() const { return rules_.tree().project(); }
  const KnownEvents& events() const { return events_; }
  const KnownEvent& event() const { return event_; }

  // Inside a condition `candidate` is the kind of the one looked at, whose members come first.
  std::optional<Meant> find(const std::string& name, const model::Kind* candidate);
  // The class of that name, or, for `peers`, that of `this`; nullptr where there is none.
  const model::Class* find_class(const std::string& name) const;
  // All that could have been meant, for hints.
  std::vector<std::string> names(const model::Kind* candidate) const;

  // Finds variables that hide another name, and those that are now of one kind, now of another.
  void check_variables(Diagnostics& found);

 private:
  using Assignments = std::vector<const ActionSyntax*>;

  void add_variables(const StateSyntax& state);
  void find_kinds();
  model::Kind kind_of_all(const Assignments& assignments);
  model::Kind kind_of_assigned(const ActionSyntax& action);
  // What the name would mean were it not for variables.
  std::optional<Meant> find_hidden(const std::string& name) const;
  std::optional<Meant> find_class_or_family(const std::string& name) const;
  std::optional<Meant> find_of_subject(const std::string& name) const;

  const KindRules& rules_;
  const KnownEvents& events_;
  const KnownEvent& event_;
  std::map<std::string, Assignments> variables_;
  std::set<std::string> unread_;              // variables whose assignment has an error of its own
  std::map<std::string, model::Kind> kinds_;  // of the variables
};

// Where the variable stands that the action assigns, and its name; nothing where it assigns none.
std::optional<Text> assigned_variable(const ActionSyntax& action);

}  // namespace attune::dsl
