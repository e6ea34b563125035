// SPDX-License-Identifier: Apache-2.0
// Any bytes as lines of sensors, as a stored report and as a stored roster: never a crash; what is read is
// written so that it reads the same; a report is whole, and what is not whole is bounded.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "runtime/events/line_splitter.h"
#include "runtime/traffic/report_join.h"
#include "runtime/traffic/roster.h"

namespace traffic = attune::traffic;
namespace events = attune::events;

namespace {

void expect_same_when_written(const traffic::SensorLine& line) {
  const auto event = events::parse_event_line(traffic::to_line(line));
  if (!event) return;  // in its shortest form a line may still be too long
  const auto again = traffic::read_sensor_line(*event);
  if (!again || *again != line) std::abort();
}

void expect_whole(const traffic::Report& report) {
  constexpr size_t kLongestName = 1000;  // longer than that of any component
  if (report.sensor.size() > kLongestName) return;
  const auto again = traffic::parse_report(traffic::to_lines(report));
  if (!again || *again != report) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  constexpr size_t kLimit = 50;
  traffic::ReportJoin join(traffic::JoinLimits{.reports_of_sensor = 2, .lines = 5, .size = kLimit});
  events::LineSplitter lines(events::kMaxLine, [&](std::string_view text) {
    const auto event = events::parse_event_line(text);
    if (!event) return;
    auto line = traffic::read_sensor_line(*event);
    if (!line && line.error().why.empty()) std::abort();
    if (!line) return;
    expect_same_when_written(*line);
    const auto report = join.add(std::move(*line));
    if (join.size() > kLimit) std::abort();
    if (report) expect_whole(*report);
  });
  lines.feed(bytes);
  if (const auto report = traffic::parse_report(bytes)) expect_whole(*report);
  const auto roster = traffic::parse_roster(bytes);
  if (roster && traffic::parse_roster(traffic::to_text(*roster)).value() != *roster) std::abort();
  return 0;
}
