// SPDX-License-Identifier: Apache-2.0
#include "dsl/formatter.h"

#include <filesystem>

#include <gtest/gtest.h>

#include "dsl/action_format.h"
#include "dsl/syntax_json.h"
#include "tests/support/golden.h"

namespace attune::dsl {
namespace {

std::optional<std::string> formatted_text(std::string text) {
  Diagnostics found;
  return formatted(make_source("x.mmd", std::move(text), found), found);
}

// Without blanks: the tree has actions and attributes as they are written.
std::string tree(std::string text) {
  Diagnostics found;
  std::string json = syntax_json("x.mmd", std::move(text), found);
  std::erase(json, ' ');
  return json;
}

class FormattedFile : public ::testing::TestWithParam<std::string> {};

TEST_P(FormattedFile, MeansTheSameAndStaysSo) {
  const std::string text = test::load_file(test::golden_folder() / GetParam());
  const auto once = formatted_text(text);
  ASSERT_TRUE(once);
  EXPECT_EQ(tree(*once), tree(text));
  EXPECT_EQ(formatted_text(*once), once);
}

INSTANTIATE_TEST_SUITE_P(Diagrams, FormattedFile,
                         ::testing::ValuesIn(test::golden_cases("diagrams/right", ".mmd")), test::case_name);
INSTANTIATE_TEST_SUITE_P(Deployments, FormattedFile,
                         ::testing::ValuesIn(test::golden_cases("deployment/right", ".mmd")),
                         test::case_name);

class FormatCase : public ::testing::TestWithParam<std::string> {};

TEST_P(FormatCase, IsWrittenAsItsGoldenFileSays) {
  const std::filesystem::path file = GetParam();
  const auto text = formatted_text(test::load_file(test::golden_folder() / file));
  ASSERT_TRUE(text);
  EXPECT_TRUE(test::matches_golden(std::filesystem::path(file).replace_extension(".txt"), *text));
}

INSTANTIATE_TEST_SUITE_P(Golden, FormatCase, ::testing::ValuesIn(test::golden_cases("format", ".mmd")),
                         test::case_name);

TEST(Formatted, WhatCannotBeReadIsLeftAsItIs) {
  EXPECT_FALSE(formatted_text("stateDiagram-v2\n  a :  x = (\n"));
  EXPECT_FALSE(formatted_text("classDiagram\n  class a {\n"));
}

TEST(FormattedAction, OperatorsStandBetweenBlanks) {
  EXPECT_EQ(formatted_action("target=hosts.least_loaded( free_memory>=this.memory )"),
            "target = hosts.least_loaded(free_memory >= this.memory)");
  EXPECT_EQ(formatted_action("emit( cpu_high,guest,cpu=95% )"), "emit(cpu_high, guest, cpu = 95%)");
  EXPECT_EQ(formatted_action("[not( a and b )or c!=none]"), "[not (a and b) or c != none]");
}

TEST(FormattedAction, ASignStandsWithItsNumber) {
  EXPECT_EQ(formatted_action("x = - 1 - -2*( - y )"), "x = -1 - -2 * (-y)");
  EXPECT_EQ(formatted_action("x = y-1"), "x = y - 1");
}

TEST(FormattedAction, OneMoreAndOneLessStandWithTheirClass) {
  EXPECT_EQ(formatted_action("added = app ++"), "added = app++");
  EXPECT_EQ(formatted_action("app -- ( app1 )"), "app--(app1)");
}

}  // namespace
}  // namespace attune::dsl
