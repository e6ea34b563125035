// SPDX-License-Identifier: Apache-2.0
#include "dsl/diagram_builder.h"

#include <filesystem>
#include <string>

#include <gtest/gtest.h>

#include "dsl/project_loader.h"
#include "tests/dsl/diagram_text.h"
#include "tests/support/catalog.h"
#include "tests/support/folder_case.h"
#include "tests/support/golden.h"

namespace attune::dsl {
namespace {

// What is found in the project that base.project and the case make together, then its diagrams.
std::string reactions(const std::string& name) {
  const test::FolderCase folder(test::load_file(test::golden_folder() / "reactions/base.project") +
                                test::load_file(test::golden_folder() / name));
  Diagnostics found;
  const LoadedProject loaded = load_project((folder.path() / "project").string(), test::catalog(),
                                            (folder.path() / "stock").string(), found);
  std::string out;
  for (const Diagnostic& one : found.all()) out += to_text(one);
  if (!found.has_errors()) {
    for (const auto& [event, diagram] : loaded.project.diagrams) out += test::shown(diagram);
  }
  return folder.without_path(out, ".");
}

class ReactionCase : public ::testing::TestWithParam<std::string> {};

TEST_P(ReactionCase, IsCheckedAsItsGoldenFileSays) {
  const std::filesystem::path file = GetParam();
  EXPECT_TRUE(test::matches_golden(std::filesystem::path(file).replace_extension(".txt"), reactions(file)));
}

INSTANTIATE_TEST_SUITE_P(Golden, ReactionCase, ::testing::ValuesIn(test::golden_cases("reactions", ".case")),
                         test::case_name);

}  // namespace
}  // namespace attune::dsl
