// SPDX-License-Identifier: Apache-2.0
// Statistics of a host's use, as the published heuristics take them. Pure; any thread.
#pragma once

#include <vector>

namespace attune::planetlab {

// Half-way between the two in the middle where there is an even number. Of none: 0.
double median(std::vector<double> data);
// The median of the distances from the median.
double median_absolute_deviation(const std::vector<double>& data);
// From the value a quarter up to that three quarters up, each the nearest that is there. Of at least three.
double interquartile_range(std::vector<double> data);

// a + b * x
struct Line {
  double a = 0, b = 0;
  double at(double x) const { return a + b * x; }
};
// The line of least squares through (1, data[0]), (2, data[1]), ... Of at least two.
//
// The paper weighs late values more (Loess with the tricube). CloudSim's code reckons those weights, and then
// takes them only where at least four of ten are 0, which they never are: its LR is this line.
Line local_regression(const std::vector<double>& data);

}  // namespace attune::planetlab
