// SPDX-License-Identifier: Apache-2.0
#include "runtime/traffic/matrix.h"

#include <gtest/gtest.h>

namespace attune::traffic {
namespace {

TEST(MatrixTest, IsTheSameWhateverTheOrderOfItsCounts) {
  MatrixBuilder builder;
  builder.add_party("b", true);
  builder.add_party("a", true);
  builder.add("a", "b", {1, 10});
  builder.add("b", "a", {2, 20});
  const Matrix first = builder.build();
  builder.add_party("a", true);
  builder.add_party("b", true);
  builder.add("b", "a", {2, 20});
  builder.add("a", "b", {1, 10});
  EXPECT_EQ(builder.build(), first);
}

TEST(MatrixTest, SumsWhatAPairHasSeveralTimes) {
  MatrixBuilder builder;
  builder.add_party("a", true);
  builder.add_party("b", true);
  builder.add("a", "b", {1, 10});
  builder.add("a", "b", {2, 30});
  const Matrix matrix = builder.build();
  EXPECT_EQ(volume_of(matrix, 0, 1), (Volume{3, 40}));
  EXPECT_EQ(volume_of(matrix, 1, 0), Volume{});
}

TEST(MatrixTest, LeavesOutEmptyCellsButNotTheirParties) {
  MatrixBuilder builder;
  builder.add_party("a", true);
  builder.add_party("10.0.0.9", false);
  builder.add("10.0.0.9", "a", {});
  const Matrix matrix = builder.build();
  EXPECT_TRUE(matrix.cells.empty());
  EXPECT_EQ(matrix.parties, (std::vector<Party>{{"10.0.0.9", false}, {"a", true}}));
}

TEST(MatrixTest, AMachineStaysOneThatIsAlsoKnownAsAnAddress) {
  MatrixBuilder builder;
  builder.add_party("a", false);
  builder.add_party("a", true);
  EXPECT_EQ(builder.build().parties, (std::vector<Party>{{"a", true}}));
}

TEST(MatrixTest, FindsPartiesByTheirNames) {
  MatrixBuilder builder;
  builder.add_party("a", true);
  builder.add_party("c", true);
  const Matrix matrix = builder.build();
  EXPECT_EQ(find_party(matrix, "c"), 1);
  EXPECT_EQ(find_party(matrix, "b"), std::nullopt);
}

TEST(MatrixTest, NamesWhatIsMissingOnce) {
  MatrixBuilder builder;
  builder.add_missing("b");
  builder.add_missing("a");
  builder.add_missing("b");
  EXPECT_EQ(builder.build().missing, (std::vector<std::string>{"a", "b"}));
}

}  // namespace
}  // namespace attune::traffic
