// SPDX-License-Identifier: Apache-2.0
// Traces: a day of how busy virtual machines on PlanetLab were, as beloglazov's planetlab-workload-traces has
// them: a folder for a day, a file for a machine, a line of per cent for each five minutes. One thread.
#pragma once

#include <array>
#include <string>
#include <vector>

#include "runtime/base/result.h"

namespace attune::planetlab {

inline constexpr size_t kSamples = 288;
inline constexpr double kInterval = 300;  // seconds from one to the next

struct Trace {
  std::array<double, kSamples + 1>
      use{};  // of the machine's processor, from 0 to 1; the last one stands twice

  // `time` in seconds from the day's begin, to its end; between two samples by a straight line.
  double at(double time) const;
};

// In the order of the files' names. Fails where the folder or a file cannot be read, or is no such trace.
Result<std::vector<Trace>> load_traces(const std::string& folder);

}  // namespace attune::planetlab
