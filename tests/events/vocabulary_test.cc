// SPDX-License-Identifier: Apache-2.0
#include "runtime/events/vocabulary.h"

#include <gtest/gtest.h>

namespace attune::events {
namespace {

TEST(Vocabulary, HoldsWhatIsAnsweredDeclaredOrTheManagersOwn) {
  model::Project project;
  project.diagrams["cpu_high"].event = "cpu_high";
  project.wrappers["probe"].events.push_back({"cpu_low", {}, {}});
  const Vocabulary vocabulary(project);
  EXPECT_TRUE(vocabulary.has("cpu_high"));
  EXPECT_TRUE(vocabulary.has("cpu_low"));
  EXPECT_TRUE(vocabulary.has("host_down"));
  EXPECT_FALSE(vocabulary.has("cpu_hihg"));
}

TEST(Vocabulary, KeepsTheManagersOwnFromProbesButNotWhatTellsOfPrices) {
  const Vocabulary vocabulary{model::Project{}};
  for (const char* event : {"host_empty", "overload_site"})
    EXPECT_TRUE(vocabulary.is_reserved(event)) << event;
  for (const char* event : {"price_changed", "capacity_changed"}) {
    EXPECT_TRUE(vocabulary.has(event)) << event;
    EXPECT_FALSE(vocabulary.is_reserved(event)) << event;
  }
}

}  // namespace
}  // namespace attune::events
