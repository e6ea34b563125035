// SPDX-License-Identifier: Apache-2.0
// The operators of expressions: which kinds go together.
#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "dsl/expression_checker.h"
#include "runtime/base/suggest.h"
#include "runtime/model/state_names.h"
#include "runtime/model/typing.h"

namespace attune::dsl {

namespace {

using model::Expression;
using model::Kind;
using model::Operator;
using model::Type;
using Of = model::Kind::Of;

bool is_unknown(const Kind& kind) {
  return kind.of == Of::kUnknown;
}

bool is_text(const Kind& kind) {
  return kind.of == Of::kValue && kind.type == Type::kString;
}

// What is missing where a number stands beside a quantity.
std::string unit_hint(const Kind& left, const Kind& right) {
  const auto lacks = [&](Type number, Type quantity) {
    return (left.type == number && right.type == quantity) || (right.type == number && left.type == quantity);
  };
  for (const Type number : {Type::kInteger, Type::kFloat}) {
    if (lacks(number, Type::kSize)) return "give the number a unit, as in 128MiB";
    if (lacks(number, Type::kDuration)) return "give the number a unit, as in 30s";
  }
  return {};
}

}  // namespace

void ExpressionChecker::check_unary(Expression& e) {
  Expression& operand = e.operands[0];
  e.kind = kind_of(Type::kBool);
  if (e.op == Operator::kNot) return check_condition(operand);
  check(operand);
  e.kind = operand.kind;
  if (is_unknown(operand.kind)) return;
  if (operand.kind.of == Of::kValue && model::type_of(e.op, operand.kind.type)) return;
  tell("wrong-kind", e.place,
       fmt::format("'{}' is {} and has no negative", to_text(operand), to_text(operand.kind)));
  e.kind = {};
}

void ExpressionChecker::check_binary(Expression& e) {
  Expression& left = e.operands[0];
  Expression& right = e.operands[1];
  if (e.op == Operator::kAnd || e.op == Operator::kOr) {
    check_condition(left);
    check_condition(right);
    e.kind = kind_of(Type::kBool);
    return;
  }
  check(left);
  check(right);
  if (e.op < Operator::kAdd) return check_comparison(e);
  if (is_unknown(left.kind) || is_unknown(right.kind)) return;
  if (left.kind.of != Of::kValue || right.kind.of != Of::kValue)
    return tell_mismatch(e, "do not go together");
  const auto type = model::type_of(e.op, left.kind.type, right.kind.type);
  if (!type) return tell_mismatch(e, "do not go together");
  e.kind = kind_of(*type);
}

void ExpressionChecker::tell_mismatch(const Expression& e, std::string_view what) {
  const Kind& left = e.operands[0].kind;
  const Kind& right = e.operands[1].kind;
  std::string hint = left.of == Of::kValue && right.of == Of::kValue ? unit_hint(left, right) : "";
  const bool joins = e.op == Operator::kAdd && is_text(left) && right.of != Of::kValue;
  if (joins) hint = fmt::format("write {}.name", to_text(e.operands[1]));
  if (e.op == Operator::kAdd && right.of == Of::kValue && is_text(right))
    hint = "a text comes first: \"text\" + value";
  tell("wrong-kind", e.place, fmt::format("{} and {} {}", to_text(left), to_text(right), what),
       std::move(hint));
}

// --- comparisons ---

void ExpressionChecker::check_comparison(Expression& e) {
  const Expression& left = e.operands[0];
  const Expression& right = e.operands[1];
  e.kind = kind_of(Type::kBool);
  if (is_unknown(left.kind) || is_unknown(right.kind)) return;
  if (left.kind.of == Of::kValue && right.kind.of == Of::kValue) {
    if (!model::type_of(e.op, left.kind.type, right.kind.type)) tell_mismatch(e, "cannot be compared so");
    if (e.op != Operator::kEqual && e.op != Operator::kUnequal) return;
    check_word(left, right);
    check_word(right, left);
    return;
  }
  if (e.op != Operator::kEqual && e.op != Operator::kUnequal) return tell_mismatch(e, "have no order");
  if (left.kind.of == Of::kNone) return (void)can_be_none(e, right);
  if (right.kind.of == Of::kNone) return (void)can_be_none(e, left);
  if (!can_be_equal(e, left, right)) tell_mismatch(e, "are never the same");
}

// The state or the class of a component or a host beside a text, which must be one that there is.
void ExpressionChecker::check_word(const Expression& member, const Expression& text) {
  const auto* word = text.form == Expression::Form::kLiteral ? text.value.get_if<std::string>() : nullptr;
  const Kind* of = member.form == Expression::Form::kMember ? &member.operands[0].kind : nullptr;
  if (member.form == Expression::Form::kName && member.meaning == Expression::Meaning::kCandidate)
    of = candidate_;
  if (word == nullptr || of == nullptr || (!is_component(*of) && !is_host(*of))) return;
  std::vector<std::string> known;
  if (member.name == "state" && is_host(*of))
    known.assign(model::kHostStates.begin(), model::kHostStates.end());
  if (member.name == "state" && is_component(*of))
    known.assign(model::kComponentStates.begin(), model::kComponentStates.end());
  if (member.name == "class" && is_component(*of))
    for (const model::Class& one : scope_.project().classes) known.push_back(one.name);
  if (known.empty() || std::find(known.begin(), known.end(), *word) != known.end()) return;
  tell("unknown-name", text.place, fmt::format("there is no {} '{}'", member.name, *word),
       suggestion(*word, known));
}

bool ExpressionChecker::can_be_none(const Expression& e, const Expression& other) {
  const Kind& kind = other.kind;
  if (kind.of == Of::kNone || kind.of == Of::kComponent || kind.of == Of::kHost || kind.optional) return true;
  const bool several = kind.of == Of::kComponents || kind.of == Of::kHosts;
  tell("never-none", e.place, fmt::format("'{}' is {} and never none", to_text(other), to_text(kind)),
       several ? fmt::format("ask how many there are: {}.count == 0", to_text(other)) : "");
  return false;
}

bool ExpressionChecker::can_be_equal(const Expression& e, const Expression& left, const Expression& right) {
  const Kind& a = left.kind;
  const Kind& b = right.kind;
  if (is_text(b) && (a.of == Of::kComponent || a.of == Of::kHost)) return can_be_called(left, right);
  if (is_text(a) && (b.of == Of::kComponent || b.of == Of::kHost)) return can_be_called(right, left);
  (void)e;
  if (a.of != b.of || a.of == Of::kValue) return false;
  if (a.name.empty() || b.name.empty()) return true;
  return is_host(a) ? a.name == b.name || scope_.tree().are_related(a.name, b.name)
                    : scope_.tree().are_related(a.name, b.name);
}

// A component or a host beside a text, which is its name. A host that no node file names is a slip.
bool ExpressionChecker::can_be_called(const Expression& thing, const Expression& name) {
  if (!is_host(thing.kind) || name.form != Expression::Form::kLiteral) return true;
  std::vector<std::string> known;
  for (const model::HostFamily& family : scope_.project().families) {
    if (!thing.kind.name.empty() && family.name != thing.kind.name) continue;
    for (const model::HostDeclaration& host : family.hosts) known.push_back(host.name);
  }
  const std::string& text = *name.value.get_if<std::string>();
  if (known.empty() || std::find(known.begin(), known.end(), text) != known.end()) return true;
  tell("unknown-host", name.place, fmt::format("there is no host '{}'", text), suggestion(text, known));
  return true;
}

}  // namespace attune::dsl
