// SPDX-License-Identifier: Apache-2.0
#include "dsl/project_loader.h"

#include <filesystem>
#include <string>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "tests/dsl/project_text.h"
#include "tests/support/catalog.h"
#include "tests/support/folder_case.h"
#include "tests/support/golden.h"

namespace attune::dsl {
namespace {

// What is wrong with the project, or what it says where nothing is.
std::string loaded(const test::FolderCase& folder) {
  Diagnostics found;
  const LoadedProject project = load_project((folder.path() / "project").string(), test::catalog(),
                                             (folder.path() / "stock").string(), found, test::file_rules());
  std::string out;
  for (const Diagnostic& one : found.all()) out += to_text(one);
  if (!found.has_errors())
    out += test::shown(project.project) + test::shown(project.instances, project.project);
  return folder.without_path(folder.without_path(out, "."), ".");
}

class ProjectCase : public ::testing::TestWithParam<std::string> {};

TEST_P(ProjectCase, IsLoadedAsItsGoldenFileSays) {
  const std::filesystem::path file = GetParam();
  const test::FolderCase folder(test::load_file(test::golden_folder() / file));
  EXPECT_TRUE(test::matches_golden(std::filesystem::path(file).replace_extension(".txt"), loaded(folder)));
}

INSTANTIATE_TEST_SUITE_P(Golden, ProjectCase, ::testing::ValuesIn(test::golden_cases("projects", ".case")),
                         test::case_name);

TEST(ProjectLoader, ALinkOutOfTheFolderIsNotFollowed) {
  const test::FolderCase folder(
      "=== project/deployment.mmd\nclassDiagram\n  class lab {\n    <<host-family>>\n"
      "    +nodefile: String = \"nodes\"\n  }\n=== secret\nroot\n");
  std::filesystem::create_symlink(folder.path() / "secret", folder.path() / "project/nodes");
  EXPECT_NE(loaded(folder).find("is a link out of the project's folder [outside]"), std::string::npos);
}

TEST(ProjectLoader, ADiagramThatCannotBeReadIsNotPassedOver) {
  const test::FolderCase folder(
      "=== project/deployment.mmd\nclassDiagram\n  class lab {\n    <<host-family>>\n"
      "    +nodefile: String = \"nodes\"\n  }\n=== project/nodes\nlab1\n");
  const auto diagrams = folder.path() / "project/diagrams";
  std::filesystem::create_directories(diagrams / "folder.mmd");
  std::filesystem::create_symlink("nowhere.mmd", diagrams / "busy.mmd");
  std::filesystem::create_symlink("nowhere.mmd", diagrams / ".#editing.mmd");
  const std::string found = loaded(folder);
  EXPECT_NE(found.find("diagrams/busy.mmd' is a link that leads to no file [unreadable]"), std::string::npos)
      << found;
  EXPECT_NE(found.find("diagrams/folder.mmd' is no file [unreadable]"), std::string::npos) << found;
  EXPECT_EQ(found.find("editing"), std::string::npos) << found;
}

// It took half a minute, and would again if the work grew with the cube of their number.
TEST(ProjectLoader, ThousandsOfClassesAndBindingsAreLoadedInAMoment) {
  std::string text =
      "=== project/deployment.mmd\nclassDiagram\n  class lab {\n    <<host-family>>\n"
      "    +nodefile: String = \"nodes\"\n  }\n";
  for (int i = 1; i <= 2000; ++i)
    text += fmt::format("  class app{}x {{\n    +host-family: String = \"lab\"\n  }}\n", i);
  for (int i = 2; i <= 2000; ++i) text += fmt::format("  app{}x \"1\" --> \"1\" app{}x : next\n", i - 1, i);
  const test::FolderCase folder(text + "=== project/nodes\nhere address=127.0.0.1\n");
  EXPECT_NE(loaded(folder).find("app2000x"), std::string::npos);
}

TEST(ProjectLoader, AMissingFolderIsSaid) {
  const test::FolderCase folder("");
  EXPECT_NE(loaded(folder).find("there is no folder './project' [no-project]"), std::string::npos);
}

}  // namespace
}  // namespace attune::dsl
