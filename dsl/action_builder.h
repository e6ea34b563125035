// SPDX-License-Identifier: Apache-2.0
// ActionBuilder: makes the model's action of one that was read, once its names mean something, and finds what
// could not be done when it runs. One thread at a time.
#pragma once

#include <optional>

#include "dsl/diagram_syntax.h"
#include "dsl/expression_checker.h"
#include "dsl/name_scope.h"
#include "runtime/base/diagnostic.h"
#include "runtime/model/diagram.h"

namespace attune::dsl {

class ActionBuilder {
 public:
  ActionBuilder(NameScope& scope, Diagnostics& found)
      : scope_(scope), found_(found), checker_(scope, found) {}

  // Nothing where its text could not be read. One that has an error is an action all the same, so that nobody
  // says of its state that nothing is done there; the diagram is never run.
  std::optional<model::Action> build(const Description& description);

 private:
  using What = decltype(model::Action::what);
  using Expression = model::Expression;

  void tell(std::string_view code, const Place& place, std::string message, std::string hint = {});

  What call(const ActionSyntax& syntax);
  void check_switching(const model::CallAction& action, const Place& place);
  bool is_of_placement(const Expression& e);
  What carrying_out(Expression call);
  static What planning(std::string variable, Expression call);
  bool is_role(const Expression& e) const;
  What binding(Expression call);
  What assignment(const ActionSyntax& syntax);
  void check_attribute(const model::AssignAction& action, const Place& place);
  void check_host(const model::AssignAction& action, const Place& place);
  What creation(const ActionSyntax& syntax);
  What removal(const ActionSyntax& syntax);
  What emission(const ActionSyntax& syntax);
  void check_emitted(const model::EmitAction& action, const KnownEvent& event, const ActionSyntax& syntax);
  void check_subject(const model::EmitAction& action, const KnownEvent& event);
  What waiting(const ActionSyntax& syntax);
  What alert(const ActionSyntax& syntax);
  const model::Class* find_class(const Text& name);
  bool must_be_component(const Expression& e, std::string_view why);

  NameScope& scope_;
  Diagnostics& found_;
  ExpressionChecker checker_;
};

}  // namespace attune::dsl
