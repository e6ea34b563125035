// SPDX-License-Identifier: Apache-2.0
// What an event leads to.
#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "runtime/workflow/engine_state.h"

namespace attune::workflow {

using Reason = Suppressions::Reason;
using system::Component;
using system::ComponentId;

namespace {

void add_inside(const system::System& system, const Component& component, std::vector<ComponentId>& all) {
  all.push_back(component.id);
  for (const Component* content : system.contents(component)) add_inside(system, *content, all);
}

}  // namespace

std::string Engine::State::clock_text(Instant at) const {
  const Now& now = stage.ledger.now();
  WallTime wall = now.wall + std::chrono::duration_cast<std::chrono::microseconds>(at - now.steady);
  if (stage.surroundings.utc_offset) wall += stage.surroundings.utc_offset(wall);
  const auto seconds =
      std::chrono::floor<std::chrono::seconds>(wall - std::chrono::floor<std::chrono::days>(wall)).count();
  return fmt::format("{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60);
}

Result<Reaction*> Engine::State::reaction_to(const Event& event) {
  if (event.name == kStart || event.name == kStop)
    return fail(ErrorCode::kInvalid,
                fmt::format("'{}' is the project's {}, not an event", event.name,
                            event.name == kStart ? "beginning" : "end: use `attune stop`"));
  Reaction* reaction = reactions.find(event.name);
  if (reaction == nullptr)
    return fail(ErrorCode::kNotFound, fmt::format("no event '{}' in this project", event.name));
  return reaction;
}

Result<ComponentId> Engine::State::subject_of(const Reaction& reaction, const Event& event) const {
  const Component* component = system.find(event.component);
  if (component == nullptr && !event.component.empty())
    return fail(ErrorCode::kNotFound, fmt::format("no component '{}'", event.component));
  const bool needs_one = reaction.course != nullptr && !reaction.subject_class().empty();
  if (component == nullptr && needs_one)
    return fail(ErrorCode::kInvalid,
                fmt::format("{} is about a '{}': name it", event.name, reaction.subject_class()));
  return component == nullptr ? system::kNoComponent : component->id;
}

Result<void> Engine::State::accept(const Event& event) {
  const Result<Reaction*> reaction = reaction_to(event);
  if (!reaction) return fail(reaction.error());
  Result<TypedEvent> typed_event = typed(event, **reaction);
  if (!typed_event) return fail(std::move(typed_event).error());
  if ((*reaction)->about_host) return accept_about_host(**reaction, *std::move(typed_event));
  if ((*reaction)->about_place) return accept_about_place(**reaction, event, *typed_event);
  const Result<ComponentId> component = subject_of(**reaction, event);
  if (!component) return fail(component.error());
  uint64_t number = 0;
  react(**reaction, *component, *typed_event, number);
  return {};
}

// A host is no component: the diagram runs for each component of its subject's class on that host; without
// such a class once, and reads event.host.
Result<void> Engine::State::accept_about_host(Reaction& reaction, TypedEvent event) {
  const system::Host* host = system.find_host(event.component);
  if (host == nullptr) return fail(ErrorCode::kNotFound, fmt::format("no host '{}'", event.component));
  if (is_no_alarm(event.name, *host)) {
    stage.ledger.record(EventSuppressed{event.name, event.component, std::string(kEmptied), 1});
    return {};
  }
  event.values.emplace_back("host", model::Value(host->name));
  uint64_t number = 0;
  if (reaction.course == nullptr || reaction.subject_class().empty()) {
    react(reaction, workflow::about_host(host->id), event, number);
    return {};
  }
  const std::vector<ComponentId> there = concerned(reaction, *host);
  if (there.empty()) {
    stage.ledger.record(EventSuppressed{
        event.name, event.component, fmt::format("no '{}' on {}", reaction.subject_class(), host->name), 1});
  }
  for (const ComponentId component : there)
    if (system.find(component) != nullptr) react(reaction, component, event, number);
  return {};
}

// Ids: an answer may remove components at once.
std::vector<ComponentId> Engine::State::concerned(const Reaction& reaction, const system::Host& host) const {
  std::vector<ComponentId> there;
  for (const Component* component : system.components_on(host)) add_inside(system, *component, there);
  std::erase_if(there, [&](ComponentId one) {
    return !project.is_a(system.class_of(*system.find(one)).name, reaction.subject_class());
  });
  return there;
}

void Engine::State::accept_emitted(size_t& at_most) {
  for (; at_most > 0 && !stage.emitted.empty(); --at_most) {
    const Event event = std::move(stage.emitted.front());
    stage.emitted.pop_front();
    if (Result<void> accepted = accept(event); !accepted)
      stage.ledger.record(EventSuppressed{event.name, event.component, accepted.error().message, 1});
  }
}

void Engine::State::raise_timer(Reaction& reaction) {
  TypedEvent event{reaction.event, {}, "timer", {}};
  uint64_t number = 0;
  if (reaction.subject_class().empty()) return react(reaction, system::kNoComponent, event, number);
  std::vector<ComponentId> all;  // ids: an answer may remove components at once
  for (const Component* component : system.instances(reaction.subject_class())) all.push_back(component->id);
  for (const ComponentId id : all) {
    const Component* component = system.find(id);
    if (component == nullptr) continue;
    event.component = component->name;
    react(reaction, id, event, number);
  }
}

void Engine::State::raise_run_failed(RunId run, const std::string& diagram, const Component* subject,
                                     const std::string& why) {
  const Reaction* reaction = reactions.find(kRunFailed);
  if (reaction->course == nullptr || diagram == kRunFailed) return;
  if (subject == nullptr && !reaction->subject_class().empty()) return;
  Event event;
  event.name = kRunFailed;
  if (subject != nullptr) event.component = subject->name;
  event.values = {{"run", std::to_string(run)}, {"diagram", diagram}, {"why", why}};
  event.source = fmt::format("run {}", run);
  event.received = stage.now();
  stage.emit(std::move(event));
}

// --- whether it is answered ---

void Engine::State::react(Reaction& reaction, ComponentId component, const TypedEvent& event,
                          uint64_t& number) {
  if (const auto obstacle = obstacle_to(reaction, system, component, is_stopping))
    return suppress(reaction, component, event, *obstacle);
  if (is_cleared(event)) return cleared(reaction, component, event);
  Answer& answer = reaction.answers[component];
  lasts(answer);
  answer.over = false;
  if (is_time(reaction, answer, component, event)) this->answer(reaction, component, event, number);
}

void Engine::State::suppress(const Reaction& reaction, ComponentId component, const TypedEvent& event,
                             const Obstacle& obstacle) {
  const system::Host* host = reaction.about_host ? system.find_host(event.component) : nullptr;
  Suppressions::Key key{obstacle.reason, reaction.index,
                        component,       host == nullptr ? system::kNoHost : host->id,
                        obstacle.run,    obstacle.until};
  // A level that comes and goes holds from ever later on: that is no other kind.
  if (obstacle.reason == Reason::kHeld) key.until = {};
  suppressed.add(stage.ledger, key, event.name, event.component,
                 [&] { return to_text(obstacle, reaction, [this](Instant at) { return clock_text(at); }); });
}

// In the order in which it counts.
std::optional<Obstacle> Engine::State::obstacle_now(const Reaction& reaction, const Answer& answer,
                                                    ComponentId component, Instant now) const {
  const auto own = obstacle_to(reaction, answer, now);
  if (own && own->reason == Reason::kAnswered) return own;
  if (auto off = switched_off(reaction, component)) return off;
  if (auto load = own_load(reaction, component)) return load;
  if (auto judged = under_judgement(reaction, component)) return judged;
  if (own && own->reason == Reason::kCooldown) return own;
  if (auto rest = rest_after_resizing(reaction, now)) return rest;
  return own ? own : no_moves_left(reaction, now);
}

// Whether no run about the component goes on, the diagram does not rest, and the condition has held.
bool Engine::State::is_time(Reaction& reaction, Answer& answer, ComponentId component,
                            const TypedEvent& event) {
  if (reaction.settings().hold) begin_hold(reaction, answer, component, event);
  if (answer.run != 0 && renew(answer.run, event)) {
    suppress(reaction, component, event, {Reason::kRenewed, answer.run});
    return false;
  }
  const auto obstacle = obstacle_now(reaction, answer, component, stage.now());
  if (!obstacle || obstacle->reason == Reason::kHeld) drop_put_off(answer, event);
  if (!obstacle) {
    end_hold(answer);
    return true;
  }
  if (obstacle->reason == Reason::kHeld) {
    answer.latest = event;
    if (!answer.holding)
      answer.holding = stage.agenda.add(obstacle->until, HoldAlarm{reaction.index, component});
  }
  if (obstacle->reason == Reason::kOwnLoad) put_down(reaction, answer, component, event, obstacle->run);
  Obstacle told = *obstacle;
  told.is_put_off = put_off(reaction, answer, component, event, told) && told.reason != Reason::kSwitchedOff;
  suppress(reaction, component, event, told);
  return false;
}

void Engine::State::hold_is_over(const HoldAlarm& alarm) {
  Reaction& reaction = reactions.at(alarm.reaction);
  const auto found = reaction.answers.find(alarm.component);
  if (found == reaction.answers.end() || !found->second.holding) return;
  if (component_of(alarm.component) != system::kNoComponent && system.find(alarm.component) == nullptr) {
    reaction.answers.erase(found);
    return;
  }
  Answer& answer = found->second;
  if (!answer.ending && is_over(answer, alarm.component))
    return fact_is_over(reaction, alarm.component, answer);
  answer.holding.reset();
  if (answer.ending) return;  // answered when it comes back in time
  if (answer.is_fact && !is_so_still(answer.latest, alarm.component)) {
    answer.holding = stage.agenda.add(stage.now() + kLookEvery, HoldAlarm(alarm));
    return;
  }
  uint64_t number = 0;
  react(reaction, alarm.component, TypedEvent(answer.latest), number);
}

std::optional<AboutId> Engine::State::about_of(const Reaction& reaction, const std::string& name) const {
  if (name.empty()) return system::kNoComponent;
  if (reaction.about_place) return place_called(name);
  if (reaction.about_host && reaction.subject_class().empty()) {
    const system::Host* host = system.find_host(name);
    return host == nullptr ? std::nullopt : std::optional(workflow::about_host(host->id));
  }
  const Component* component = system.find(name);
  return component == nullptr ? std::nullopt : std::optional(component->id);
}

void Engine::State::rest(const std::string& diagram, const std::string& about, Duration over) {
  Reaction* reaction = reactions.find(diagram);
  if (reaction == nullptr || reaction->course == nullptr || !reaction->settings().cooldown) return;
  if (const auto id = about_of(*reaction, about))
    reaction->answers[*id].rests_until = stage.now() + *reaction->settings().cooldown - over;
}

// The condition has ended, or was answered: it must hold once more before the next answer.
void Engine::State::begin_anew(Answer& answer) {
  end_hold(answer);
  answer.since.reset();
  answer.load_of = 0;
  lasts(answer);
}

void Engine::State::end_hold(Answer& answer) {
  if (answer.holding) stage.agenda.remove(*answer.holding);
  answer.holding.reset();
}

// It has not ended, though it was said to be over.
void Engine::State::lasts(Answer& answer) {
  if (answer.ending) stage.agenda.remove(*answer.ending);
  answer.ending.reset();
}

void Engine::State::cleared(Reaction& reaction, ComponentId component, const TypedEvent& event) {
  suppress(reaction, component, event, {Reason::kCleared});
  const auto found = reaction.answers.find(component);
  if (found != reaction.answers.end()) ends(reaction, component, found->second);
}

// Unless it is back within `release`.
void Engine::State::ends(Reaction& reaction, ComponentId component, Answer& answer) {
  const auto& release = reaction.settings().release;
  if (!release) return condition_ended(reaction, component);
  if (!answer.ending)
    answer.ending = stage.agenda.add(stage.now() + *release, ReleaseAlarm{reaction.index, component});
}

void Engine::State::release_is_over(const ReleaseAlarm& alarm) {
  Reaction& reaction = reactions.at(alarm.reaction);
  const auto found = reaction.answers.find(alarm.component);
  if (found == reaction.answers.end() || !found->second.ending) return;
  found->second.ending.reset();
  condition_ended(reaction, alarm.component);
}

void Engine::State::condition_ended(Reaction& reaction, ComponentId component) {
  const auto found = reaction.answers.find(component);
  if (found == reaction.answers.end()) return;
  Answer& answer = found->second;
  begin_anew(answer);
  answer.over = true;
  judges = true;
  const auto run = runs.find(answer.run);
  if (run != runs.end() && run->second->waiting)
    end_run(*run->second, RunEnd::kCancelled,
            why_over(*run->second).value_or("its condition ended before it could begin"));
}

// --- the answer ---

uint64_t Engine::State::record_event(const TypedEvent& event, uint64_t& number) {
  if (number != 0) return number;
  number = stage.ledger.new_event();
  EventAccepted accepted{number, event.name, event.component, event.source, {}};
  for (const auto& [name, value] : event.values) accepted.values.emplace_back(name, to_text(value));
  stage.ledger.record(std::move(accepted));
  return number;
}

void Engine::State::answer(Reaction& reaction, ComponentId component, const TypedEvent& event,
                           uint64_t& number) {
  record_event(event, number);
  Commission commissioned;
  commissioned.course = reaction.course;
  commissioned.event = event;
  commissioned.self = component_of(component);
  const model::Diagram& diagram = reaction.course->diagram();
  commission(
      reaction.event, std::move(commissioned), number, {&reaction, component}, diagram.settings.priority,
      [this, &diagram, self = component_of(component)] { return footprint_of(diagram, system, self); });
}

}  // namespace attune::workflow
