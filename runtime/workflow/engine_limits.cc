// SPDX-License-Identifier: Apache-2.0
// How much may go on: the rest after a class has grown or shrunk, the budget of moves, runs at once.
#include <algorithm>

#include <fmt/format.h>

#include "runtime/model/settings.h"
#include "runtime/workflow/engine_state.h"

namespace attune::workflow {

using system::Component;
using system::ComponentId;

namespace {

uint32_t number(const model::Project& project, std::string_view name) {
  return static_cast<uint32_t>(std::max<int64_t>(0, model::setting_as<int64_t>(project, name)));
}

}  // namespace

Limits::Limits(const model::Project& project)
    : runs(number(project, "limits.runs")),
      runs_per_class(number(project, "limits.runs_per_class")),
      runs_per_host(number(project, "limits.runs_per_host")),
      moves(number(project, "limits.moves")),
      moves_period(model::setting_as<Duration>(project, "limits.moves_period")) {}

// --- rest ---

std::optional<Obstacle> Engine::State::rest_after_resizing(const Reaction& reaction, Instant now) const {
  const model::Settings& settings = reaction.settings();
  if (!settings.after_growth && !settings.after_shrink) return std::nullopt;
  const Lately<Instant>::Resized* last = nullptr;  // that is to be rested after
  Instant until = now;
  for (const auto& one : stage.ledger.lately().resized) {
    const auto& rest = one.grew ? settings.after_growth : settings.after_shrink;
    const bool concerns =
        std::any_of(reaction.resizes.begin(), reaction.resizes.end(),
                    [&](const std::string& of) { return project.is_a(one.class_name, of); });
    if (!rest || !concerns || one.at + *rest <= until) continue;
    last = &one;
    until = one.at + *rest;
  }
  if (last == nullptr) return std::nullopt;
  return Obstacle{
      .reason = Suppressions::Reason::kResized, .until = until, .told = [this, one = *last, until] {
        return fmt::format("'{}' has {}: {} until {}", one.class_name, one.grew ? "grown" : "shrunk",
                           one.grew ? "after_growth" : "after_shrink", clock_text(until));
      }};
}

// --- the budget of moves ---

size_t Engine::State::moves_to_come() const {
  size_t made = 0;
  for (const RunId run : stage.ledger.lately().movers) made += may_move.count(run);
  return may_move.size() - made;
}

// What has failed is not left as it is.
std::optional<Obstacle> Engine::State::no_moves_left(const Reaction& reaction, Instant now) const {
  if (limits.moves == 0 || !reaction.may_move || reaction.is_failure) return std::nullopt;
  const auto& moves = stage.ledger.lately().moves;
  const auto first =
      std::find_if(moves.begin(), moves.end(), [&](Instant at) { return now < at + limits.moves_period; });
  const auto made = static_cast<size_t>(moves.end() - first);
  const size_t to_come = moves_to_come();
  if (made + to_come < limits.moves) return std::nullopt;
  const size_t too_many = made + to_come - limits.moves;
  Instant until{};  // the runs that go on may make them all
  if (too_many < made) until = first[static_cast<std::ptrdiff_t>(too_many)] + limits.moves_period;
  return Obstacle{
      .reason = Suppressions::Reason::kMoves, .until = until, .told = [this, until] {
        const std::string period = to_text(model::Value(limits.moves_period));
        if (until == Instant{})
          return fmt::format("{} moves in {}: the runs that go on may make them", limits.moves, period);
        return fmt::format("{} moves in {}: none before {}", limits.moves, period, clock_text(until));
      }};
}

// --- runs at once ---

std::vector<Slot> Engine::State::slots_of(const Playing& playing) const {
  if (playing.reaction == nullptr) return {};
  std::vector<Slot> slots = slots_of(*playing.reaction, playing.run.commission().self);
  if (playing.interrupted)
    std::erase_if(slots, [](const Slot& slot) { return slot.kind != Slot::Kind::kDiagram; });
  return slots;
}

std::vector<Slot> Engine::State::slots_of(const Reaction& reaction, ComponentId self) const {
  std::vector<Slot> slots;
  if (const auto& most = reaction.settings().runs)
    slots.push_back({Slot::Kind::kDiagram, reaction.index, *most});
  if (const Component* subject = system.find(self)) {
    const system::Host* host = system.host_of(*subject);
    if (limits.runs_per_class != 0)
      slots.push_back({Slot::Kind::kClass, subject->class_index, limits.runs_per_class});
    if (limits.runs_per_host != 0 && host != nullptr)
      slots.push_back({Slot::Kind::kHost, host->id, limits.runs_per_host});
  }
  if (limits.runs != 0) slots.push_back({Slot::Kind::kAll, 0, limits.runs});
  return slots;
}

std::string Engine::State::why_waiting_for(const Slot& slot) const {
  switch (slot.kind) {
    case Slot::Kind::kDiagram:
      return fmt::format("{} runs of it go on, which is its limit", slot.limit);
    case Slot::Kind::kClass:
      return fmt::format("{} runs about a '{}' go on, which is limits.runs_per_class", slot.limit,
                         project.classes[slot.of].name);
    case Slot::Kind::kHost: {
      const system::Host* host = system.find_host(slot.of);
      return fmt::format("{} runs about what is on {} go on, which is limits.runs_per_host", slot.limit,
                         host == nullptr ? "its host" : host->name);
    }
    case Slot::Kind::kAll:
      break;
  }
  return fmt::format("{} runs go on, which is limits.runs", slot.limit);
}

}  // namespace attune::workflow
