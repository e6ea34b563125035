// SPDX-License-Identifier: Apache-2.0
// What would have turned a guard or a choice, as the records of a run tell it; and that it does turn it.
#include "runtime/workflow/counterfactual.h"

#include <random>

#include "runtime/workflow/host_choice.h"
#include "tests/support/project_builder.h"
#include "tests/workflow/shop.h"

namespace attune::workflow {
namespace {

class CounterfactualTest : public WorkflowTest {
 protected:
  // What would have turned the guard, in a run about app1 with the event's load 85%.
  std::string turned_by(const std::string& guard) {
    diagram("overload",
            "state c <<choice>>\n[*] --> c\nc --> a : [" + guard + "]\nc --> [*] : [else]\na --> [*]");
    begun().send("overload app1 load=85%");
    std::string found = "(not evaluated)";
    for (const Record& record : world().journal)
      if (const auto* guarded = std::get_if<GuardEvaluated>(&record.what)) found = guarded->turned_by;
    return found;
  }
  std::string last_otherwise() {
    std::string found = "(nothing was chosen)";
    for (const Record& record : world().journal)
      if (const auto* chosen = std::get_if<HostChosen>(&record.what)) found = chosen->otherwise;
    return found;
  }
  // What would have made another choice.
  std::string otherwise(const std::string& policy) {
    diagram("shift", "[*] --> a\na : target = lab." + policy + "\na --> [*]", {"on: vm"});
    begun();
    world().measured("lab1", 20);
    world().measured("lab2", 40);
    world().measured("lab3", 90);
    EXPECT_EQ(world().send("shift vm1"), "");
    std::string found = "(nothing was chosen)";
    for (const Record& record : world().journal)
      if (const auto* chosen = std::get_if<HostChosen>(&record.what))
        found = chosen->host + "; " + chosen->otherwise;
    return found;
  }
};

struct Case {
  const char *guard, *turned_by;
};

class TurnedTest : public CounterfactualTest, public ::testing::WithParamInterface<Case> {};

TEST_P(TurnedTest, IsTheSmallestChangeThatWouldHaveTurnedTheGuard) {
  EXPECT_EQ(turned_by(GetParam().guard), GetParam().turned_by);
}

INSTANTIATE_TEST_SUITE_P(
    Comparisons, TurnedTest,
    ::testing::Values(Case{"event.load > 90%", "event.load above 90% instead of 85%"},
                      Case{"event.load >= 90%", "event.load at least 90% instead of 85%"},
                      Case{"event.load < 80%", "event.load below 80% instead of 85%"},
                      Case{"event.load > 80%", "event.load at most 80% instead of 85%"},
                      Case{"event.load > this.limit", "event.load at most 80% instead of 85%"},
                      Case{"90% < event.load", "event.load above 90% instead of 85%"},
                      Case{"this.state == \"failed\"", "this.state = failed instead of started"},
                      Case{"this.state == \"started\"", "this.state other than started"},
                      Case{"this.host == none", "this.host = none instead of lab2"},
                      Case{"this.host != none", "this.host = none instead of lab2"},
                      Case{"attempts < 3", "attempts at least 3 instead of 0"}));
INSTANTIATE_TEST_SUITE_P(
    Sets, TurnedTest,
    ::testing::Values(Case{"app.count < app.max", "app.count at least 4 instead of 2"},
                      Case{"app.max <= app.count", "app.count at least 4 instead of 2"},
                      Case{"app.exists(state == \"failed\")", "app1.state = failed instead of started"},
                      Case{"app.all(state == \"started\")", "app1.state other than started"},
                      Case{"app.exists(state == \"started\")",
                           "app1.state other than started and app2.state other than started"},
                      Case{"app.where(port == 9000).count > 2",
                           "app.where(port == 9000).count above 2 instead of 2"}));
INSTANTIATE_TEST_SUITE_P(
    Together, TurnedTest,
    ::testing::Values(Case{"not event.load > 90%", "event.load above 90% instead of 85%"},
                      Case{"event.load > 90% and app.count > 5",
                           "event.load above 90% instead of 85% and app.count above 5 instead of 2"},
                      Case{"event.load > 80% and app.count > 5", "app.count above 5 instead of 2"},
                      Case{"event.load > 90% or app.count > 5", "event.load above 90% instead of 85%"},
                      Case{"event.load > 80% and app.count < 3", "event.load at most 80% instead of 85%"},
                      Case{"event.load + 10% > 99%", "event.load above 89% instead of 85%"},
                      Case{"100% - event.load > 20%", "event.load below 80% instead of 85%"},
                      Case{"app.count * 2 > 5", ""}));
INSTANTIATE_TEST_SUITE_P(WhereNothingIsCertain, TurnedTest,
                         ::testing::Values(Case{"app.count > 2 and app.count < 3", ""},
                                           Case{"this.host == none and this.host.load > 5%", ""},
                                           Case{"1 > 2", ""}, Case{"this.state > \"zzz\"", ""}));

TEST_F(CounterfactualTest, ARefusedHostThatWouldHaveBeenPreferredIsNamedWithWhatItLacks) {
  EXPECT_EQ(otherwise("least_loaded(load > 30%)"), "lab2; lab1 with load above 30% instead of 20%");
}
TEST_F(CounterfactualTest, WhereNoHostFitsTheNearestIsNamedWithWhatItLacks) {
  EXPECT_EQ(otherwise("least_loaded(free_memory >= 2GiB and load < 10%)"),
            "none; lab1 with free_memory at least 2GiB instead of 1GiB and load below 10% instead of 20%");
}
TEST_F(CounterfactualTest, WhereTheSecondIsLessFarItIsTheOneThatIsNamed) {
  EXPECT_EQ(otherwise("least_loaded(load < 80%)"), "lab1; lab2 with load below 20% instead of 40%");
}
TEST_F(CounterfactualTest, ARefusedOneThatWouldHaveBeenPreferredGoesBeforeTheSecond) {
  EXPECT_EQ(otherwise("most_loaded_that_fits(load < 80%)"), "lab2; lab3 with load below 80% instead of 90%");
}
TEST_F(CounterfactualTest, AHostThatIsDownLacksThatItIsUp) {
  diagram("shift", "[*] --> a\na : target = lab.least_loaded()\na --> [*]", {"on: vm"});
  begun();
  for (const char* host : {"lab1", "lab2", "lab3"})
    world().observed(system::HostChanged{.host = host, .state = system::HostState::kDown});
  world().send("shift vm1");
  EXPECT_EQ(last_otherwise(), "lab1 with state = up instead of down");
}
TEST_F(CounterfactualTest, AHostInMaintenanceLacksThatItHasEnded) {
  diagram("shift", "[*] --> a\na : target = lab.least_loaded(load < 50%)\na --> [*]", {"on: vm"});
  ScriptedWorld& w = begun();
  w.script("*.migrate", exits(1, "no"));
  w.change(system::HostChanged{.host = "lab1", .maintenance = system::Maintenance::kBegun});
  w.measured("lab1", 10);
  for (const char* host : {"lab2", "lab3"}) w.measured(host, 30);
  w.send("shift vm1");
  EXPECT_EQ(last_otherwise(), "lab1 with maintenance = ended instead of begun");
}
TEST_F(CounterfactualTest, WhatTheConditionWouldRefuseIsNotOffered) {
  EXPECT_EQ(otherwise("least_loaded(load >= 20%)"), "lab1; ");
}
TEST_F(CounterfactualTest, NorIsANumberOfComponentsThatItWouldRefuse) {
  diagram("shift", "[*] --> a\na : target = lab.least_loaded(components > 0)\na --> [*]", {"on: app"});
  ScriptedWorld& w = begun();
  w.send("shift app1");
  EXPECT_EQ(last_otherwise(), "");
}
TEST_F(CounterfactualTest, AHostThatIsWantedWhileItIsDownIsNotOfferedAsUp) {
  diagram("shift", "[*] --> a\na : target = lab.any(state == \"down\")\na --> [*]", {"on: vm"});
  begun();
  for (const char* host : {"lab1", "lab2", "lab3"})
    world().observed(system::HostChanged{.host = host, .state = system::HostState::kDown});
  world().send("shift vm1");
  EXPECT_EQ(last_otherwise(), "");
}
TEST_F(CounterfactualTest, AChoiceListsTheHostsThatWereConsidered) {
  otherwise("least_loaded(load < 80%)");
  const HostChosen* found = nullptr;
  for (const Record& record : world().journal)
    if (const auto* chosen = std::get_if<HostChosen>(&record.what)) found = chosen;
  ASSERT_NE(found, nullptr);
  ASSERT_EQ(found->considered.size(), 3u);
  EXPECT_EQ(found->considered[0].host, "lab1");
  EXPECT_EQ(found->considered[1].measure, "load 40%, 1 component, 1GiB free");
  EXPECT_EQ(found->considered[2].refused, "load = 90%");
  EXPECT_EQ(text_of(*found), "lab1: load 20%, the least of 2 that fit; not lab3: load = 90%");
}

// --- that it does turn it ---

using model::Expression;
using model::Operator;
using model::Value;

// Conditions at random over variables of all types.
class RandomConditions {
 public:
  explicit RandomConditions(unsigned seed) : random_(seed) {}

  Variables variables() {
    return {{"a", Value(whole())},
            {"b", Value(whole())},
            {"x", Value(static_cast<double>(whole()) / 3)},
            {"p", Value(model::Percent{static_cast<double>(whole()) * 7})},
            {"s", Value(model::Size{whole() << 20})},
            {"d", Value(Duration(whole() * 1000))},
            {"f", Value(below(2) == 0)},
            {"t", Value(std::string(below(2) == 0 ? "up" : "down"))},
            {"h", below(2) == 0 ? Operand(None{}) : Operand(HostRef{0})}};
  }
  Expression condition(int depth) {
    if (depth == 0 || below(4) == 0) return comparison();
    if (below(5) == 0) return unary(Operator::kNot, condition(depth - 1));
    return binary(below(2) == 0 ? Operator::kAnd : Operator::kOr, condition(depth - 1), condition(depth - 1));
  }

 private:
  size_t below(size_t limit) { return random_() % limit; }
  int64_t whole() { return static_cast<int64_t>(below(21)) - 10; }
  static Expression unary(Operator op, Expression of) {
    Expression e;
    e.form = Expression::Form::kUnary;
    e.op = op;
    e.operands.push_back(std::move(of));
    return e;
  }
  static Expression binary(Operator op, Expression left, Expression right) {
    Expression e;
    e.form = Expression::Form::kBinary;
    e.op = op;
    e.operands.push_back(std::move(left));
    e.operands.push_back(std::move(right));
    return e;
  }
  static Expression name(const std::string& of) {
    Expression e;
    e.form = Expression::Form::kName;
    e.meaning = Expression::Meaning::kVariable;
    e.name = of;
    return e;
  }
  static Expression literal(Value value) {
    Expression e;
    e.form = Expression::Form::kLiteral;
    e.value = std::move(value);
    return e;
  }
  Expression operand(const char* of, Value some, int depth) {
    if (depth > 0 && below(3) == 0)
      return binary(below(2) == 0 ? Operator::kAdd : Operator::kSubtract, operand(of, some, depth - 1),
                    operand(of, some, depth - 1));
    if (below(8) == 0) return unary(Operator::kNegate, name(of));
    return below(3) == 0 ? literal(std::move(some)) : name(of);
  }
  Operator order() {
    return static_cast<Operator>(static_cast<int>(Operator::kEqual) + static_cast<int>(below(6)));
  }
  Operator sameness() { return below(2) == 0 ? Operator::kEqual : Operator::kUnequal; }
  Expression comparison() {
    const auto both = [&](const char* one, const char* other, const Value& some) {
      return binary(order(), operand(one, some, 2), operand(other, some, 2));
    };
    switch (below(8)) {
      case 0:
        return name("f");
      case 1:
        return binary(sameness(), name("t"), literal(Value(std::string("up"))));
      case 2:
        return binary(sameness(), name("h"), Expression{});
      case 3:
        return both("s", "s", Value(model::Size{whole() << 20}));
      case 4:
        return both("d", "d", Value(Duration(whole() * 1000)));
      case 5:
        return both("p", "p", Value(model::Percent{static_cast<double>(whole()) * 7}));
      case 6:
        return both("x", "a", Value(static_cast<double>(whole())));
      default:
        return both("a", "b", Value(whole()));
    }
  }

  std::mt19937 random_;
};

TEST(CounterfactualProperty, WhatIsSaidToTurnAConditionTurnsIt) {
  const model::Project project =
      testing::ProjectBuilder().family("lab", {"lab1"}).component("app", "lab").build();
  const system::System system(project);
  size_t said = 0, evaluated = 0;
  for (unsigned seed = 1; seed <= 20'000; ++seed) {
    RandomConditions random(seed);
    Variables variables = random.variables();
    const Expression condition = random.condition(3);
    Scope scope{Outlook{system, Instant{}, ""}};
    scope.variables = &variables;
    const Result<bool> before = Evaluator(scope).holds(condition);
    if (!before) continue;
    ++evaluated;
    const auto change = find_turn(scope, condition, !*before);
    if (!change) continue;
    ++said;
    ASSERT_FALSE(change->parts.empty()) << to_text(condition);
    for (const Supposition& part : change->parts) variables[part.subject] = part.enough;
    const Result<bool> after = Evaluator(scope).holds(condition);
    ASSERT_TRUE(after && *after != *before)
        << "seed " << seed << ": " << to_text(condition) << " with " << to_text(*change, system);
  }
  EXPECT_GT(evaluated, 15'000u);
  EXPECT_GT(said * 10, evaluated * 7) << "it says something as a rule";
}

TEST(CounterfactualProperty, WhatIsSoAlreadyNeedsNoChange) {
  const model::Project project =
      testing::ProjectBuilder().family("lab", {"lab1"}).component("app", "lab").build();
  const system::System system(project);
  for (unsigned seed = 1; seed <= 1'000; ++seed) {
    RandomConditions random(seed);
    const Variables variables = random.variables();
    const Expression condition = random.condition(3);
    Scope scope{Outlook{system, Instant{}, ""}};
    scope.variables = &variables;
    const Result<bool> truth = Evaluator(scope).holds(condition);
    if (!truth) continue;
    const auto change = find_turn(scope, condition, *truth);
    ASSERT_TRUE(change);
    EXPECT_TRUE(change->parts.empty());
  }
}

}  // namespace
}  // namespace attune::workflow
