// SPDX-License-Identifier: Apache-2.0
#include "runtime/placement/migration.h"

#include <gtest/gtest.h>

namespace attune::placement {
namespace {

TEST(Migration, AnIdleVmIsCopiedOnce) {
  const Migration one = predict(1000, 0, 100, 0);
  EXPECT_DOUBLE_EQ(one.traffic, 1000);
  EXPECT_DOUBLE_EQ(one.duration, 10);
  EXPECT_DOUBLE_EQ(one.downtime, 0);
}

// Rounds of 1000, 500, 250, 125, 62.5 and 31.25; what is left then, 15.625, is sent in 0.16 s.
TEST(Migration, RoundsAreAGeometricSeries) {
  const Migration one = predict(1000, 50, 100, 0);
  EXPECT_DOUBLE_EQ(one.downtime, 0.15625 * 1);
  EXPECT_DOUBLE_EQ(one.traffic, 1000 * (2 - 1.0 / 64));
}

TEST(Migration, WhatIsDirtiedFasterThanItIsSentEndsWithAllStandingStill) {
  const Migration one = predict(1000, 200, 100, 0);
  EXPECT_DOUBLE_EQ(one.downtime, 10);
  EXPECT_DOUBLE_EQ(one.traffic, 4000);
}

TEST(Migration, TheWayThereAndBackIsPartOfTheDowntime) {
  EXPECT_DOUBLE_EQ(predict(1000, 0, 100, 0.1).downtime, 0.2);
}

}  // namespace
}  // namespace attune::placement
