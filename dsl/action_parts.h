// SPDX-License-Identifier: Apache-2.0
// ActionParts: what an action is made of, whatever kind it is. For the checks of a diagram; any thread.
#pragma once

#include <string>
#include <variant>

#include "runtime/model/diagram.h"

namespace attune::dsl {

// The variable that the action sets; empty where it sets none.
const std::string& variable_set_by(const model::Action& action);

// Calls `look` with each expression of the action, those inside them not among them.
template <class Look>
void each_expression(const model::Action& action, Look&& look);

// The same with the expression itself and all inside it, the outer ones first.
template <class Look>
void each_part(const model::Expression& expression, Look&& look) {
  look(expression);
  for (const model::Expression& operand : expression.operands) each_part(operand, look);
}

namespace internal {

template <class Look>
struct EachExpression {
  Look& look;
  void operator()(const model::CallAction& a) const {
    look(a.target);
    for (const model::Expression& argument : a.arguments) look(argument);
  }
  void operator()(const model::AssignAction& a) const {
    if (a.target) look(*a.target);
    look(a.value);
  }
  void operator()(const model::CreateAction&) const {}
  void operator()(const model::RemoveAction& a) const {
    if (a.instance) look(*a.instance);
  }
  void operator()(const model::BindAction& a) const {
    look(a.owner);
    look(a.component);
  }
  void operator()(const model::EmitAction& a) const {
    look(a.component);
    for (const auto& [name, value] : a.values) look(value);
  }
  void operator()(const model::WaitAction& a) const { look(a.until); }
  void operator()(const model::AlertAction& a) const {
    look(a.text);
    if (a.about) look(*a.about);
  }
  void operator()(const model::PlanAction& a) const {
    for (const model::Expression& argument : a.arguments) look(argument);
  }
  void operator()(const model::CarryOutAction& a) const { look(a.plan); }
};

}  // namespace internal

template <class Look>
void each_expression(const model::Action& action, Look&& look) {
  std::visit(internal::EachExpression<Look>{look}, action.what);
}

}  // namespace attune::dsl
