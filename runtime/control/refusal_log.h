// SPDX-License-Identifier: Apache-2.0
// RefusalLog: tells of strangers at a door that anybody can reach, and no more often than someone would read:
// what comes beyond that is counted and told with the next line. Server thread.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>

#include "runtime/base/log.h"

namespace attune::control {

class RefusalLog {
 public:
  using Time = std::chrono::steady_clock::time_point;
  static constexpr int kAtOnce = 10;  // lines
  static constexpr std::chrono::minutes kPer = std::chrono::minutes(1);

  // The log must outlive it.
  explicit RefusalLog(Log& log) : log_(log) {}
  void add(std::string_view line, Time now);

 private:
  Log& log_;
  Time since_{};
  int told_ = 0;
  size_t untold_ = 0;
};

}  // namespace attune::control
