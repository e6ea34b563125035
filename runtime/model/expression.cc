// SPDX-License-Identifier: Apache-2.0
#include "runtime/model/expression.h"

#include <array>
#include <string>

#include <fmt/format.h>

namespace attune::model {

namespace {

constexpr std::array<std::string_view, 15> kOperatorNames = {"or", "and", "not", "==", "!=", "<", "<=", ">",
                                                             ">=", "+",   "-",   "*",  "/",  "%", "-"};

constexpr int kAtom = 8;

int precedence(Operator op) {
  switch (op) {
    case Operator::kOr:
      return 1;
    case Operator::kAnd:
      return 2;
    case Operator::kNot:
      return 3;
    case Operator::kEqual:
    case Operator::kUnequal:
    case Operator::kLess:
    case Operator::kLessOrEqual:
    case Operator::kGreater:
    case Operator::kGreaterOrEqual:
      return 4;
    case Operator::kAdd:
    case Operator::kSubtract:
      return 5;
    case Operator::kMultiply:
    case Operator::kDivide:
    case Operator::kModulo:
      return 6;
    case Operator::kNegate:
      return 7;
  }
  return kAtom;
}

int precedence(const Expression& expression) {
  const bool operation =
      expression.form == Expression::Form::kUnary || expression.form == Expression::Form::kBinary;
  return operation ? precedence(expression.op) : kAtom;
}

// In parentheses where it binds less tightly than its place demands.
std::string within(const Expression& operand, int least) {
  const std::string text = to_text(operand);
  return precedence(operand) < least ? "(" + text + ")" : text;
}

std::string binary_text(const Expression& e) {
  const int own = precedence(e.op);
  // Comparisons do not chain: both sides must bind tighter.
  const int left = own == precedence(Operator::kEqual) ? own + 1 : own;
  return fmt::format("{} {} {}", within(e.operands[0], left), name_of(e.op), within(e.operands[1], own + 1));
}

std::string unary_text(const Expression& e) {
  const std::string operand = within(e.operands[0], precedence(e.op));
  return e.op == Operator::kNot ? "not " + operand : std::string(name_of(e.op)) + operand;
}

std::string call_text(const Expression& e) {
  std::string text = within(e.operands[0], kAtom) + "." + e.name + "(";
  for (size_t i = 1; i < e.operands.size(); ++i) {
    if (i > 1) text += ", ";
    text += to_text(e.operands[i]);
  }
  return text + ")";
}

std::string with_name(std::string_view what, std::string_view of, std::string_view name) {
  return name.empty() ? std::string(what) : fmt::format("{} of {} '{}'", what, of, name);
}

}  // namespace

std::string to_text(const Kind& kind) {
  std::string text;
  switch (kind.of) {
    case Kind::Of::kUnknown:
      return "something only known when it runs";
    case Kind::Of::kNone:
      return "none";
    case Kind::Of::kValue:
      text = phrase_of(kind.type);
      break;
    case Kind::Of::kComponent:
      text = with_name("a component", "class", kind.name);
      break;
    case Kind::Of::kComponents:
      text = with_name("a set of components", "class", kind.name);
      break;
    case Kind::Of::kHost:
      text = with_name("a host", "family", kind.name);
      break;
    case Kind::Of::kHosts:
      text = with_name("a set of hosts", "family", kind.name);
      break;
  }
  return kind.optional ? text + " or none" : text;
}

std::string_view name_of(Operator op) {
  return kOperatorNames[static_cast<size_t>(op)];
}

std::string to_text(const Expression& e) {
  switch (e.form) {
    case Expression::Form::kLiteral:
      return e.value.type() == Type::kString ? "\"" + to_text(e.value) + "\"" : to_text(e.value);
    case Expression::Form::kNone:
      return "none";
    case Expression::Form::kName:
      return e.name;
    case Expression::Form::kMember:
      return within(e.operands[0], kAtom) + "." + e.name;
    case Expression::Form::kCall:
      return call_text(e);
    case Expression::Form::kUnary:
      return unary_text(e);
    case Expression::Form::kBinary:
      return binary_text(e);
  }
  return {};
}

}  // namespace attune::model
