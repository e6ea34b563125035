// SPDX-License-Identifier: Apache-2.0
#include "runtime/workflow/arithmetic.h"

#include <limits>
#include <optional>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "runtime/model/typing.h"

namespace attune::workflow {
namespace {

using model::Operator;
using model::Type;
using model::Value;

// "128MiB" a Size, "80%" a Percent, "2" an Integer, "2.5" a Float, "3s" a Duration, else a String.
Value value(std::string_view text) {
  for (const Type type : {Type::kInteger, Type::kFloat, Type::kPercent, Type::kSize, Type::kDuration}) {
    if (auto read = model::parse_value(type, text)) return *read;
  }
  return Value(std::string(text));
}

std::string result(std::string_view left, Operator op, std::string_view right) {
  const Result<Value> result = combine(op, value(left), value(right));
  if (!result) return "error: " + result.error().message;
  return std::string(model::name_of(result->type())) + " " + to_text(*result);
}

bool holds(std::string_view left, Operator op, std::string_view right) {
  const Result<bool> truth = compare(op, value(left), value(right));
  EXPECT_TRUE(truth.has_value()) << truth.error().message;
  return truth.value_or(false);
}

TEST(Arithmetic, KeepsUnits) {
  EXPECT_EQ(result("128MiB", Operator::kAdd, "128MiB"), "Size 256MiB");
  EXPECT_EQ(result("10s", Operator::kSubtract, "500ms"), "Duration 9500ms");
  EXPECT_EQ(result("80%", Operator::kAdd, "5"), "Percent 85%");
  EXPECT_EQ(result("3", Operator::kMultiply, "10s"), "Duration 30s");
  EXPECT_EQ(result("10s", Operator::kModulo, "4s"), "Duration 2s");
  EXPECT_EQ(result("1GiB", Operator::kDivide, "2"), "Size 512MiB");
}

TEST(Arithmetic, APercentScalesAQuantity) {
  EXPECT_EQ(result("128MiB", Operator::kMultiply, "150%"), "Size 192MiB");
  EXPECT_EQ(result("50%", Operator::kMultiply, "10s"), "Duration 5s");
  EXPECT_EQ(result("50%", Operator::kMultiply, "50%"), "Percent 25%");
  EXPECT_EQ(result("2", Operator::kMultiply, "40%"), "Percent 80%");
}

TEST(Arithmetic, LikeDividedByLikeIsANumber) {
  EXPECT_EQ(result("1GiB", Operator::kDivide, "256MiB"), "Float 4");
  EXPECT_EQ(result("90%", Operator::kDivide, "60%"), "Float 1.5");
  EXPECT_EQ(result("7", Operator::kDivide, "2"), "Integer 3");
  EXPECT_EQ(result("7", Operator::kDivide, "2.0"), "Float 3.5");
}

TEST(Arithmetic, TextIsJoined) {
  EXPECT_EQ(result("port ", Operator::kAdd, "80"), "String port 80");
}

TEST(Arithmetic, RefusesWhatDoesNotGoTogether) {
  EXPECT_EQ(result("128MiB", Operator::kAdd, "10s"),
            "error: 128MiB + 10s: a Size and a Duration do not go together");
  EXPECT_EQ(result("10s", Operator::kMultiply, "10s"),
            "error: 10s * 10s: a Duration and a Duration do not go together");
  EXPECT_EQ(result("5", Operator::kDivide, "1s"),
            "error: 5 / 1s: an Integer and a Duration do not go together");
}

TEST(Arithmetic, RefusesDivisionByZeroAndOverflow) {
  EXPECT_EQ(result("1", Operator::kDivide, "0"), "error: 1 / 0 divides by zero");
  EXPECT_EQ(result("1s", Operator::kModulo, "0s"), "error: 1s % 0s divides by zero");
  EXPECT_EQ(result("9223372036854775807", Operator::kAdd, "1"),
            "error: 9223372036854775807 + 1 is too large");
  EXPECT_EQ(result("8000000TB", Operator::kMultiply, "200%"), "error: 8000000TB * 200% is too large");
  EXPECT_FALSE(negate(Value(std::numeric_limits<int64_t>::min())).has_value());
}

TEST(Arithmetic, NumbersCompareAcrossTypes) {
  EXPECT_TRUE(holds("97%", Operator::kGreater, "80"));
  EXPECT_TRUE(holds("2", Operator::kEqual, "2.0"));
  EXPECT_TRUE(holds("1GiB", Operator::kGreaterOrEqual, "1024MiB"));
  EXPECT_TRUE(holds("abc", Operator::kLess, "abd"));
  EXPECT_TRUE(holds("1s", Operator::kUnequal, "2s"));
  EXPECT_FALSE(compare(Operator::kLess, value("1s"), value("1MiB")).has_value());
  EXPECT_FALSE(compare(Operator::kLess, Value(true), Value(false)).has_value());
}

// The checker promises a type before the run, and refuses what would fail in it.
TEST(Arithmetic, GivesTheTypesThatTheCheckerPromises) {
  const Value values[] = {Value(std::string("7")),
                          Value(int64_t{7}),
                          Value(7.5),
                          Value(true),
                          Value(model::Percent{70}),
                          Value(model::Size{7}),
                          Value(Duration(7)),
                          Value(model::List{Value(int64_t{7})})};
  for (const Value& left : values) {
    for (const Value& right : values) {
      for (auto op = Operator::kEqual; op <= Operator::kModulo;
           op = static_cast<Operator>(static_cast<int>(op) + 1)) {
        const auto promised = model::type_of(op, left.type(), right.type());
        const std::string what = to_text(left) + " " + std::string(model::name_of(op)) + " " + to_text(right);
        if (op < Operator::kAdd) {
          EXPECT_EQ(compare(op, left, right).has_value(), promised.has_value()) << what;
          continue;
        }
        const Result<Value> given = combine(op, left, right);
        EXPECT_EQ(given ? std::optional(given->type()) : std::nullopt, promised) << what;
      }
    }
    const Result<Value> negative = negate(left);
    EXPECT_EQ(negative ? std::optional(negative->type()) : std::nullopt,
              model::type_of(Operator::kNegate, left.type()))
        << to_text(left);
  }
}

}  // namespace
}  // namespace attune::workflow
