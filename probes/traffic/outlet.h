// SPDX-License-Identifier: Apache-2.0
// Outlet: writes reports to the manager's channel without ever waiting for it. What cannot be written waits
// in memory, whole reports, within a bound. One thread, that of the sensor.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <utility>
#include <vector>

#include "probes/library/channel.h"
#include "probes/traffic/report.h"
#include "runtime/base/result.h"

namespace attune::probes {

class Outlet {
 public:
  struct Bound {
    std::size_t reports = 240;  // two hours of the default period
    std::size_t bytes = 16 * 1024 * 1024;
  };
  enum class State {
    kWritten,  // all of it
    kWaits,    // the reader does not read, or nobody has opened the pipe
    kClosed,   // standard output is closed for good
  };

  // "/dev/stdout", or the path of a pipe, which may have no reader yet.
  static Result<Outlet> open(const std::string& path, Bound bound);
  Outlet(probe::Channel channel, Bound bound) : channel_(std::move(channel)), bound_(bound) {}

  // Takes the report in; where there are too many, the oldest is dropped that is not half written. The next
  // that is written tells how many were.
  void add(ReportLines report);
  State flush();

  // What to poll for writing while something waits; -1 while nobody has opened the pipe.
  int descriptor() const { return channel_.descriptor(); }
  bool is_standard_output() const { return channel_.is_standard_output(); }
  std::size_t waiting() const { return reports_.size(); }

 private:
  void begin_report();

  probe::Channel channel_;
  Bound bound_;
  std::deque<ReportLines> reports_;
  std::size_t bytes_ = 0;
  std::uint64_t lost_ = 0;
  std::vector<std::string> current_;  // the first report, as it is being written
  std::size_t written_ = 0;           // lines of it
  std::size_t offset_ = 0;            // bytes of the line after these, on a channel that takes parts
  std::uint64_t told_lost_ = 0;
};

}  // namespace attune::probes
