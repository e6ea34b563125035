// SPDX-License-Identifier: Apache-2.0
// Facts that the manager raises once and that stay true: that a host is down, that a component does not run.
// One that comes while its reaction rests is put off, and answered after that if it is still so; one that is
// held is answered if it is so until then.
#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "runtime/workflow/engine_state.h"

namespace attune::workflow {

using Reason = Suppressions::Reason;
using system::ComponentId;
using system::Lifecycle;

// Also of those that are repeated anyway while they last, such as component_failed. Of what the system does
// not tell it cannot be said.
bool Engine::State::is_so_still(const TypedEvent& event, AboutId about) const {
  if (event.name == kHostDown) {
    const system::Host* host = system.find_host(event.component);
    if (host == nullptr || system::is_usable(host->state)) return false;
    if (component_of(about) == system::kNoComponent) return !is_no_alarm(event.name, *host);
    const system::Component* there = system.find(about);
    return there != nullptr && system.host_of(*there) == host;
  }
  if (event.name == kHostEmpty) {
    const system::Host* host = system.find_host(event.component);
    return host != nullptr && is_vacant(*host);
  }
  // The groups are as they were told until they are told anew.
  if (event.name == kRegroup) return true;
  const system::Component* subject = system.find(event.component);
  if (subject == nullptr) return false;
  if (event.name == kVmStopped) return subject->lifecycle == Lifecycle::kStopped;
  if (event.name == kVmCrashed) return subject->lifecycle == Lifecycle::kFailed;
  return event.name == kComponentFailed &&
         (subject->lifecycle == Lifecycle::kFailed || subject->lifecycle == Lifecycle::kStopped);
}

std::optional<std::string> Engine::State::why_over(const Playing& playing) const {
  const TypedEvent& event = playing.run.commission().event;
  if (!playing.answers_fact || is_so_still(event, playing.about)) return std::nullopt;
  return "its condition ended before it could begin: " + what_is_so(event, playing.about);
}

std::string Engine::State::what_is_so(const TypedEvent& event, AboutId about) const {
  if (event.name == kHostEmpty) return fmt::format("{} is not empty, or cannot be used", event.component);
  const system::Host* host = event.name == kHostDown ? system.find_host(event.component) : nullptr;
  const system::Component* component = system.find(component_of(about));
  if (host != nullptr && system::is_usable(host->state))
    return fmt::format("{} is {}", host->name, system::name_of(host->state));
  if (host != nullptr)
    return component == nullptr ? std::string(kEmptied)
                                : fmt::format("{} is not on {}", component->name, host->name);
  if (component == nullptr) return "it is gone";
  return fmt::format("{} is {}", component->name, system::name_of(component->lifecycle));
}

namespace {

// Whether a fact may be over by it, for good: what only goes through a state has not come to an end.
bool may_end_a_fact(const system::Change& change) {
  if (const auto* host = std::get_if<system::HostChanged>(&change)) return system::is_usable(host->state);
  if (const auto* placed = std::get_if<system::HostAssigned>(&change)) return !placed->host.empty();
  const auto* component = std::get_if<system::LifecycleChanged>(&change);
  return component != nullptr && component->to == Lifecycle::kStarted;
}

}  // namespace

// Of what is held, and of the runs that a mode keeps back, so that nobody is asked to approve them. All other
// runs are looked at when they could begin. Of the input's records those from `from` on are new.
void Engine::State::withdraw_what_is_over(size_t from) {
  bool may_be = false;
  for (size_t i = from; i < stage.ledger.size(); ++i) {
    const auto* changed = std::get_if<SystemChanged>(&stage.ledger.records()[i].what);
    if (changed == nullptr || !may_end_a_fact(changed->change)) continue;
    may_be = true;
    look_at_held(system::Change(changed->change));  // a copy: what it tells is recorded
  }
  if (!may_be || modes.is_automatic()) return;
  std::vector<RunId> over;
  for (const auto& [id, playing] : runs)
    if (playing->barrier && why_over(*playing)) over.push_back(id);
  for (const RunId id : over) end_run(*runs.at(id), RunEnd::kCancelled, *why_over(*runs.at(id)));
}

// --- held ---

// A fact that is another one than before, or that was over meanwhile, must last anew.
void Engine::State::begin_hold(const Reaction& reaction, Answer& answer, AboutId about,
                               const TypedEvent& event) {
  if (is_over(answer, about)) begin_anew(answer);
  if (!answer.since) answer.since = stage.now();
  if (!reaction.is_built_in) return;
  answer.is_fact = is_so_still(event, about) || (answer.is_fact && is_on_its_way(answer, about));
  answer.latest = event;
}

bool Engine::State::is_over(const Answer& answer, AboutId about) const {
  return answer.is_fact && !is_so_still(answer.latest, about) && !is_on_its_way(answer, about);
}

bool Engine::State::is_on_its_way(const Answer& answer, AboutId about) const {
  if (answer.latest.name == kHostDown) return false;
  const system::Component* component = system.find(component_of(about));
  return component != nullptr &&
         (component->lifecycle == Lifecycle::kStarting || component->lifecycle == Lifecycle::kStopping);
}

// Also where it is not held, or not any more: whoever waits for its end sees it.
void Engine::State::fact_is_over(Reaction& reaction, AboutId about, Answer& answer) {
  const auto told = [this, &reaction, &answer, about] {
    const std::string now = what_is_so(answer.latest, about);
    const model::Settings& settings = reaction.settings();
    if (settings.release)
      return fmt::format("the condition ends, unless it is back within {}: {}",
                         to_text(model::Value(*settings.release)), now);
    return fmt::format("its condition ended before it had lasted {}: {}",
                       to_text(model::Value(*settings.hold)), now);
  };
  if (answer.holding)
    suppress(reaction, about, answer.latest, Obstacle{.reason = Reason::kOver, .told = told});
  end_hold(answer);
  ends(reaction, about, answer);
}

void Engine::State::look_at_held(Reaction& reaction, AboutId about) {
  const auto found = reaction.answers.find(about);
  if (found != reaction.answers.end() && is_over(found->second, about))
    fact_is_over(reaction, about, found->second);
}

// After a change that may have ended one.
void Engine::State::look_at_held(const system::Change& change) {
  if (const auto* component = std::get_if<system::LifecycleChanged>(&change)) {
    for (const std::string_view fact : {kVmStopped, kVmCrashed, kComponentFailed})
      look_at_held(*reactions.find(fact), component->id);
    return;
  }
  if (const auto* placed = std::get_if<system::HostAssigned>(&change)) {
    Reaction& empty = *reactions.find(kHostEmpty);
    const system::Host* host = system.find_host(placed->host);
    if (host != nullptr && empty.course != nullptr && empty.settings().hold)
      look_at_held(empty, workflow::about_host(host->id));
    return;
  }
  Reaction& down = *reactions.find(kHostDown);
  const system::Host* host = system.find_host(std::get<system::HostChanged>(change).host);
  if (host == nullptr || down.course == nullptr || !down.settings().hold) return;
  if (down.subject_class().empty()) return look_at_held(down, workflow::about_host(host->id));
  for (const ComponentId one : concerned(down, *host)) look_at_held(down, one);
}

// --- put off ---

// What passes with the run, the rest or the judgement that is in the way, or when it is switched on again.
bool Engine::State::put_off(const Reaction& reaction, Answer& answer, AboutId about, const TypedEvent& event,
                            const Obstacle& obstacle) {
  if (obstacle.reason == Reason::kAnswered) {
    const auto run = runs.find(obstacle.run);
    const bool will_answer = run != runs.end() && run->second->waiting && !run->second->interrupted &&
                             run->second->run.commission().event.component == event.component;
    if (will_answer) return false;
  }
  if (obstacle.reason == Reason::kHeld || !is_so_still(event, about)) return false;
  const size_t older = drop_put_off(answer, event);
  answer.put_off.push_back(event);
  // Nobody says when the runs that go on have left moves over: that is looked at.
  const bool is_budget = obstacle.reason == Reason::kMoves;
  const bool is_dated =
      obstacle.reason == Reason::kCooldown || obstacle.reason == Reason::kResized || is_budget;
  const Duration least = is_budget ? kLookEvery : std::chrono::milliseconds(1);
  if (is_dated && older == 0)
    stage.agenda.add(std::max(obstacle.until, stage.now() + least), FactAlarm{reaction.index, about});
  return true;
}

// What is older of the same.
size_t Engine::State::drop_put_off(Answer& answer, const TypedEvent& event) {
  return std::erase_if(answer.put_off,
                       [&](const TypedEvent& one) { return one.component == event.component; });
}

// The run, or the judgement, is over: what was put off for it is due now, or after the rest.
void Engine::State::take_up(const Reaction& reaction, const Answer& answer, AboutId about) {
  if (!answer.put_off.empty())
    stage.agenda.add(std::max(stage.now(), answer.rests_until), FactAlarm{reaction.index, about});
}

void Engine::State::take_up(const FactAlarm& alarm) {
  Reaction& reaction = reactions.at(alarm.reaction);
  const auto found = reaction.answers.find(alarm.about);
  if (found == reaction.answers.end()) return;
  for (const TypedEvent& event : std::exchange(found->second.put_off, {})) {
    const ComponentId component = component_of(alarm.about);
    const bool is_gone = component != system::kNoComponent && system.find(component) == nullptr;
    uint64_t number = 0;
    if (!is_gone && is_so_still(event, alarm.about)) react(reaction, alarm.about, event, number);
  }
}

}  // namespace attune::workflow
