// SPDX-License-Identifier: Apache-2.0
#include "dsl/diagram_parser.h"

#include <filesystem>
#include <string>

#include <gtest/gtest.h>

#include "dsl/syntax_json.h"
#include "tests/support/golden.h"

namespace attune::dsl {
namespace {

// The tree with each part on a line of its own, then what is wrong.
std::string parsed(const std::string& name, const std::string& text) {
  Diagnostics found;
  const auto tree = parse_diagram(make_source(name, text, found), found);
  std::string out = tree ? to_json(*tree) : "no diagram";
  for (const std::string_view part :
       {"\"states\"", "\"transitions\"", "\"notes\"", "{\"id\"", "{\"parent\"", "{\"for\""}) {
    for (size_t at = out.find(part); at != out.npos; at = out.find(part, at + part.size() + 3))
      out.insert(at, "\n  ");
  }
  out += '\n';
  found.sort();
  for (const Diagnostic& one : found.all()) out += to_text(one);
  return out;
}

class DiagramFile : public ::testing::TestWithParam<std::string> {};

TEST_P(DiagramFile, IsParsedAsItsGoldenFileSays) {
  const std::filesystem::path file = GetParam();
  EXPECT_TRUE(test::matches_golden(std::filesystem::path(file).replace_extension(".txt"),
                                   parsed(file.filename(), test::load_file(test::golden_folder() / file))));
}

INSTANTIATE_TEST_SUITE_P(Right, DiagramFile,
                         ::testing::ValuesIn(test::golden_cases("diagrams/right", ".mmd")), test::case_name);
INSTANTIATE_TEST_SUITE_P(Wrong, DiagramFile,
                         ::testing::ValuesIn(test::golden_cases("diagrams/wrong", ".mmd")), test::case_name);

TEST(DiagramParser, AnEmptyOneIsSaidToBeEmptyAndHowOneBegins) {
  for (const char* text : {"", "\n \n", "%% to do\n", "---\ntitle: x\n---\n"}) {
    const std::string said = parsed("x.mmd", text);
    EXPECT_NE(said.find("x.mmd:1:1: error: this diagram is empty [header]"), std::string::npos) << said;
    EXPECT_NE(said.find("begin it with the line stateDiagram-v2"), std::string::npos) << said;
  }
}

TEST(DiagramParser, RubbishIsRefusedAndNeverFatal) {
  for (const std::string_view text :
       {"", "\n", "stateDiagram", "stateDiagram-v2\n}", "stateDiagram-v2\nstate",
        "stateDiagram-v2\nstate a {", "stateDiagram-v2\n\"", "\xFF", "stateDiagram-v2\na -->",
        "stateDiagram-v2\na :", "stateDiagram-v2\na : (", "stateDiagram-v2\nnote",
        "stateDiagram-v2\nnote right of a", "stateDiagram-v2\n--", "---\nstateDiagram-v2",
        "stateDiagram-v2\na : \"", "stateDiagram-v2\na --> b : [", "stateDiagram-v2\nstate \"\" as"}) {
    EXPECT_NE(parsed("x.mmd", std::string(text)).find("error:"), std::string::npos) << text;
  }
}

TEST(DiagramParser, DepthIsBounded) {
  const std::string many(100'000, '(');
  EXPECT_NE(parsed("x.mmd", "stateDiagram-v2\na : x = " + many).find("action-too-long"), std::string::npos);
  std::string deep = "stateDiagram-v2\n";
  for (int i = 0; i < 100; ++i) deep += "state s" + std::to_string(i) + " {\n";
  EXPECT_NE(parsed("x.mmd", deep).find("too-deep"), std::string::npos);
}

TEST(DiagramParser, LengthIsBounded) {
  const std::string found = parsed("x.mmd", "stateDiagram-v2\n" + std::string(20'000, '\n'));
  EXPECT_NE(found.find("x.mmd:20001:1: error: a diagram of more than 20000 lines [too-long]\n"), found.npos);
}

}  // namespace
}  // namespace attune::dsl
