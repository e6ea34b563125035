// SPDX-License-Identifier: Apache-2.0
#include "dsl/deployment_parser.h"

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
  std::string out = to_json(parse_deployment(make_source(name, text, found), found));
  for (const std::string_view part :
       {"\"classes\"", "\"relations\"", "\"notes\"", "{\"name\"", "{\"type\"", "{\"for\""}) {
    for (size_t at = out.find(part); at != out.npos; at = out.find(part, at + part.size() + 3))
      out.insert(at, "\n  ");
  }
  out += '\n';
  found.sort();
  for (const Diagnostic& one : found.all()) out += to_text(one);
  return out;
}

class DeploymentFile : public ::testing::TestWithParam<std::string> {};

TEST_P(DeploymentFile, IsParsedAsItsGoldenFileSays) {
  const std::filesystem::path file = GetParam();
  EXPECT_TRUE(test::matches_golden(std::filesystem::path(file).replace_extension(".txt"),
                                   parsed(file.filename(), test::load_file(test::golden_folder() / file))));
}

INSTANTIATE_TEST_SUITE_P(Right, DeploymentFile,
                         ::testing::ValuesIn(test::golden_cases("deployment/right", ".mmd")),
                         test::case_name);
INSTANTIATE_TEST_SUITE_P(Wrong, DeploymentFile,
                         ::testing::ValuesIn(test::golden_cases("deployment/wrong", ".mmd")),
                         test::case_name);

TEST(DeploymentParser, RubbishIsRefusedAndNeverFatal) {
  for (const std::string_view text :
       {"", "\n", "classDiagram", "---", "---\n", "{", "}", "classDiagram\n}", "classDiagram\nclass",
        "classDiagram\nclass a {", "classDiagram\n\"", "\xFF", "classDiagram\nclass \xC3\xA9",
        "classDiagram\na \"1\" -->", "classDiagram\n<<", "classDiagram\nnamespace {"}) {
    EXPECT_NE(parsed("x.mmd", std::string(text)).find("error:"), std::string::npos) << text;
  }
}

}  // namespace
}  // namespace attune::dsl
