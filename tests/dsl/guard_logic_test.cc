// SPDX-License-Identifier: Apache-2.0
#include "dsl/guard_logic.h"

#include <array>
#include <cstdint>
#include <functional>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace attune::dsl {
namespace {

using model::Expression;
using model::Operator;

// Numbers a and b, the number of app's instances, and the truth busy.
struct World {
  int64_t a = 0, b = 0, count = 0;
  bool busy = false;
};

Expression literal(int64_t number) {
  Expression e;
  e.form = Expression::Form::kLiteral;
  e.value = model::Value(number);
  e.kind = {model::Kind::Of::kValue, model::Type::kInteger, {}, false};
  return e;
}

Expression name(std::string text, model::Type type) {
  Expression e;
  e.form = Expression::Form::kName;
  e.name = std::move(text);
  e.meaning = Expression::Meaning::kVariable;
  e.kind = {model::Kind::Of::kValue, type, {}, false};
  return e;
}

Expression count_of_app() {
  Expression app = name("app", model::Type::kInteger);
  app.meaning = Expression::Meaning::kClass;
  Expression e;
  e.form = Expression::Form::kMember;
  e.name = "count";
  e.kind = {model::Kind::Of::kValue, model::Type::kInteger, {}, false};
  e.operands = {std::move(app)};
  return e;
}

Expression joined(Operator op, std::vector<Expression> operands) {
  Expression e;
  e.form = operands.size() == 1 ? Expression::Form::kUnary : Expression::Form::kBinary;
  e.op = op;
  e.operands = std::move(operands);
  return e;
}

class Dice {
 public:
  explicit Dice(uint64_t seed) : engine_(seed) {}
  int64_t upto(int64_t most) { return std::uniform_int_distribution<int64_t>(0, most)(engine_); }

  Expression condition(int depth) {
    const int64_t kind = upto(depth > 0 ? 5 : 2);
    if (kind == 3) return joined(Operator::kNot, {condition(depth - 1)});
    if (kind > 3)
      return joined(kind == 4 ? Operator::kAnd : Operator::kOr, {condition(depth - 1), condition(depth - 1)});
    if (kind == 0 && upto(2) == 0) return name("busy", model::Type::kBool);
    const auto op = static_cast<Operator>(static_cast<int64_t>(Operator::kEqual) + upto(5));
    return joined(op, {number(), number()});
  }

 private:
  Expression number() {
    switch (upto(3)) {
      case 0:
        return name("a", model::Type::kInteger);
      case 1:
        return name("b", model::Type::kInteger);
      case 2:
        return count_of_app();
      default:
        return literal(upto(4));
    }
  }
  std::mt19937_64 engine_;
};

int64_t number_in(const Expression& e, const World& world) {
  if (e.form == Expression::Form::kLiteral) return *e.value.get_if<int64_t>();
  if (e.form == Expression::Form::kMember) return world.count;
  return e.name == "a" ? world.a : world.b;
}

bool is_so(const Expression& e, const World& world) {
  if (e.form == Expression::Form::kName) return world.busy;
  if (e.op == Operator::kNot) return !is_so(e.operands[0], world);
  if (e.op == Operator::kAnd) return is_so(e.operands[0], world) && is_so(e.operands[1], world);
  if (e.op == Operator::kOr) return is_so(e.operands[0], world) || is_so(e.operands[1], world);
  const int64_t left = number_in(e.operands[0], world), right = number_in(e.operands[1], world);
  switch (e.op) {
    case Operator::kEqual:
      return left == right;
    case Operator::kUnequal:
      return left != right;
    case Operator::kLess:
      return left < right;
    case Operator::kLessOrEqual:
      return left <= right;
    case Operator::kGreater:
      return left > right;
    default:
      return left >= right;
  }
}

// Whether there is a world with 0 to 3 instances of app, and a and b from -1 to 5, in which all are so.
bool is_somewhere(const std::vector<Claim>& claims) {
  for (World world; world.count <= 3; ++world.count) {
    for (world.a = -1; world.a <= 5; ++world.a) {
      for (world.b = -1; world.b <= 5; ++world.b) {
        for (const bool busy : {false, true}) {
          world.busy = busy;
          bool all = true;
          for (const Claim& claim : claims) all = all && is_so(*claim.condition, world) == claim.holds;
          if (all) return true;
        }
      }
    }
  }
  return false;
}

const KnownNumbers kKnown{{"app.count", {0, 3}}};

TEST(GuardLogic, CallsNothingImpossibleThatIsSoSomewhere) {
  size_t impossible = 0;
  for (uint64_t seed = 0; seed < 20'000; ++seed) {
    Dice dice(seed);
    const std::array<Expression, 2> conditions = {dice.condition(3), dice.condition(3)};
    const std::vector<Claim> claims = {{&conditions[0], dice.upto(1) == 0},
                                       {&conditions[1], dice.upto(1) == 0}};
    const bool may_be = may_be_at_once(claims, kKnown).value_or(true);
    impossible += may_be ? 0 : 1;
    if (!may_be) {
      EXPECT_FALSE(is_somewhere(claims))
          << seed << ": " << to_text(conditions[0]) << " / " << to_text(conditions[1]);
    }
  }
  EXPECT_GT(impossible, 500u);  // else it would say nothing
}

TEST(GuardLogic, KnowsWhatOneNumberCannotBe) {
  for (uint64_t seed = 0; seed < 5'000; ++seed) {
    Dice dice(seed);
    const auto op = [&] {
      return static_cast<Operator>(static_cast<int64_t>(Operator::kEqual) + dice.upto(5));
    };
    const Expression one = joined(op(), {count_of_app(), literal(dice.upto(4))});
    const Expression other = joined(op(), {literal(dice.upto(4)), count_of_app()});
    const std::vector<Claim> claims = {{&one, true}, {&other, true}};
    EXPECT_EQ(may_be_at_once(claims, kKnown), is_somewhere(claims))
        << to_text(one) << " / " << to_text(other);
  }
}

}  // namespace
}  // namespace attune::dsl
