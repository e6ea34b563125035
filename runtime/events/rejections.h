// SPDX-License-Identifier: Apache-2.0
// Rejections: lines that were not taken, counted by kind, and logged the first time that a sender does it.
// Loop thread only.
#pragma once

#include <array>
#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "runtime/base/log.h"
#include "runtime/events/event_line.h"

namespace attune::events {

class Rejections {
 public:
  // The log must outlive it.
  explicit Rejections(Log& log) : log_(log) {}

  // `line` is shown in the log, shortened.
  void add(const Rejection& rejection, std::string_view sender, std::string_view line);

  uint64_t count(Fault fault) const { return counts_[static_cast<size_t>(fault)]; }
  uint64_t total() const;

  static constexpr size_t kMaxSenders = 1000;  // remembered, with their kinds; more are counted, not logged

 private:
  Log& log_;
  std::array<uint64_t, kFaults> counts_{};
  std::set<std::pair<Fault, std::string>> logged_;
};

}  // namespace attune::events
