// SPDX-License-Identifier: Apache-2.0
#include "runtime/workflow/arithmetic.h"

#include <cmath>
#include <compare>
#include <limits>
#include <optional>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "runtime/model/typing.h"

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
bool is_numeric(Type type) {
  return type == Type::kInteger || type == Type::kFloat || type == Type::kPercent;
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

Result<Value> scaled(Type type, double number, Operator op, const Value& left, const Value& right) {
  const std::optional<int64_t> count = rounded(number);
  if (!count) return overflow(op, left, right);
  return with_count(type, *count);
}

Result<Value> sum(Operator op, Type type, const Value& left, const Value& right) {
  if (type == Type::kString) return Value(to_text(left) + to_text(right));
  if (!is_count(type)) {
    const double other = op == Operator::kAdd ? number_of(right) : -number_of(right);
    return finite(number_of(left) + other, type, op, left, right);
  }
  int64_t result = 0;
  const bool too_large = op == Operator::kAdd
                             ? __builtin_add_overflow(count_of(left), count_of(right), &result)
                             : __builtin_sub_overflow(count_of(left), count_of(right), &result);
  if (too_large) return overflow(op, left, right);
  return with_count(type, result);
}

Result<Value> product(Operator op, Type type, const Value& left, const Value& right) {
  if (is_count(left.type()) && is_count(right.type())) {
    int64_t result = 0;
    if (__builtin_mul_overflow(count_of(left), count_of(right), &result)) return overflow(op, left, right);
    return with_count(type, result);
  }
  const double number = number_of(left) * number_of(right);
  const bool has_percent = left.type() == Type::kPercent || right.type() == Type::kPercent;
  const double hundredths = has_percent && (is_count(type) || left.type() == right.type()) ? 100 : 1;
  if (is_count(type)) return scaled(type, number / hundredths, op, left, right);
  return finite(number / hundredths, type, op, left, right);
}

Result<Value> quotient(Operator op, Type type, const Value& left, const Value& right) {
  if (is_count(left.type()) && right.type() == Type::kInteger) {
    if (count_of(right) == -1) return negate(left);
    return with_count(type, count_of(left) / count_of(right));
  }
  const double number = number_of(left) / number_of(right);
  if (is_count(type)) return scaled(type, number, op, left, right);
  return finite(number, type, op, left, right);
}

Value remainder(Type type, const Value& left, const Value& right) {
  const int64_t divisor = count_of(right);
  return with_count(type, divisor == -1 ? 0 : count_of(left) % divisor);
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
  const std::optional<Type> type = model::type_of(op, left.type(), right.type());
  if (!type) return mismatch(op, left, right);
  const bool divides = op == Operator::kDivide || op == Operator::kModulo;
  if (divides && number_of(right) == 0)
    return fail(ErrorCode::kInvalid,
                fmt::format("{} {} {} divides by zero", to_text(left), model::name_of(op), to_text(right)));
  switch (op) {
    case Operator::kAdd:
    case Operator::kSubtract:
      return sum(op, *type, left, right);
    case Operator::kMultiply:
      return product(op, *type, left, right);
    case Operator::kDivide:
      return quotient(op, *type, left, right);
    case Operator::kModulo:
      return remainder(*type, left, right);
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
