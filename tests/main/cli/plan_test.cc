// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "tests/main/cli/transcript.h"
#include "tests/support/folder_case.h"
#include "tests/support/golden.h"

namespace attune::cli {
namespace {

using ::testing::HasSubstr;

class PlanCase : public ::testing::TestWithParam<std::string> {};

// Each is a project's folder as one text; the plan as it is shown, then with its calls.
TEST_P(PlanCase, IsPlannedAsItsGoldenFileSays) {
  const std::filesystem::path file = GetParam();
  const test::FolderCase folder(test::load_file(test::golden_folder() / file));
  const std::string path = (folder.path() / "project").string();
  std::string text;
  for (const std::vector<std::string>& words :
       {std::vector<std::string>{"plan", path}, {"plan", "-v", path}}) {
    const Ran ran = run_words(words);
    text += ran.out + ran.err + "[exit " + std::to_string(static_cast<int>(ran.code)) + "]\n\n";
  }
  EXPECT_TRUE(test::matches_golden(std::filesystem::path(file).replace_extension(".txt"),
                                   folder.without_path(text, ".")));
}

INSTANTIATE_TEST_SUITE_P(Golden, PlanCase, ::testing::ValuesIn(test::golden_cases("plans", ".case")),
                         test::case_name);

TEST(Plan, IsTheSameAsJson) {
  const Ran ran = run_words({"plan", "--json", (test::source_root() / "examples/local").string()});
  EXPECT_EQ(ran.code, ExitCode::kDone);
  const auto plan = nlohmann::json::parse(ran.out);
  EXPECT_EQ(plan["project"], "local");
  EXPECT_EQ(plan["components"].size(), 3u);
  EXPECT_EQ(plan["components"][1]["bindings"]["store"], nlohmann::json({"database"}));
  EXPECT_EQ(plan["steps"][0]["calls"][0]["stub"], "deploy");
  EXPECT_EQ(plan["steps"][1]["calls"][0]["arguments"][1], "database");
  EXPECT_EQ(plan["problem"], nullptr);
}

TEST(Plan, WarningsDoNotKeepItBack) {
  const test::FolderCase folder(
      "=== deployment.mmd\nclassDiagram\n  class here {\n    <<host-family>>\n    +nodefile: String = "
      "\"nodes\"\n"
      "    +protocol: String = \"local\"\n  }\n  class app {\n    +host-family: String = \"here\"\n"
      "    +Initial: Integer = 2\n  }\n=== nodes\nlocal\n");
  const Ran ran = run_words({"plan", folder.path().string()});
  EXPECT_EQ(ran.code, ExitCode::kDone);
  EXPECT_THAT(ran.err, HasSubstr("warning:"));
}

}  // namespace
}  // namespace attune::cli
