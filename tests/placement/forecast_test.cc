// SPDX-License-Identifier: Apache-2.0
#include "runtime/placement/forecast.h"

#include <vector>

#include <gtest/gtest.h>

namespace attune::placement {
namespace {

using History = std::vector<double>;

TEST(Forecast, SteadyDemandGoesOn) {
  const Demand demand = forecast(History{2, 2, 2});
  EXPECT_DOUBLE_EQ(demand.mean, 2);
  EXPECT_NEAR(demand.variance, 0, 1e-12);
}

// Weights 2/3 and 1/3: mean 8/3; (4/3)² * 2/3 + (8/3)² / 3.
TEST(Forecast, NewValuesWeighMore) {
  const Demand demand = forecast(History{4, 0}, 0.5);
  EXPECT_DOUBLE_EQ(demand.mean, 8.0 / 3);
  EXPECT_DOUBLE_EQ(demand.variance, 32.0 / 9);
}

TEST(Forecast, OneValueMayVaryByItself) {
  const Demand demand = forecast(History{3});
  EXPECT_DOUBLE_EQ(demand.mean, 3);
  EXPECT_DOUBLE_EQ(demand.variance, 9);
}

TEST(Forecast, NothingIsWantedByWhoWasNeverSeen) {
  const Demand demand = forecast(History{});
  EXPECT_DOUBLE_EQ(demand.mean, 0);
  EXPECT_DOUBLE_EQ(demand.variance, 0);
}

TEST(Forecast, WhatIsImminentIsHalfOfWhatIsNow) {
  const Demand demand = imminent(History{4, 0}, 0.5);
  EXPECT_DOUBLE_EQ(demand.mean, (4 + 8.0 / 3) / 2);
  EXPECT_DOUBLE_EQ(demand.variance, 32.0 / 9);
  EXPECT_DOUBLE_EQ(imminent(History{}).mean, 0);
}

TEST(Forecast, DeviationsAreThoseOfTheNormalDistribution) {
  EXPECT_NEAR(deviations_of(0.5), 0, 1e-9);
  EXPECT_NEAR(deviations_of(0.05), 1.6448536, 1e-6);
  EXPECT_NEAR(deviations_of(0.01), 2.3263479, 1e-6);
}

}  // namespace
}  // namespace attune::placement
