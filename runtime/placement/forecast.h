// SPDX-License-Identifier: Apache-2.0
// forecast: what VMs will want of their hosts' processors, from what they wanted so far. Where demand varies
// it is what upkeep.h plans for. Pure; any thread.
#pragma once

#include <span>

namespace attune::placement {

struct Demand {
  double mean = 0;      // cores
  double variance = 0;  // of what it will really be around that, in cores squared
};

// A value weighs so much as the one after it.
inline constexpr double kFading = 0.9;

// `history` in cores, a value for each interval, the newest first: its weighted mean, and the weighted
// variance around that. One value says nothing of how it varies: then by as much as it is. Of none: 0.
Demand forecast(std::span<const double> history, double fading = kFading);

// The same for the very next interval: the newest value counts as much as all that is known of before. It
// sees soon that more is wanted, and says less of later on.
Demand imminent(std::span<const double> history, double fading = kFading);

// How many deviations above its mean a normal distribution exceeds as rarely as `risk`, which is above 0 and
// at most 0.5: 0.01 gives 2.33.
double deviations_of(double risk);

}  // namespace attune::placement
