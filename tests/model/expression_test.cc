// SPDX-License-Identifier: Apache-2.0
#include "runtime/model/expression.h"

#include <gtest/gtest.h>

namespace attune::model {
namespace {

Expression form(Expression::Form of, std::vector<Expression> operands = {}) {
  Expression e;
  e.form = of;
  e.operands = std::move(operands);
  return e;
}
Expression name(std::string text) {
  Expression e = form(Expression::Form::kName);
  e.name = std::move(text);
  return e;
}
Expression literal(Value value) {
  Expression e = form(Expression::Form::kLiteral);
  e.value = std::move(value);
  return e;
}
Expression member(Expression of, std::string text) {
  Expression e = form(Expression::Form::kMember, {std::move(of)});
  e.name = std::move(text);
  return e;
}
Expression unary(Operator op, Expression operand) {
  Expression e = form(Expression::Form::kUnary, {std::move(operand)});
  e.op = op;
  return e;
}
Expression binary(Expression left, Operator op, Expression right) {
  Expression e = form(Expression::Form::kBinary, {std::move(left), std::move(right)});
  e.op = op;
  return e;
}
Expression call(Expression of, std::string text, Expression argument) {
  Expression e = form(Expression::Form::kCall, {std::move(of), std::move(argument)});
  e.name = std::move(text);
  return e;
}

TEST(Expression, IsWrittenInCanonicalSpacing) {
  const Expression condition =
      binary(name("free_memory"), Operator::kGreaterOrEqual, member(name("this"), "memory"));
  EXPECT_EQ(to_text(call(name("lab"), "least_loaded", condition)),
            "lab.least_loaded(free_memory >= this.memory)");
  EXPECT_EQ(to_text(literal(Percent{80})), "80%");
  EXPECT_EQ(to_text(literal(std::string("no room"))), "\"no room\"");
  EXPECT_EQ(to_text(Expression{}), "none");
}

TEST(Expression, ParenthesesStandOnlyWhereTheyAreNeeded) {
  const auto [a, b, c] = std::tuple(name("a"), name("b"), name("c"));
  EXPECT_EQ(to_text(binary(binary(a, Operator::kAdd, b), Operator::kMultiply, c)), "(a + b) * c");
  EXPECT_EQ(to_text(binary(a, Operator::kAdd, binary(b, Operator::kMultiply, c))), "a + b * c");
  EXPECT_EQ(to_text(binary(a, Operator::kSubtract, binary(b, Operator::kSubtract, c))), "a - (b - c)");
  EXPECT_EQ(to_text(binary(binary(a, Operator::kSubtract, b), Operator::kSubtract, c)), "a - b - c");
  EXPECT_EQ(to_text(unary(Operator::kNot, binary(a, Operator::kOr, b))), "not (a or b)");
  EXPECT_EQ(to_text(unary(Operator::kNot, binary(a, Operator::kEqual, b))), "not a == b");
  EXPECT_EQ(to_text(binary(binary(a, Operator::kEqual, b), Operator::kEqual, c)), "(a == b) == c");
  EXPECT_EQ(to_text(member(binary(a, Operator::kAdd, b), "count")), "(a + b).count");
  EXPECT_EQ(to_text(unary(Operator::kNegate, a)), "-a");
}

TEST(Kind, IsToldInWords) {
  EXPECT_EQ(to_text(Kind{.of = Kind::Of::kValue, .type = Type::kSize}), "a Size");
  EXPECT_EQ(to_text(Kind{.of = Kind::Of::kValue, .type = Type::kInteger}), "an Integer");
  EXPECT_EQ(to_text(Kind{.of = Kind::Of::kComponent, .name = "vm"}), "a component of class 'vm'");
  EXPECT_EQ(to_text(Kind{.of = Kind::Of::kComponents}), "a set of components");
  EXPECT_EQ(to_text(Kind{.of = Kind::Of::kHost, .name = "lab", .optional = true}),
            "a host of family 'lab' or none");
}

}  // namespace
}  // namespace attune::model
