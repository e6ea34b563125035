// SPDX-License-Identifier: Apache-2.0
#include "dsl/project_loader.h"

#include <filesystem>
#include <string>

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

TEST(ProjectLoader, AMissingFolderIsSaid) {
  const test::FolderCase folder("");
  EXPECT_NE(loaded(folder).find("there is no folder './project' [no-project]"), std::string::npos);
}

}  // namespace
}  // namespace attune::dsl
