// SPDX-License-Identifier: Apache-2.0
// Report: all that one sensor counted in one period. ReportJoin makes it of lines, the collector joins those
// of all sensors, the store keeps it as lines again. A plain value; any thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/base/result.h"
#include "runtime/traffic/sensor_line.h"

namespace attune::traffic {

struct Report {
  std::string sensor;
  Period period;
  Via via = Via::kEbpf;
  uint64_t lost = 0;                   // periods before this one that the sensor had to drop
  bool is_part = false;                // the sensor began within the period
  std::vector<InterfaceCount> counts;  // sorted by MAC, each once; their peers sorted by address, each once

  bool operator==(const Report&) const = default;
};

// Adds a piece of what reached an interface; normalise() when all have been added.
void add_count(Report& report, InterfaceCount count);
void normalise(Report& report);

// What it holds, as a number for bounds: interfaces, their peers and addresses.
size_t size_of(const Report& report);

// The lines that a sensor would write, none longer than an event line may be, each with its end.
std::string to_lines(const Report& report);
// The report that was written so; kCorrupt where it is not whole.
Result<Report> parse_report(std::string_view lines);

// Equal for equal reports, and for others not, but by chance (one in 2^63).
int64_t digest_of(std::string_view lines);

// What is remembered of a report that was counted, to know it again.
struct Counted {
  int64_t digest = 0;
  bool is_part = false;
};
inline constexpr size_t kMaxParts = 16;  // reports of one sensor and period
enum class Verdict {
  kNew,       // to be counted: the first of this sensor and period, or of a sensor that began once more in it
  kRepeated,  // it was counted
  kContradicts  // another whole one was counted: this is not
};
// `counted`: of the same sensor and period.
Verdict judge(const std::vector<Counted>& counted, const Counted& report);

}  // namespace attune::traffic
