// SPDX-License-Identifier: Apache-2.0
// The report of one period as event lines (docs/traffic.md is the format's note). Pure; any thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "probes/traffic/counted.h"
#include "probes/traffic/period.h"

namespace attune::probes {

inline constexpr std::size_t kLineMost = 4096;  // with its end: what the system writes to a pipe in one piece

struct VmReport {
  Mac mac{};
  bool is_part = false;  // it came or left within the period
  VmCount count;
};

struct Report {
  Period period;
  std::string_view via;
  std::vector<VmReport> vms;
};

// A report as it waits to be written. Each line has its end.
struct ReportLines {
  std::vector<std::string> lines;  // of the VMs
  std::string closing;             // the traffic_period line, without its end

  std::size_t size() const;
  // All that is to be written, in order; `lost` periods before it were dropped.
  std::vector<std::string> with_closing(std::uint64_t lost) const;
};

ReportLines lines_of(std::string_view sensor, const Report& report);

}  // namespace attune::probes
