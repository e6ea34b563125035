// SPDX-License-Identifier: Apache-2.0
// Timetable: when the timers of diagrams (`every`, `at`) raise their events. Loop thread only.
#pragma once

#include <chrono>
#include <functional>
#include <string_view>
#include <unordered_map>

#include "runtime/workflow/effects.h"
#include "runtime/workflow/reaction.h"
#include "runtime/workflow/stage.h"

namespace attune::workflow {

// The next time after `from` at which a clock on the wall, `offset` from UTC, shows "hh:mm".
WallTime next_at(std::string_view hh_mm, WallTime from, std::chrono::seconds offset);

class Timetable {
 public:
  // Clocks on the wall are set and summer begins: `at` looks at them no less often than this.
  static constexpr Duration kLookEvery = std::chrono::minutes(1);

  // Puts all timers on the stage's agenda.
  void arm(Stage& stage, Reactions& reactions);
  // A TimerAlarm went off: puts the next one on the agenda and says whether the event is due now.
  bool is_due(Stage& stage, const Reaction& reaction);

 private:
  void arm_at(Stage& stage, const Reaction& reaction);

  std::unordered_map<uint32_t, WallTime> looked_;  // by reaction: until when `at` is settled
};

}  // namespace attune::workflow
