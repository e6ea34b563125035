// SPDX-License-Identifier: Apache-2.0
#include "dsl/formatter.h"

#include <algorithm>
#include <filesystem>
#include <iterator>

#include <gtest/gtest.h>
#include <tinyxml2.h>

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

INSTANTIATE_TEST_SUITE_P(Diagrams, FormatCase, ::testing::ValuesIn(test::golden_cases("format", ".mmd")),
                         test::case_name);
INSTANTIATE_TEST_SUITE_P(Wrappers, FormatCase, ::testing::ValuesIn(test::golden_cases("format", ".xml")),
                         test::case_name);

// What an XML parser makes of it, without comments.
class Elements final : public tinyxml2::XMLPrinter {
 public:
  Elements() : XMLPrinter(nullptr, true) {}
  bool Visit(const tinyxml2::XMLComment&) override { return true; }
};
std::string elements(const std::string& text) {
  tinyxml2::XMLDocument document;
  if (document.Parse(text.data(), text.size()) != tinyxml2::XML_SUCCESS) return document.ErrorStr();
  Elements printer;
  document.Print(&printer);
  return printer.CStr();
}

constexpr std::string_view kWrongWrappers[] = {
    "latin1",      "not-utf8",      "unknown-root", "xml-attribute-twice", "xml-comma",
    "xml-comment", "xml-doctype",   "xml-less",     "xml-encoding-bytes",  "xml-mismatch",
    "xml-text",    "xml-no-equals", "xml-two",      "xml-unclosed",        "xml-unquoted"};

class FormattedWrapper : public ::testing::TestWithParam<std::string> {};

TEST_P(FormattedWrapper, MeansTheSameAndStaysSo) {
  const std::string text = test::load_file(test::golden_folder() / GetParam());
  const auto once = formatted_text(text);
  const std::string name = std::filesystem::path(GetParam()).stem();
  ASSERT_EQ(once.has_value(), std::ranges::find(kWrongWrappers, name) == std::end(kWrongWrappers));
  if (!once) return;
  EXPECT_EQ(elements(*once), elements(text));
  EXPECT_EQ(formatted_text(*once), once);
}

INSTANTIATE_TEST_SUITE_P(Golden, FormattedWrapper,
                         ::testing::ValuesIn(test::golden_cases("wrappers", ".xml")), test::case_name);
INSTANTIATE_TEST_SUITE_P(Format, FormattedWrapper, ::testing::ValuesIn(test::golden_cases("format", ".xml")),
                         test::case_name);

TEST(WrapperFormat, IsOnlyOfAWrapper) {
  EXPECT_FALSE(formatted_text("<domain></domain>"));
  EXPECT_FALSE(formatted_text("<wrapper name='a'>"));
  EXPECT_FALSE(formatted_text("<!-- nothing -->"));
}

TEST(WrapperFormat, WhatShipsIsFormatted) {
  for (const char* folder : {"wrappers", "examples/local/wrappers", "templates/project/wrappers"})
    for (const auto& file : std::filesystem::directory_iterator(test::source_root() / folder)) {
      if (file.path().extension() != ".xml") continue;
      const std::string text = test::load_file(file.path());
      EXPECT_EQ(formatted_text(text), text) << file.path();
    }
}

TEST(Formatted, WhatCannotBeReadIsLeftAsItIs) {
  EXPECT_FALSE(formatted_text("stateDiagram-v2\n  a :  x = (\n"));
  EXPECT_FALSE(formatted_text("classDiagram\n  class a {\n"));
}

TEST(Formatted, NoByteIsLost) {
  EXPECT_FALSE(formatted_text("stateDiagram-v2\n  %% caf\xE9\n  [*] --> a\n"));
  EXPECT_FALSE(formatted_text("<wrapper name='a'><!-- caf\xE9 --></wrapper>"));
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
