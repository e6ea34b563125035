// SPDX-License-Identifier: Apache-2.0
// ReportJoin: the lines of sensors, as they come, put together to whole reports. A report begins again where
// a sensor's channel broke, comes twice, or in another order: what comes out is whole, or nothing. Between
// SensorLine and the collector, on its thread.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "runtime/traffic/report.h"

namespace attune::traffic {

struct JoinLimits {
  size_t reports_of_sensor = 8;  // that are not whole yet; the oldest gives way
  size_t lines = 8192;           // of one report
  size_t size = 1'000'000;       // of all that is not whole, as size_of() counts
};

class ReportJoin {
 public:
  explicit ReportJoin(JoinLimits limits = {}) : limits_(limits) {}

  // The report that this line makes whole. A line that is there already takes the place of the earlier one.
  std::optional<Report> add(SensorLine line);

  // Why reports were given up, one line each, since this was last asked. At most kMaxProblems are kept.
  std::vector<std::string> take_problems();
  static constexpr size_t kMaxProblems = 100;

  // Of what is not whole.
  size_t size() const { return size_; }

  // What is not whole of this sensor is given up without a word: it has left.
  void forget(const std::string& sensor);

 private:
  struct Pending {
    std::vector<InterfaceCount> lines;  // in the order in which they came
    std::optional<PeriodLine> closing;
  };
  using Key = std::pair<std::string, Period>;  // so those of a sensor stand together, in time
  using Pendings = std::map<Key, Pending>;

  std::optional<Report> closed(Pendings::iterator place);
  void keep(Pending& pending, InterfaceCount count);
  void give_up(Pendings::iterator place, const std::string& why);
  void make_room(Pendings::const_iterator newest);
  Pendings::iterator erase(Pendings::iterator place);

  JoinLimits limits_;
  Pendings pending_;
  size_t size_ = 0;
  std::vector<std::string> problems_;
};

}  // namespace attune::traffic
