// SPDX-License-Identifier: Apache-2.0
// ExpressionChecker: fills in what the names of an expression mean and of what kind each of its parts is, and
// finds what does not exist or does not go together. What runtime/workflow's evaluator would refuse, it
// refuses, as far as can be told before the run. One thread at a time.
#pragma once

#include <string>
#include <string_view>

#include "dsl/name_scope.h"
#include "runtime/base/diagnostic.h"
#include "runtime/model/expression.h"

namespace attune::dsl {

class ExpressionChecker {
 public:
  ExpressionChecker(NameScope& scope, Diagnostics& found) : scope_(scope), found_(found) {}

  // The kind of what has an error is unknown, and unknown goes with everything: one mistake, one finding.
  void check(model::Expression& e);
  // The same of what a variable is given: it may be a plan as well.
  void check_assigned(model::Expression& e);
  // The same of what must be true or false.
  void check_condition(model::Expression& e);

  // Whether it is `event.host` of an event about a host: a text, but one whose members can be read.
  bool is_host_of_event(const model::Expression& e) const;

  // What helps who has written `member` behind `base` where that is `this`, may be of several classes, and
  // only some of them have it; empty otherwise.
  static std::string help_for_subject(const NameScope& scope, const model::Expression& base,
                                      const std::string& member);

 private:
  using Expression = model::Expression;
  using Kind = model::Kind;

  void tell(std::string_view code, const Place& place, std::string message, std::string hint = {});

  void refuse_secret(Expression& e);

  void check_name(Expression& e);
  void tell_unknown(const Expression& e);
  void tell_no_subject(const Expression& e);
  void check_member(Expression& e);
  void check_event_value(Expression& e);
  void check_manager_word(Expression& e);
  bool check_set_word(Expression& e);
  bool is_limited(const Expression& base) const;
  void tell_no_member(const Expression& e);
  void check_call(Expression& e);
  bool is_of_placement(const Expression& e) const;
  void check_plan(Expression& e);
  void check_emptied(const Expression& host);
  void check_objective(const Expression& objective);
  void check_policy(Expression& e);
  void check_near(Expression& e);
  void check_set_condition(Expression& e);
  void check_candidates(Expression& e, const Kind& candidate, size_t at = 1);

  // expression_operators.cc
  void check_unary(Expression& e);
  void check_binary(Expression& e);
  void check_comparison(Expression& e);
  bool can_be_equal(const Expression& e, const Expression& left, const Expression& right);
  void check_word(const Expression& member, const Expression& text);
  bool can_be_none(const Expression& e, const Expression& other);
  bool can_be_called(const Expression& thing, const Expression& name);
  void tell_mismatch(const Expression& e, std::string_view what);

  NameScope& scope_;
  Diagnostics& found_;
  const Kind* candidate_ = nullptr;  // of the condition that is looked at
};

}  // namespace attune::dsl
