// SPDX-License-Identifier: Apache-2.0
#include "examples/stream/watch_report.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fstream>

#include <nlohmann/json.hpp>

namespace attune::stream {
namespace {

using Json = nlohmann::ordered_json;

// Milliseconds to the microsecond: what the clock is worth.
double ms(Duration duration) {
  return static_cast<double>(std::chrono::duration_cast<std::chrono::microseconds>(duration).count()) / 1000;
}

Json samples_of(const WatchReport& report) {
  Json samples = Json::array();
  for (size_t i = 0; i < report.samples.size(); ++i) {
    const Sample& sample = report.samples[i];
    samples.push_back({{"t_ms", ms(kSampleLength) * static_cast<double>(i)},
                       {"bytes", sample.bytes},
                       {"pings", sample.pings_answered},
                       {"ping_ms", sample.pings_answered > 0 ? Json(ms(sample.slowest_ping)) : Json()}});
  }
  return samples;
}

Json gap(const WatchReport& report, const Arrivals& arrivals) {
  return arrivals.longest() > Duration::zero() ? Json(ms(arrivals.longest_since() - report.begun)) : Json();
}

}  // namespace

Sample& WatchReport::sample_at(Instant now) {
  const auto index = static_cast<size_t>(std::max(now - begun, Duration::zero()) / kSampleLength);
  if (samples.size() <= index) samples.resize(index + 1);
  return samples[index];
}

bool WatchReport::is_clean() const {
  return tally.bytes_total > 0 && tally.bytes_lost == 0 && tally.connections_lost == 0 && tally.restarts == 0;
}

std::string to_json(const WatchReport& report) {
  const auto unix_ms =
      std::chrono::duration_cast<std::chrono::milliseconds>(report.started.time_since_epoch()).count();
  const Json json = {{"started_unix_ms", unix_ms},
                     {"length_ms", ms(report.length)},
                     {"stream_gap_max_ms", ms(report.stream.longest())},
                     {"stream_gap_max_at_ms", gap(report, report.stream)},
                     {"ping_gap_max_ms", ms(report.pings.longest())},
                     {"ping_gap_max_at_ms", gap(report, report.pings)},
                     {"tcp_connections_lost", report.tally.connections_lost},
                     {"bytes_total", report.tally.bytes_total},
                     {"bytes_lost", report.tally.bytes_lost},
                     {"bytes_wrong", report.tally.bytes_wrong},
                     {"restarts", report.tally.restarts},
                     {"pings_sent", report.pings_sent},
                     {"pings_answered", report.pings_answered},
                     {"sample_ms", ms(kSampleLength)},
                     {"samples", samples_of(report)}};
  return json.dump(1) + "\n";
}

Result<void> write_report(const WatchReport& report, const std::string& path) {
  const std::string fresh = path + ".new";
  std::ofstream file(fresh, std::ios::trunc);
  file << to_json(report);
  file.close();
  if (!file || std::rename(fresh.c_str(), path.c_str()) != 0)
    return fail(ErrorCode::kFailed, "cannot write " + path + ": " + std::strerror(errno));
  return {};
}

}  // namespace attune::stream
