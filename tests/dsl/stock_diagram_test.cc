// SPDX-License-Identifier: Apache-2.0
// The diagrams that ship, each in a project that names it.
#include <filesystem>
#include <set>
#include <string>

#include <gtest/gtest.h>

#include "dsl/project_loader.h"
#include "tests/dsl/diagram_text.h"
#include "tests/support/catalog.h"
#include "tests/support/folder_case.h"
#include "tests/support/golden.h"

namespace attune::dsl {
namespace {

struct Use {
  const char* diagram;
  const char* event;  // of the classes in base.project
};
constexpr Use kUses[] = {{"migrate", "cpu_high"},          {"repair", "component_failed"},
                         {"relocate", "component_failed"}, {"grow", "overload"},
                         {"shrink", "overload"},           {"report", "run_failed"}};

class StockDiagram : public ::testing::TestWithParam<Use> {};

TEST_P(StockDiagram, FitsAProjectThatNamesIt) {
  const Use use = GetParam();
  const test::FolderCase folder(test::load_file(test::golden_folder() / "reactions/base.project") +
                                "=== project/attune.info\ndiagrams { " + use.event + " stock:" + use.diagram +
                                " }\n");
  Diagnostics found;
  const LoadedProject loaded = load_project((folder.path() / "project").string(), test::catalog(),
                                            test::source_root().string(), found);
  for (const Diagnostic& one : found.all()) ADD_FAILURE() << to_text(one);
  ASSERT_TRUE(loaded.project.diagrams.contains(use.event));
  EXPECT_TRUE(test::matches_golden(std::string("stock/") + use.diagram + ".txt",
                                   test::shown(loaded.project.diagrams.at(use.event))));
}

INSTANTIATE_TEST_SUITE_P(All, StockDiagram, ::testing::ValuesIn(kUses),
                         [](const ::testing::TestParamInfo<Use>& one) {
                           return std::string(one.param.diagram);
                         });

TEST(StockDiagrams, AreAllTried) {
  std::set<std::string> tried, shipped;
  for (const Use& use : kUses) tried.insert(use.diagram);
  for (const auto& entry : std::filesystem::directory_iterator(test::source_root() / "diagrams"))
    shipped.insert(entry.path().stem().string());
  EXPECT_EQ(tried, shipped);
}

}  // namespace
}  // namespace attune::dsl
