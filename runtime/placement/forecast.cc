// SPDX-License-Identifier: Apache-2.0
#include "runtime/placement/forecast.h"

#include <cmath>

namespace attune::placement {

Demand forecast(std::span<const double> history, double fading) {
  Demand demand;
  double weights = 0, weight = 1;
  for (const double value : history) {
    demand.mean += weight * value;
    weights += weight;
    weight *= fading;
  }
  if (weights > 0) demand.mean /= weights;
  if (history.size() < 2) return {demand.mean, demand.mean * demand.mean};
  weight = 1;
  for (const double value : history) {
    demand.variance += weight / weights * (value - demand.mean) * (value - demand.mean);
    weight *= fading;
  }
  return demand;
}

Demand imminent(std::span<const double> history, double fading) {
  Demand demand = forecast(history, fading);
  if (!history.empty()) demand.mean = (demand.mean + history.front()) / 2;
  return demand;
}

// By halving: the standard library has the distribution, and not its inverse.
double deviations_of(double risk) {
  double low = 0, high = 40;
  for (int i = 0; i < 60; ++i) {
    const double middle = (low + high) / 2;
    (std::erfc(middle / std::sqrt(2.0)) / 2 > risk ? low : high) = middle;
  }
  return high;
}

}  // namespace attune::placement
