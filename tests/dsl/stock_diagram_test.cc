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
                         {"shrink", "overload"},           {"report", "run_failed"},
                         {"power_off", "host_empty"}};

// One that switches hosts needs someone who can.
std::string base_for(const Use& use) {
  std::string base = test::load_file(test::golden_folder() / "reactions/base.project");
  if (std::string_view(use.event) != "host_empty") return base;
  const std::string_view family = "    +nodefile: String = \"big.nodes\"\n";
  base.insert(base.find(family) + family.size(), "    +power: String = \"board\"\n");
  const std::string_view next = "  class bare {\n";
  base.insert(base.find(next),
              "  class board {\n    +wrapper: String = \"board.xml\"\n"
              "    +host-family: String = \"lab\"\n  }\n");
  return base +
         "=== project/wrappers/board.xml\n<wrapper name=\"board\">\n"
         "  <method name=\"power_off\" key=\"Script\" method=\"join\"><param value=\"$1.name\"/></method>\n"
         "  <method name=\"power_on\" key=\"Script\" method=\"join\"><param value=\"$1.name\"/></method>\n"
         "</wrapper>\n";
}

class StockDiagram : public ::testing::TestWithParam<Use> {};

TEST_P(StockDiagram, FitsAProjectThatNamesIt) {
  const Use use = GetParam();
  const test::FolderCase folder(base_for(use) + "=== project/attune.info\ndiagrams { " + use.event +
                                " stock:" + use.diagram + " }\n");
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
