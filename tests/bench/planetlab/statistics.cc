// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/planetlab/statistics.h"

#include <algorithm>
#include <cmath>

namespace attune::planetlab {

double median(std::vector<double> data) {
  if (data.empty()) return 0;
  std::ranges::sort(data);
  const size_t half = data.size() / 2;
  return data.size() % 2 == 1 ? data[half] : (data[half - 1] + data[half]) / 2;
}

double median_absolute_deviation(const std::vector<double>& data) {
  const double middle = median(data);
  std::vector<double> distances;
  for (const double value : data) distances.push_back(std::abs(value - middle));
  return median(std::move(distances));
}

double interquartile_range(std::vector<double> data) {
  std::ranges::sort(data);
  const auto at = [&](double share) {
    return data[static_cast<size_t>(std::floor(share * static_cast<double>(data.size() + 1) + 0.5)) - 1];
  };
  return at(0.75) - at(0.25);
}

Line local_regression(const std::vector<double>& data) {
  const auto count = static_cast<double>(data.size());
  double mean = 0;
  for (const double value : data) mean += value / count;
  const double middle = (count + 1) / 2;
  double of_both = 0, of_x = 0;
  for (size_t i = 0; i < data.size(); ++i) {
    const double x = static_cast<double>(i + 1) - middle;
    of_both += x * (data[i] - mean);
    of_x += x * x;
  }
  const double slope = of_both / of_x;
  return {mean - slope * middle, slope};
}

}  // namespace attune::planetlab
