// SPDX-License-Identifier: Apache-2.0
#include "runtime/main/lsp/project_view.h"

#include <gtest/gtest.h>

#include "tests/main/lsp/small_shop.h"
#include "tests/support/catalog.h"

namespace attune::lsp {
namespace {

class ProjectViewTest : public testing::Test {
 protected:
  const SourceFile* file_of(const std::string& event) { return view.read().diagrams.at(event).file.get(); }

  test::SmallShop shop;
  const Shipped shipped{test::catalog(), test::file_rules(), {}};
  ProjectView view{shop.path("deployment.mmd").substr(0, shop.path("").size() - 1), shipped};
};

TEST_F(ProjectViewTest, ParsesOnlyWhatHasChanged) {
  view.load();
  const SourceFile *start = file_of("start"), *cpu_high = file_of("cpu_high");
  view.set_text(shop.cpu_high(), std::string(test::SmallShop::kCpuHigh) + "\n");
  view.load();
  EXPECT_EQ(file_of("start"), start);
  EXPECT_NE(file_of("cpu_high"), cpu_high);
}

TEST_F(ProjectViewTest, FindsInWhatHasNotChangedTheSameAgain) {
  view.set_text(shop.start(), "stateDiagram-v2\n  nonsense\n");
  view.load();
  const size_t before = view.found().all().size();
  EXPECT_GT(before, 0u);
  view.set_stale();
  view.load();
  EXPECT_EQ(view.found().all().size(), before);
}

TEST_F(ProjectViewTest, KeepsTheModelWhileDeclarationsAreBroken) {
  view.load();
  view.set_text(shop.deployment(), "classDiagram\n  class app {\n");
  view.load();
  EXPECT_TRUE(view.found().has_errors());
  EXPECT_NE(view.project().find_class("database"), nullptr);
}

TEST_F(ProjectViewTest, IsReadOnlyWhenSomethingHasChanged) {
  view.load();
  view.load();
  EXPECT_EQ(view.generation(), 1u);
  view.forget_text(shop.start());  // was not open
  view.load();
  EXPECT_EQ(view.generation(), 1u);
}

TEST_F(ProjectViewTest, NamesFilesThatWereNeverSaved) {
  view.set_text(shop.path("wrappers/new.xml"), "");
  EXPECT_EQ(view.files("wrappers", ".xml"), (std::vector<std::string>{"app.xml", "new.xml"}));
  view.set_text(shop.path("more.nodes"), "");
  EXPECT_EQ(view.files("", ".nodes"), (std::vector<std::string>{"lab.nodes", "more.nodes"}));
}

}  // namespace
}  // namespace attune::lsp
