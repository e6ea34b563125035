// SPDX-License-Identifier: Apache-2.0
// Schedule: which period is counted now and when it is over. Periods are aligned to the wall clock, so that
// all hosts report the same ones; the border is told in the monotonic clock's time, which the kernel counts
// by. Reads no clock. Pure; any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace attune::probes {

// The same moment by both clocks, in nanoseconds: since 1970, and since the machine was started.
struct Moment {
  std::int64_t wall = 0;
  std::int64_t monotonic = 0;
};

struct Period {
  std::int64_t start = 0;    // seconds since 1970, a multiple of the length
  std::int64_t seconds = 0;  // its length
  bool is_part = false;      // not all of it was counted, or a clock was set meanwhile
  friend bool operator==(const Period&, const Period&) = default;
};

class Schedule {
 public:
  // A difference between the clocks that grows by more at once was set by somebody, and did not drift.
  static constexpr std::int64_t kStep = 100'000'000;

  // The first period is the one that `now` is in: a part of it, unless it begins right now.
  Schedule(std::int64_t seconds, Moment now);

  const Period& current() const { return current_; }
  // When the current period ends, on the monotonic clock; follows the wall clock by what `look` was told
  // last. A border in the past says that it is over already: the wall clock was set forward.
  std::int64_t border() const { return border_; }
  // The clocks now. Where one was set, the current period is a part: it is longer or shorter than it says.
  void look(Moment now);
  // The current period is over: gives it, and goes on to the next. Starts only ever grow: while the wall
  // clock is behind (it was set back), the period goes on until the clock has reached its end. What was
  // passed over is never told.
  Period next(Moment now);
  // The current period as it is when the sensor ends before it does.
  Period broken_off() const { return {current_.start, current_.seconds, true}; }

 private:
  std::int64_t aligned(std::int64_t wall) const;

  Period current_;
  std::int64_t offset_;  // what the wall clock is before the monotonic one
  std::int64_t border_;
};

// "30s", "5min", "1h": whole seconds from 1 to 3600 that divide the day; nothing for any other text.
std::optional<std::int64_t> parse_period(std::string_view text);

}  // namespace attune::probes
