// SPDX-License-Identifier: Apache-2.0
// Levels that are no reason for a run, since another run has raised them: a migration and a boot are load.
#include <fmt/format.h>

#include "runtime/workflow/engine_state.h"

namespace attune::workflow {

using system::Component;
using system::ComponentId;

Engine::State::Cause Engine::State::cause_of_load(ComponentId id) const {
  for (const Component* at = system.find(id); at != nullptr;) {
    if (const RunId holder = locks.holder(at->id, at->class_index)) return {holder, at, nullptr};
    if (at->container != system::kNoComponent) {
      at = system.find(at->container);
      continue;
    }
    const system::Host* host = system.host_of(*at);
    if (host == nullptr) return {};
    if (const RunId run = stage.burdens.on(host->name)) return {run, nullptr, host};
    at = system.find(host->vm);
  }
  return {};
}

std::optional<Obstacle> Engine::State::own_load(const Reaction& reaction, ComponentId component) const {
  const Cause cause = reaction.is_level ? cause_of_load(component) : Cause{};
  if (cause.run == 0) return std::nullopt;
  return Obstacle{.reason = Suppressions::Reason::kOwnLoad, .run = cause.run, .told = [cause] {
                    const std::string what = cause.touched != nullptr
                                                 ? "touches " + cause.touched->name
                                                 : "boots or migrates a machine on " + cause.host->name;
                    return fmt::format("run {} {}: load of its own making", cause.run, what);
                  }};
}

// The level is remembered: it begins anew when that run ends, unless it has cleared by then.
void Engine::State::put_down(Reaction& reaction, Answer& answer, ComponentId component,
                             const TypedEvent& event, RunId run) {
  begin_anew(answer);
  answer.latest = event;
  answer.load_of = run;
  discounted.emplace(run, reaction.index, component);
}

void Engine::State::load_is_over(RunId run) {
  auto at = discounted.lower_bound({run, 0, 0});
  while (at != discounted.end() && std::get<0>(*at) == run) {
    const auto [of, index, component] = *at;
    at = discounted.erase(at);
    Reaction& reaction = reactions.at(index);
    const auto found = reaction.answers.find(component);
    if (found == reaction.answers.end() || found->second.load_of != run) continue;
    Answer& answer = found->second;
    answer.load_of = 0;
    const auto& hold = reaction.settings().hold;
    if (!hold) continue;
    answer.since = stage.now();
    answer.holding = stage.agenda.add(*answer.since + *hold, HoldAlarm{index, component});
  }
}

}  // namespace attune::workflow
