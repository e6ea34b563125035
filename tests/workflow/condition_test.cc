// SPDX-License-Identifier: Apache-2.0
// Conditions on many, and what can be read of the one that they look at.
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "runtime/workflow/evaluator.h"
#include "tests/support/project_builder.h"

namespace attune::workflow {
namespace {

using model::Expression;
using Form = Expression::Form;
using Meaning = Expression::Meaning;

Expression expression(Form form, std::string name, std::vector<Expression> operands = {}) {
  Expression e;
  e.form = form;
  e.name = std::move(name);
  e.operands = std::move(operands);
  return e;
}
Expression named(std::string name, Meaning meaning) {
  Expression e = expression(Form::kName, std::move(name));
  e.meaning = meaning;
  return e;
}
Expression equal(Expression left, const std::string& text) {
  Expression right = expression(Form::kLiteral, "");
  right.value = model::Value(text);
  Expression e = expression(Form::kBinary, "", {std::move(left), std::move(right)});
  e.op = model::Operator::kEqual;
  return e;
}

// Two hosts of one rack, and an `app` that contains a `cache`.
class Condition : public ::testing::Test {
 protected:
  Condition() : project_(make_project()), system_(project_) {
    EXPECT_TRUE(system_.apply(system::ComponentCreated{0, "app", "app", 1, system::kNoComponent}));
    EXPECT_TRUE(system_.apply(system::ComponentCreated{1, "cache", "cache", 1, 0}));
    EXPECT_TRUE(system_.apply(system::HostAssigned{0, "lab2"}));
  }

  static model::Project make_project() {
    model::Project project = testing::ProjectBuilder()
                                 .family("lab", {"lab1", "lab2"})
                                 .component("app", "lab")
                                 .component("cache")
                                 .contains("app", "cache", "cache")
                                 .build();
    project.families[0].attributes.push_back({"shelf", model::Type::kInteger, model::Value(int64_t{1}), {}});
    project.families[0].hosts[1].properties["shelf"] = "7";
    return project;
  }

  std::string worth(const Expression& e) {
    Scope scope{Outlook{system_, Instant{}, ""}};
    scope.self = 1;
    const Result<Operand> operand = Evaluator(scope).evaluate(e);
    return operand ? to_text(*operand, system_) : "error: " + operand.error().message;
  }

  const model::Project project_;
  system::System system_;
};

TEST_F(Condition, AnInnerConditionLooksAtItsOwnCandidates) {
  // lab.any(app.exists(name == "app")): of the apps, not of the host
  Expression inner =
      expression(Form::kCall, "exists",
                 {named("app", Meaning::kClass), equal(named("name", Meaning::kCandidate), "app")});
  EXPECT_EQ(worth(expression(Form::kCall, "any", {named("lab", Meaning::kFamily), std::move(inner)})),
            "lab1");
}

TEST_F(Condition, AContentKnowsItsContainer) {
  const Expression container = expression(Form::kMember, "container", {named("this", Meaning::kThis)});
  EXPECT_EQ(worth(container), "app");
  EXPECT_EQ(worth(expression(Form::kMember, "container", {container})), "none");
}

TEST_F(Condition, WhatANodeFileSaysHasTheTypeThatItsFamilyDeclares) {
  const Expression host = expression(Form::kMember, "host", {named("this", Meaning::kThis)});
  Expression sum = expression(Form::kBinary, "",
                              {expression(Form::kMember, "shelf", {host}), expression(Form::kLiteral, "")});
  sum.op = model::Operator::kAdd;
  sum.operands[1].value = model::Value(int64_t{1});
  EXPECT_EQ(worth(sum), "8");
}

}  // namespace
}  // namespace attune::workflow
