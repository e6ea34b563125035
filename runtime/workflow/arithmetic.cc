// SPDX-License-Identifier: Apache-2.0
#include "runtime/workflow/arithmetic.h"

#include <cmath>
#include <compare>
#include <limits>
#include <optional>
#include <string>
#include <utility>

#include <fmt/format.h>

namespace attune::workflow {

namespace {

using model::Operator;
using model::Percent;
using model::Size;
using model::Type;
using model::Value;

bool is_count(Type type) {  // held as an int64_t
  return type == Type::kInteger || type == Type::kSize || type == Type::kDuration;
}
bool is_plain(Type type) {
  return type == Type::kInteger || type == Type::kFloat;
}
bool is_numeric(Type type) {
  return is_plain(type) || type == Type::kPercent;
}

int64_t count_of(const Value& value) {
  if (const auto* size = value.get_if<Size>()) return size->bytes;
  if (const auto* duration = value.get_if<Duration>()) return duration->count();
  return *value.get_if<int64_t>();
}

double number_of(const Value& value) {
  if (const auto* percent = value.get_if<Percent>()) return percent->value;
  if (const auto* real = value.get_if<double>()) return *real;
  return static_cast<double>(count_of(value));
}

Value with_count(Type type, int64_t count) {
  if (type == Type::kSize) return Size{count};
  if (type == Type::kDuration) return Duration(count);
  return count;
}

std::string kind_text(Type type) {
  return model::to_text(model::Kind{model::Kind::Of::kValue, type, {}, false});
}

auto mismatch(Operator op, const Value& left, const Value& right) {
  return fail(ErrorCode::kInvalid,
              fmt::format("{} {} {}: {} and {} do not go together", to_text(left), model::name_of(op),
                          to_text(right), kind_text(left.type()), kind_text(right.type())));
}

auto overflow(Operator op, const Value& left, const Value& right) {
  return fail(ErrorCode::kInvalid,
              fmt::format("{} {} {} is too large", to_text(left), model::name_of(op), to_text(right)));
}

// A whole number of bytes or nanoseconds; nothing where it does not fit.
std::optional<int64_t> rounded(double number) {
  constexpr double kLimit = 9.2e18;
  if (!(std::abs(number) < kLimit)) return std::nullopt;
  return std::llround(number);
}

Result<Value> finite(double number, Type type, Operator op, const Value& left, const Value& right) {
  if (!std::isfinite(number)) return overflow(op, left, right);
  return type == Type::kPercent ? Value(Percent{number}) : Value(number);
}

Result<Value> sum(Operator op, const Value& left, const Value& right) {
  const Type a = left.type();
  const Type b = right.type();
  if (a == b && is_count(a)) {
    int64_t result = 0;
    const bool too_large = op == Operator::kAdd
                               ? __builtin_add_overflow(count_of(left), count_of(right), &result)
                               : __builtin_sub_overflow(count_of(left), count_of(right), &result);
    if (too_large) return overflow(op, left, right);
    return with_count(a, result);
  }
  if (is_numeric(a) && is_numeric(b)) {
    const Type type = a == Type::kPercent || b == Type::kPercent ? Type::kPercent : Type::kFloat;
    const double other = op == Operator::kAdd ? number_of(right) : -number_of(right);
    return finite(number_of(left) + other, type, op, left, right);
  }
  if (op == Operator::kAdd && a == Type::kString) return Value(to_text(left) + to_text(right));
  return mismatch(op, left, right);
}

Result<Value> scaled(Type type, double number, Operator op, const Value& left, const Value& right) {
  const std::optional<int64_t> count = rounded(number);
  if (!count) return overflow(op, left, right);
  return with_count(type, *count);
}

Result<Value> product(const Value& left, const Value& right) {
  constexpr Operator kOp = Operator::kMultiply;
  const Type a = left.type();
  const Type b = right.type();
  if (is_count(a) && is_count(b) && (a == Type::kInteger || b == Type::kInteger)) {
    int64_t result = 0;
    if (__builtin_mul_overflow(count_of(left), count_of(right), &result)) return overflow(kOp, left, right);
    return with_count(a == Type::kInteger ? b : a, result);
  }
  if ((is_count(a) && b == Type::kPercent) || (is_count(b) && a == Type::kPercent)) {
    const Type unit = is_count(a) ? a : b;
    const double number = number_of(left) * number_of(right);
    if (unit == Type::kInteger) return finite(number, Type::kPercent, kOp, left, right);
    return scaled(unit, number / 100, kOp, left, right);
  }
  if (is_numeric(a) && is_numeric(b)) {
    if (a == Type::kPercent && b == Type::kPercent)
      return finite(number_of(left) * number_of(right) / 100, Type::kPercent, kOp, left, right);
    const Type type = a == Type::kPercent || b == Type::kPercent ? Type::kPercent : Type::kFloat;
    return finite(number_of(left) * number_of(right), type, kOp, left, right);
  }
  if (is_count(a) && b == Type::kFloat)
    return scaled(a, number_of(left) * number_of(right), kOp, left, right);
  if (is_count(b) && a == Type::kFloat)
    return scaled(b, number_of(left) * number_of(right), kOp, left, right);
  return mismatch(kOp, left, right);
}

Result<Value> quotient(const Value& left, const Value& right) {
  constexpr Operator kOp = Operator::kDivide;
  const Type a = left.type();
  const Type b = right.type();
  const bool numbers = (is_count(a) || is_numeric(a)) && (is_count(b) || is_numeric(b));
  if (!numbers || (a != b && !is_plain(b) && !is_numeric(a))) return mismatch(kOp, left, right);
  if (is_numeric(a) && is_count(b) && !is_plain(b)) return mismatch(kOp, left, right);
  if (number_of(right) == 0)
    return fail(ErrorCode::kInvalid, fmt::format("{} / {} divides by zero", to_text(left), to_text(right)));
  if (is_count(a) && b == Type::kInteger) {
    if (count_of(right) == -1) return negate(left);
    return with_count(a, count_of(left) / count_of(right));
  }
  const double number = number_of(left) / number_of(right);
  if (a == b || a == Type::kFloat || a == Type::kInteger)
    return finite(number, Type::kFloat, kOp, left, right);
  if (a == Type::kPercent) return finite(number, Type::kPercent, kOp, left, right);
  return scaled(a, number, kOp, left, right);
}

Result<Value> remainder(const Value& left, const Value& right) {
  if (left.type() != right.type() || !is_count(left.type())) return mismatch(Operator::kModulo, left, right);
  const int64_t divisor = count_of(right);
  if (divisor == 0)
    return fail(ErrorCode::kInvalid, fmt::format("{} % {} divides by zero", to_text(left), to_text(right)));
  return with_count(left.type(), divisor == -1 ? 0 : count_of(left) % divisor);
}

bool applies(Operator op, std::partial_ordering order) {
  switch (op) {
    case Operator::kEqual:
      return order == 0;
    case Operator::kUnequal:
      return order != 0;
    case Operator::kLess:
      return order < 0;
    case Operator::kLessOrEqual:
      return order <= 0;
    case Operator::kGreater:
      return order > 0;
    default:
      return order >= 0;
  }
}

}  // namespace

Result<Value> combine(Operator op, const Value& left, const Value& right) {
  switch (op) {
    case Operator::kAdd:
    case Operator::kSubtract:
      return sum(op, left, right);
    case Operator::kMultiply:
      return product(left, right);
    case Operator::kDivide:
      return quotient(left, right);
    case Operator::kModulo:
      return remainder(left, right);
    default:
      return mismatch(op, left, right);
  }
}

Result<Value> negate(const Value& value) {
  if (is_count(value.type())) {
    if (count_of(value) == std::numeric_limits<int64_t>::min())
      return fail(ErrorCode::kInvalid, fmt::format("-({}) is too large", to_text(value)));
    return with_count(value.type(), -count_of(value));
  }
  if (const auto* percent = value.get_if<Percent>()) return Value(Percent{-percent->value});
  if (const auto* real = value.get_if<double>()) return Value(-*real);
  return fail(ErrorCode::kInvalid, fmt::format("a {} has no negative", model::name_of(value.type())));
}

Result<bool> compare(Operator op, const Value& left, const Value& right) {
  const Type a = left.type();
  const Type b = right.type();
  if (a == b && is_count(a)) return applies(op, count_of(left) <=> count_of(right));
  if (is_numeric(a) && is_numeric(b)) return applies(op, number_of(left) <=> number_of(right));
  if (a != b) return mismatch(op, left, right);
  if (a == Type::kString) return applies(op, *left.get_if<std::string>() <=> *right.get_if<std::string>());
  if (op == Operator::kEqual) return left == right;
  if (op == Operator::kUnequal) return !(left == right);
  return fail(ErrorCode::kInvalid,
              fmt::format("a {} can be compared with == and != only", model::name_of(a)));
}

}  // namespace attune::workflow
