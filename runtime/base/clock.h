// SPDX-License-Identifier: Apache-2.0
// Time as the core sees it: durations and deadlines on a clock that never jumps, and the wall's time for what
// people read. Passed in, so that tests and the simulator can turn it by hand. Any thread.
#pragma once

#include <chrono>

namespace attune {

using Duration = std::chrono::nanoseconds;
using Instant = std::chrono::time_point<std::chrono::steady_clock, Duration>;  // for deadlines and measuring
using WallTime = std::chrono::sys_time<std::chrono::microseconds>;             // for records and people

class Clock {
 public:
  virtual ~Clock() = default;
  virtual Instant now() const = 0;
  virtual WallTime wall() const = 0;
};

class SystemClock final : public Clock {
 public:
  Instant now() const override { return std::chrono::steady_clock::now(); }
  WallTime wall() const override {
    return std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now());
  }
};

}  // namespace attune
