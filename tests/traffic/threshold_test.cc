// SPDX-License-Identifier: Apache-2.0
#include "runtime/traffic/threshold.h"

#include <gtest/gtest.h>

namespace attune::traffic {
namespace {

constexpr double kHalf = 0.5;

TEST(ThresholdTest, APairOfTwoInNoGroupOpensOne) {
  EXPECT_EQ(threshold_partition(5, {{0, 1, 100}, {2, 3, 1}}, kHalf), (Partition{0, 0, 1, 1, 2}));
}

TEST(ThresholdTest, WhoReachesTheThresholdJoins) {
  EXPECT_EQ(threshold_partition(3, {{0, 1, 100}, {1, 2, 50}}, kHalf), (Partition{0, 0, 0}));
  EXPECT_EQ(threshold_partition(3, {{0, 1, 100}, {1, 2, 49}}, kHalf), (Partition{0, 0, 1}));
}

TEST(ThresholdTest, TheThresholdFollowsTheMean) {
  // After 100 and 60 the mean is 80: 40 is enough, as it would not have been of 100.
  EXPECT_EQ(threshold_partition(4, {{0, 1, 100}, {1, 2, 60}, {2, 3, 40}}, kHalf), (Partition{0, 0, 0, 0}));
  EXPECT_EQ(threshold_partition(4, {{0, 1, 100}, {1, 2, 60}, {2, 3, 39}}, kHalf), (Partition{0, 0, 0, 1}));
}

TEST(ThresholdTest, TwoGroupsMergeByAPairThatBothAccept) {
  EXPECT_EQ(threshold_partition(4, {{0, 1, 100}, {2, 3, 80}, {1, 2, 50}}, kHalf), (Partition{0, 0, 0, 0}));
  EXPECT_EQ(threshold_partition(4, {{0, 1, 100}, {2, 3, 80}, {1, 2, 45}}, kHalf), (Partition{0, 0, 1, 1}));
}

TEST(ThresholdTest, APairInsideCountsIntoTheMean) {
  // Of 100, 100 and 52 the mean is 84, whose half 43 reaches; of the first two it would be 100.
  EXPECT_EQ(threshold_partition(4, {{0, 1, 100}, {1, 2, 100}, {0, 2, 52}, {2, 3, 43}}, kHalf),
            (Partition{0, 0, 0, 0}));
}

TEST(ThresholdTest, AWeakPairInsideDoesNotPullTheMeanDown) {
  EXPECT_EQ(threshold_partition(4, {{0, 1, 100}, {1, 2, 100}, {0, 2, 10}, {2, 3, 9}}, kHalf),
            (Partition{0, 0, 0, 1}));
}

TEST(ThresholdTest, DoesNotDependOnTheOrderInWhichPairsAreGiven) {
  EXPECT_EQ(threshold_partition(4, {{2, 3, 40}, {1, 2, 60}, {0, 1, 100}}, kHalf), (Partition{0, 0, 0, 0}));
}

TEST(ThresholdTest, EqualPairsHoldTogetherAlsoWithTheWholeMean) {
  std::vector<Pair> chain;
  for (uint32_t i = 0; i < 100; ++i) chain.push_back({i, i + 1, 0.1});
  EXPECT_EQ(threshold_partition(101, chain, 1), Partition(101, 0));
}

}  // namespace
}  // namespace attune::traffic
