// SPDX-License-Identifier: Apache-2.0
// What an event would lead to if it came now. It asks the same questions as an event that comes, of the same
// state, and changes nothing.
#include <algorithm>
#include <array>
#include <limits>
#include <utility>

#include <fmt/format.h>

#include "runtime/workflow/engine_state.h"
#include "runtime/workflow/rehearsal.h"
#include "runtime/workflow/rule.h"

namespace attune::workflow {

using system::Component;
using system::ComponentId;

std::string_view name_of(Prospect::Verdict verdict) {
  constexpr std::array<std::string_view, 3> kNames = {"runs", "waits", "suppressed"};
  return kNames[static_cast<size_t>(verdict)];
}

Result<std::vector<Prospect>> Engine::explain(const Event& event, Now now) const {
  return state_->explain(event, now.steady);
}

Result<std::vector<Prospect>> Engine::State::explain(const Event& event, Instant now) {
  const Result<Reaction*> reaction = reaction_to(event);
  if (!reaction) return fail(reaction.error());
  Result<TypedEvent> typed_event = typed(event, **reaction);
  if (!typed_event) return fail(std::move(typed_event).error());
  if ((*reaction)->about_place) {
    const std::optional<AboutId> about = place_called(event.component);
    if (!about) return fail(ErrorCode::kNotFound, fmt::format("no site and no host '{}'", event.component));
    return std::vector{prospect(**reaction, *about, *typed_event, now)};
  }
  if (!(*reaction)->about_host) {
    const Result<ComponentId> component = subject_of(**reaction, event);
    if (!component) return fail(component.error());
    return std::vector{prospect(**reaction, *component, *typed_event, now)};
  }
  const system::Host* host = system.find_host(event.component);
  if (host == nullptr) return fail(ErrorCode::kNotFound, fmt::format("no host '{}'", event.component));
  if (is_no_alarm(event.name, *host)) {
    Prospect emptied;
    emptied.why = kEmptied;
    emptied.remedy = fmt::format("`attune maintenance --end {}`", host->name);
    return std::vector{std::move(emptied)};
  }
  typed_event->values.emplace_back("host", model::Value(host->name));
  if ((*reaction)->course == nullptr || (*reaction)->subject_class().empty())
    return std::vector{prospect(**reaction, workflow::about_host(host->id), *typed_event, now)};
  std::vector<Prospect> all;
  for (const ComponentId component : concerned(**reaction, *host))
    all.push_back(prospect(**reaction, component, *typed_event, now));
  return all;
}

Prospect Engine::State::prospect(const Reaction& reaction, ComponentId component, const TypedEvent& event,
                                 Instant now) const {
  Prospect made;
  if (const Component* subject = system.find(component)) made.component = subject->name;
  if (reaction.course != nullptr) {
    made.rule = rule_text(reaction.course->diagram(), project);
    made.terms = terms_text(reaction.settings());
  }
  auto obstacle = obstacle_to(reaction, system, component, is_stopping);
  if (!obstacle && is_cleared(event)) obstacle = Obstacle{Suppressions::Reason::kCleared};
  if (!obstacle) {
    const auto found = reaction.answers.find(component);
    Answer answer = found == reaction.answers.end() ? Answer{} : found->second;
    if (!answer.since || is_over(answer, component)) answer.since = now;
    obstacle = obstacle_now(reaction, answer, component, now);
  }
  if (obstacle) {
    made.why = to_text(*obstacle, reaction, [this](Instant at) { return clock_text(at); });
    made.remedy = remedy_for(*obstacle, reaction, now);
    add_wait(made, obstacle->run);
  } else {
    add_run(made, reaction, component, event, now);
  }
  return made;
}

// What keeps back the run that answers it already.
void Engine::State::add_wait(Prospect& made, RunId run) const {
  const auto found = runs.find(run);
  if (found == runs.end() || !found->second->barrier) return;
  const Barrier& barrier = *found->second->barrier;
  made.why += fmt::format("; it waits: {}", why_withheld(*found->second));
  made.remedy =
      barrier.of.mode == Mode::kPaused ? automatic(barrier) : fmt::format("`attune approve {}`", run);
}

std::string Engine::State::automatic(const Barrier& barrier) const {
  const Component* of = system.find(barrier.component);
  return fmt::format("`attune mode automatic{}`", of == nullptr ? "" : " " + of->name);
}

// The run that it would start: what it would wait for, and what it would decide at once.
void Engine::State::add_run(Prospect& made, const Reaction& reaction, ComponentId component,
                            const TypedEvent& event, Instant now) const {
  const model::Diagram& diagram = reaction.course->diagram();
  const Turn turn{diagram.settings.priority, std::numeric_limits<RunId>::max()};  // after all that wait
  const ComponentId self = component_of(component);
  const Footprint wanted = footprint_of(diagram, system, self);
  const auto blocker = locks.blocker(turn, wanted);
  const auto slot = blocker ? std::nullopt : quotas.lacks(slots_of(reaction, component));
  const bool waits = blocker || slot;
  made.verdict = waits ? Prospect::Verdict::kWaits : Prospect::Verdict::kRuns;
  if (waits) {
    made.why = why_waiting(blocker, slot);
    made.remedy = blocker ? fmt::format("wait for the end of run {0}, or `attune cancel {0}`", blocker->run)
                          : fmt::format("wait for the end of one of them");
  }
  if (const auto barrier = modes.barrier(system, footprint_of_present(diagram, system, self), self)) {
    const Component* of = system.find(barrier->component);
    made.verdict = Prospect::Verdict::kWaits;
    made.why =
        fmt::format("{}, by {}", mode_text(of == nullptr ? "" : of->name, barrier->of.mode), barrier->of.by);
    made.remedy = barrier->of.mode == Mode::kPaused ? automatic(*barrier) : "`attune approve` it then";
  }
  Scope scope{Outlook{system, now, stage.surroundings.pipe}};
  scope.self = self;
  scope.event = &event;
  scope.moving = self;
  scope.reserved = stage.reserved;
  Rehearsal rehearsal(diagram, scope);
  rehearsal.play();
  made.rehearsed = rehearsal.decided();
  made.then = rehearsal.then();
}

}  // namespace attune::workflow
