// SPDX-License-Identifier: Apache-2.0
#include "runtime/workflow/timetable.h"

#include <algorithm>
#include <charconv>

namespace attune::workflow {

namespace {

std::chrono::seconds offset_of(const Stage& stage, WallTime at) {
  return stage.surroundings.utc_offset ? stage.surroundings.utc_offset(at) : std::chrono::seconds(0);
}

int number(std::string_view text) {
  int value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

}  // namespace

WallTime next_at(std::string_view hh_mm, WallTime from, std::chrono::seconds offset) {
  const size_t colon = std::min(hh_mm.find(':'), hh_mm.size());
  const auto hours = std::chrono::hours(number(hh_mm.substr(0, colon)));
  const auto minutes = std::chrono::minutes(colon < hh_mm.size() ? number(hh_mm.substr(colon + 1)) : 0);
  const auto local = from + offset;
  WallTime due = std::chrono::floor<std::chrono::days>(local) + hours + minutes;
  if (due <= local) due += std::chrono::days(1);
  return due - offset;
}

void Timetable::arm(Stage& stage, Reactions& reactions) {
  for (const Reaction& reaction : reactions.all()) {
    if (reaction.course == nullptr) continue;
    const model::Settings& settings = reaction.settings();
    if (settings.every) stage.agenda.add(stage.now() + *settings.every, TimerAlarm{reaction.index});
    if (!settings.at) continue;
    looked_[reaction.index] = stage.ledger.now().wall;
    arm_at(stage, reaction);
  }
}

bool Timetable::is_due(Stage& stage, const Reaction& reaction) {
  const model::Settings& settings = reaction.settings();
  if (settings.every) {
    stage.agenda.add(stage.now() + *settings.every, TimerAlarm{reaction.index});
    return true;
  }
  const WallTime wall = stage.ledger.now().wall;
  WallTime& looked = looked_[reaction.index];
  const bool due = next_at(*settings.at, looked, offset_of(stage, wall)) <= wall;
  looked = wall;
  arm_at(stage, reaction);
  return due;
}

void Timetable::arm_at(Stage& stage, const Reaction& reaction) {
  const WallTime wall = stage.ledger.now().wall;
  const WallTime due = next_at(*reaction.settings().at, wall, offset_of(stage, wall));
  const Duration until = std::min<Duration>(due - wall, kLookEvery);
  stage.agenda.add(stage.now() + until, TimerAlarm{reaction.index});
}

}  // namespace attune::workflow
