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

constexpr std::string_view kLoose =
    "=== deployment.mmd\n"
    "classDiagram\n"
    "class app{\n"
    "+initial:Integer=1\n"
    "}\n"
    "=== diagrams/start.mmd\n"
    "stateDiagram-v2\n"
    "  [*] --> a\n"
    "  a : app.start()\n";
constexpr std::string_view kTight = "classDiagram\n  class app {\n    +initial: Integer = 1\n  }\n";

class FmtTest : public ::testing::Test {
 protected:
  std::string file(const std::string& name) const { return (folder_.path() / name).string(); }
  Ran run(std::vector<std::string> words) const {
    words.insert(words.begin(), "fmt");
    return run_words(words);
  }
  std::string content(const std::string& name) const { return test::load_file(folder_.path() / name); }

  test::FolderCase folder_{kLoose};
};

TEST_F(FmtTest, WritesWhatIsWrittenOtherwise) {
  const Ran ran = run({folder_.path()});
  EXPECT_EQ(ran.code, ExitCode::kDone);
  EXPECT_EQ(ran.out, file("deployment.mmd") + ": changed\n1 of 2 files changed\n");
  EXPECT_EQ(content("deployment.mmd"), kTight);
  EXPECT_EQ(run({folder_.path()}).out, "0 of 2 files changed\n");
}

TEST_F(FmtTest, ChecksWithoutAChange) {
  const std::string before = content("deployment.mmd");
  const Ran ran = run({"--check", folder_.path()});
  EXPECT_EQ(ran.code, ExitCode::kFailed);
  EXPECT_THAT(ran.out, HasSubstr("deployment.mmd: would be changed"));
  EXPECT_EQ(content("deployment.mmd"), before);
}

TEST_F(FmtTest, KeepsTheMarkAndTheEndsOfLines) {
  const std::string tight =
      "\xEF\xBB\xBF"
      "classDiagram\r\n  class app {\r\n    +initial: Integer = 1\r\n  }\r\n";
  folder_.write("deployment.mmd", tight);
  EXPECT_EQ(run({"--check", file("deployment.mmd")}).code, ExitCode::kDone);
  folder_.write("deployment.mmd",
                "\xEF\xBB\xBF"
                "classDiagram\r\nclass app{\r\n+initial:Integer=1\r\n}\n");
  EXPECT_EQ(run({file("deployment.mmd")}).code, ExitCode::kDone);
  EXPECT_EQ(content("deployment.mmd"), tight);
}

TEST_F(FmtTest, LeavesWhatCannotBeReadAndSaysWhere) {
  folder_.write("diagrams/start.mmd", "stateDiagram-v2\n  a  : x = (\n");
  const Ran ran = run({folder_.path()});
  EXPECT_EQ(ran.code, ExitCode::kFailed);
  EXPECT_THAT(ran.err, HasSubstr("start.mmd:2:"));
  EXPECT_EQ(content("diagrams/start.mmd"), "stateDiagram-v2\n  a  : x = (\n");
  EXPECT_EQ(content("deployment.mmd"), kTight);  // the others all the same
}

TEST_F(FmtTest, OfAnotherKindOfDiagramItSaysWhichItWrites) {
  folder_.write("flow.mmd", "%% drawn\nflowchart LR\n  a --> b\n");
  const Ran ran = run({file("flow.mmd")});
  EXPECT_EQ(ran.code, ExitCode::kFailed);
  EXPECT_THAT(ran.err, HasSubstr("flow.mmd:2:1: error: this is neither a class diagram nor a state diagram"));
}

TEST_F(FmtTest, TellsOfEachFileInJson) {
  const auto json = nlohmann::json::parse(run({"--json", folder_.path()}).out);
  ASSERT_EQ(json["files"].size(), 2u);
  EXPECT_EQ(json["files"][0]["changed"], true);
  EXPECT_EQ(json["files"][1]["changed"], false);
}

TEST_F(FmtTest, FollowsNoLinkOutOfTheFolder) {
  const test::FolderCase elsewhere(kLoose);
  std::filesystem::create_symlink(elsewhere.path() / "deployment.mmd", folder_.path() / "link.mmd");
  EXPECT_THAT(run({folder_.path()}).out, HasSubstr("of 2 files"));
  EXPECT_NE(test::load_file(elsewhere.path() / "deployment.mmd"), kTight);
}

TEST_F(FmtTest, AFileOfAnotherKindIsRefusedInOneLine) {
  folder_.write("README.md", "# Shop\n");
  const Ran ran = run({file("README.md"), "--check"});
  EXPECT_EQ(ran.code, ExitCode::kUsage);
  EXPECT_THAT(ran.err, HasSubstr("README.md: no diagram (*.mmd) and no wrapper (*.xml)\n"));
}

TEST_F(FmtTest, AFileThatIsNotThereAndAFolderWithoutDiagramsAreSaid) {
  EXPECT_EQ(run({file("none.mmd")}).code, ExitCode::kUsage);
  std::filesystem::create_directory(folder_.path() / "empty");
  const Ran ran = run({file("empty")});
  EXPECT_EQ(ran.code, ExitCode::kUsage);
  EXPECT_THAT(ran.err, HasSubstr("there is no diagram"));
}

TEST(FmtOfRepository, WhatShipsIsFormatted) {
  const auto tree = test::golden_folder().parent_path().parent_path();
  const Ran ran = run_words({"fmt", "--check", (tree / "diagrams").string(), (tree / "examples").string()});
  EXPECT_EQ(ran.code, ExitCode::kDone) << ran.out;
}

}  // namespace
}  // namespace attune::cli
