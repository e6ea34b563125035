// SPDX-License-Identifier: Apache-2.0
#include "runtime/main/replay/played_calls.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include <fmt/format.h>

#include "runtime/main/planner_state.h"
#include "runtime/main/replay/worked_call.h"
#include "runtime/placement/plan.h"
#include "runtime/workflow/stub_call.h"

namespace attune::replay {

namespace {

constexpr Duration kCall = std::chrono::seconds(1);  // what a call takes of which the trace says nothing

}  // namespace

void PlayedCalls::begin(workflow::Call call, Instant now) {
  tally_.call(call, system_);
  const Duration length = length_of(call);
  const Instant end = now + (call.timeout > Duration{} ? std::min(length, call.timeout) : length);
  std::string host = switched_on_by(system_, call, now);
  calls_.emplace(end, UnderWay{std::move(call), std::move(host)});
}

bool PlayedCalls::cancel(workflow::CallId id) {
  const auto call =
      std::find_if(calls_.begin(), calls_.end(), [&](const auto& each) { return each.second.call.id == id; });
  if (call == calls_.end()) return false;
  calls_.erase(call);
  return true;
}

std::optional<Instant> PlayedCalls::next_end() const {
  return calls_.empty() ? std::nullopt : std::optional(calls_.begin()->first);
}

PlayedCalls::Ended PlayedCalls::end_next(workflow::Now now) {
  UnderWay ended = calls_.extract(calls_.begin()).mapped();
  return {ended.call.id, outcome_of(ended.call, now), std::move(ended.switches_on)};
}

workflow::CallOutcome PlayedCalls::outcome_of(const workflow::Call& call, workflow::Now now) const {
  if (call.key == workflow::kPlacementKey) return planned(call, now);
  const Duration length = length_of(call);
  if (call.timeout > Duration{} && length > call.timeout) return workflow::CallTimedOut{};
  return worked(system_, call);
}

// What the planner says, of what is so when its call ends: a trace does not tell who talks with whom.
workflow::CallOutcome PlayedCalls::planned(const workflow::Call& call, workflow::Now now) const {
  const auto failed = [](const Error& error) {
    return workflow::CallExited{workflow::CallExited::kNotRun, error.message, {}};
  };
  const auto wish = main::wish_of(call.operation, call.arguments);
  if (!wish) return failed(wish.error());
  const auto state = main::state_of(system_, *wish, {}, {now.steady, now.wall, tally_.moved(), {}});
  if (!state) return failed(state.error());
  const placement::Plan plan = placement::plan(*state);
  return workflow::CallExited{0, to_text(main::steps_of(plan, *state, system_)), {}};
}

Duration PlayedCalls::length_of(const workflow::Call& call) const {
  if (!tally_.is_counted()) return {};
  const system::Component* component = system_.find(call.component);
  auto said = trace_.lengths.end();
  if (component != nullptr)
    said = trace_.lengths.find(fmt::format("{}.{}", system_.class_of(*component).name, call.stub));
  if (said == trace_.lengths.end()) said = trace_.lengths.find(call.stub);
  return said == trace_.lengths.end() ? kCall : said->second;
}

}  // namespace attune::replay
