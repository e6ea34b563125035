// SPDX-License-Identifier: Apache-2.0
// WatchReport: what stream_watch saw, as it is written for the demo and the tests. Its JSON is described in
// docs/lab.md. One thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "examples/stream/arrivals.h"
#include "examples/stream/stream_check.h"
#include "runtime/base/result.h"

namespace attune::stream {

inline constexpr auto kSampleLength = std::chrono::milliseconds(50);

// What arrived in one sample's time.
struct Sample {
  uint64_t bytes = 0;
  uint64_t pings_answered = 0;
  Duration slowest_ping{};
};

struct WatchReport {
  std::chrono::system_clock::time_point started;  // the wall clock at the first byte
  Instant begun{};                                // the same moment; samples count from here
  Duration length{};
  Tally tally;
  Arrivals stream;
  Arrivals pings;
  uint64_t pings_sent = 0;
  uint64_t pings_answered = 0;
  std::vector<Sample> samples;

  // The sample of the moment `now`, made when there is none yet.
  Sample& sample_at(Instant now);
  // Whether the stream came whole, over one connection.
  bool is_clean() const;
};

std::string to_json(const WatchReport& report);
// Replaces the file at once: a reader never sees half of it.
Result<void> write_report(const WatchReport& report, const std::string& path);

}  // namespace attune::stream
