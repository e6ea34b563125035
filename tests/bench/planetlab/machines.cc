// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/planetlab/machines.h"

#include <algorithm>

namespace attune::planetlab {

// https://www.spec.org/power_ssj2008/results/res2011q1/: power_ssj2008-20110127-00342, -20110124-00339
const std::array<HostType, 2> kHostTypes{{
    {"G4", 1860, 2, {86, 89.4, 92.6, 96, 99.5, 102, 106, 108, 112, 114, 117}},
    {"G5", 2660, 2, {93.7, 97, 101, 105, 110, 116, 121, 125, 129, 133, 135}},
}};

const std::array<VmType, 4> kVmTypes{{{2500, 870}, {2000, 1740}, {1000, 1740}, {500, 613}}};

double HostType::power(double use) const {
  const double place = std::clamp(use, 0.0, 1.0) * 10;
  const auto before = std::min<size_t>(static_cast<size_t>(place), 9);
  return watts[before] + (watts[before + 1] - watts[before]) * (place - static_cast<double>(before));
}

}  // namespace attune::planetlab
