// SPDX-License-Identifier: Apache-2.0
#include "runtime/workflow/stage.h"

#include <gtest/gtest.h>

#include "tests/support/project_builder.h"

namespace attune::workflow {
namespace {

class StageTest : public ::testing::Test {
 protected:
  void emit(const std::string& name, const std::string& component) {
    Event event;
    event.name = name;
    event.component = component;
    stage_.emit(std::move(event));
  }

  const model::Project project_ = testing::ProjectBuilder().family("lab", {"lab1"}).build();
  system::System system_{project_};
  Stage stage_{project_, system_, {}, 1};
};

TEST_F(StageTest, OfAStormThatRunsMakeTheNewestOfANameAndComponentCounts) {
  emit("tired", "app1");
  for (size_t i = 1; i < Stage::kMostEmitted; ++i) emit("noise", "app" + std::to_string(i));
  EXPECT_EQ(stage_.ledger.size(), 0u) << "there was room for all";
  emit("tired", "app1");
  EXPECT_EQ(stage_.emitted.size(), Stage::kMostEmitted);
  EXPECT_EQ(stage_.emitted.front().name, "noise");
  EXPECT_EQ(stage_.emitted.back().name, "tired");
  const auto* left = std::get_if<EventSuppressed>(&stage_.ledger.records().back().what);
  ASSERT_NE(left, nullptr);
  EXPECT_EQ(left->why, "16384 wait, and a newer one takes its place");
}

TEST_F(StageTest, TheFirstOfItsNameIsTakenAlsoThen) {
  for (size_t i = 0; i < Stage::kMostEmitted; ++i) emit("noise", "app1");
  emit("tired", "app1");
  EXPECT_EQ(stage_.emitted.size(), Stage::kMostEmitted + 1);
}

}  // namespace
}  // namespace attune::workflow
