// SPDX-License-Identifier: Apache-2.0
#include "runtime/model/typing.h"

namespace attune::model {

namespace {

// Whole numbers of something: they add, and keep their unit.
bool is_count(Type type) {
  return type == Type::kInteger || type == Type::kSize || type == Type::kDuration;
}
// Numbers without a unit, or of hundredths.
bool is_numeric(Type type) {
  return type == Type::kInteger || type == Type::kFloat || type == Type::kPercent;
}
bool is_plain(Type type) {
  return type == Type::kInteger || type == Type::kFloat;
}
Type wider(Type left, Type right) {
  return left == Type::kPercent || right == Type::kPercent ? Type::kPercent : Type::kFloat;
}

std::optional<Type> sum(Operator op, Type left, Type right) {
  if (left == right && is_count(left)) return left;
  if (is_numeric(left) && is_numeric(right)) return wider(left, right);
  if (op == Operator::kAdd && left == Type::kString) return Type::kString;
  return std::nullopt;
}

std::optional<Type> product(Type left, Type right) {
  if (left == Type::kInteger && is_count(right)) return right;
  if (right == Type::kInteger && is_count(left)) return left;
  if (is_numeric(left) && is_numeric(right)) return wider(left, right);
  if (is_count(left) && (right == Type::kPercent || right == Type::kFloat)) return left;
  if (is_count(right) && (left == Type::kPercent || left == Type::kFloat)) return right;
  return std::nullopt;
}

std::optional<Type> quotient(Type left, Type right) {
  if (left == right) {
    if (left == Type::kInteger) return Type::kInteger;
    return is_count(left) || is_numeric(left) ? std::optional(Type::kFloat) : std::nullopt;
  }
  if (is_numeric(left) && is_numeric(right)) return left == Type::kPercent ? Type::kPercent : Type::kFloat;
  if (is_count(left) && is_plain(right)) return left;
  return std::nullopt;
}

// Only texts and numbers have an order; two Lists, or two Bools, are the same or not.
bool is_comparable(Operator op, Type left, Type right) {
  if (is_numeric(left) && is_numeric(right)) return true;
  if (left != right) return false;
  const bool ordered = is_count(left) || left == Type::kString;
  return ordered || op == Operator::kEqual || op == Operator::kUnequal;
}

}  // namespace

std::optional<Type> type_of(Operator op, Type left, Type right) {
  switch (op) {
    case Operator::kAdd:
    case Operator::kSubtract:
      return sum(op, left, right);
    case Operator::kMultiply:
      return product(left, right);
    case Operator::kDivide:
      return quotient(left, right);
    case Operator::kModulo:
      return left == right && is_count(left) ? std::optional(left) : std::nullopt;
    case Operator::kAnd:
    case Operator::kOr:
      return left == Type::kBool && right == Type::kBool ? std::optional(Type::kBool) : std::nullopt;
    case Operator::kNot:
    case Operator::kNegate:
      return std::nullopt;
    default:
      return is_comparable(op, left, right) ? std::optional(Type::kBool) : std::nullopt;
  }
}

std::optional<Type> type_of(Operator op, Type operand) {
  const bool fits = op == Operator::kNot ? operand == Type::kBool : is_count(operand) || is_numeric(operand);
  return fits ? std::optional(operand) : std::nullopt;
}

}  // namespace attune::model
