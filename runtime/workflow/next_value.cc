// SPDX-License-Identifier: Apache-2.0
#include "runtime/workflow/next_value.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <string>

namespace attune::workflow {

namespace {

using model::Operator;
using model::Percent;
using model::Size;
using model::Type;
using model::Value;

constexpr double kWhole = 9.0e15;  // up to here a double tells whole numbers apart

bool is_numeric(Type type) {
  return type == Type::kInteger || type == Type::kFloat || type == Type::kPercent;
}
bool goes_up(Operator relation) {
  return relation == Operator::kGreater || relation == Operator::kUnequal;
}

std::optional<int64_t> stepped(int64_t from, Operator relation) {
  if (goes_up(relation))
    return from == std::numeric_limits<int64_t>::max() ? std::nullopt : std::optional(from + 1);
  if (relation != Operator::kLess) return from;
  return from == std::numeric_limits<int64_t>::min() ? std::nullopt : std::optional(from - 1);
}

// Far enough that a sum or two do not round it away.
std::optional<double> stepped(double from, Operator relation) {
  if (!std::isfinite(from)) return std::nullopt;
  const double step = std::max(std::abs(from), 1.0) * 1e-6;
  return goes_up(relation) ? from + step : relation == Operator::kLess ? from - step : from;
}

double number_of(const Value& value) {
  if (const auto* percent = value.get_if<Percent>()) return percent->value;
  if (const auto* real = value.get_if<double>()) return *real;
  if (const auto* size = value.get_if<Size>()) return static_cast<double>(size->bytes);
  if (const auto* duration = value.get_if<Duration>()) return static_cast<double>(duration->count());
  const auto* whole = value.get_if<int64_t>();
  return whole == nullptr ? 0 : static_cast<double>(*whole);
}

// A whole number beside a bound that may lie between two.
std::optional<Value> next_whole(Operator relation, double bound) {
  if (!(std::abs(bound) < kWhole)) return std::nullopt;
  const bool is_whole = bound == std::floor(bound);
  if (is_whole || relation == Operator::kEqual) {
    if (!is_whole) return std::nullopt;
    const auto next = stepped(static_cast<int64_t>(bound), relation);
    return next ? std::optional<Value>(*next) : std::nullopt;
  }
  const bool is_below = relation == Operator::kLess || relation == Operator::kLessOrEqual;
  return Value(static_cast<int64_t>(is_below ? std::floor(bound) : std::ceil(bound)));
}

std::optional<Value> next_number(Type type, Operator relation, const Value& bound) {
  if (type == Type::kInteger) {
    if (const auto* whole = bound.get_if<int64_t>()) {
      const auto next = stepped(*whole, relation);
      return next ? std::optional<Value>(*next) : std::nullopt;
    }
    return next_whole(relation, number_of(bound));
  }
  const std::optional<double> next = stepped(number_of(bound), relation);
  if (!next) return std::nullopt;
  return type == Type::kPercent ? Value(Percent{*next}) : Value(*next);
}

std::optional<Value> next_word(Operator relation, const Value& bound) {
  if (relation == Operator::kEqual) return bound;
  if (relation != Operator::kUnequal) return std::nullopt;
  if (const bool* truth = bound.get_if<bool>()) return Value(!*truth);
  if (const auto* text = bound.get_if<std::string>()) return Value(*text + "'");
  return std::nullopt;
}

}  // namespace

std::optional<Value> next_value(Type type, Operator relation, const Value& bound) {
  if (is_numeric(type) && is_numeric(bound.type())) return next_number(type, relation, bound);
  if (type != bound.type()) return std::nullopt;
  if (const auto* size = bound.get_if<Size>()) {
    const auto next = stepped(size->bytes, relation);
    return next ? std::optional<Value>(Size{*next}) : std::nullopt;
  }
  if (const auto* duration = bound.get_if<Duration>()) {
    const auto next = stepped(static_cast<int64_t>(duration->count()), relation);
    return next ? std::optional<Value>(Duration(*next)) : std::nullopt;
  }
  return next_word(relation, bound);
}

double distance_of(const Value& one, const Value& other) {
  const double a = number_of(one), b = number_of(other);
  const double larger = std::max(std::abs(a), std::abs(b));
  return larger == 0 ? 0 : std::abs(a - b) / larger;
}

}  // namespace attune::workflow
