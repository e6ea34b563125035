// SPDX-License-Identifier: Apache-2.0
// Which run may go on, and what a run's end makes possible.
#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "runtime/model/own_runs.h"
#include "runtime/workflow/engine_state.h"
#include "runtime/workflow/moving.h"
#include "runtime/workflow/rule.h"

namespace attune::workflow {

using system::Component;

namespace {
// Of a storm that diagrams make among themselves, so much is taken in one input; the rest in the next tick.
constexpr size_t kMostAtOnce = 1000;
}  // namespace

// The run is there at once; it begins when it can have all that it may touch.
RunId Engine::State::commission(std::string diagram, Commission commission, uint64_t event,
                                Answering answering, int priority, std::function<Footprint()> survey) {
  const RunId id = stage.ledger.new_run();
  const Component* subject = system.find(commission.self);
  const model::Diagram& drawn = commission.course->diagram();
  stage.ledger.record(RunStarted{id, event, diagram, subject == nullptr ? "" : subject->name,
                                 rule_text(drawn, project), terms_text(drawn.settings)});
  Playing& made = add(id, std::move(diagram), std::move(commission), answering, priority, std::move(survey));
  if (answering.reaction != nullptr && answering.reaction->may_move) may_move.insert(id);
  made.answers_fact = answering.reaction != nullptr && is_so_still(made.run.commission().event, made.about);
  admit(made);
  return id;
}

Playing& Engine::State::add(RunId id, std::string diagram, Commission commission, Answering answering,
                            int priority, std::function<Footprint()> survey) {
  if (answering.reaction != nullptr) answering.reaction->answers[answering.about].run = id;
  stage.ledger.undo_of(id).restarts = restarts(diagram, answering.reaction);
  auto playing = std::make_unique<Playing>(stage, id, std::move(commission));
  playing->turn = Turn{priority, id};
  playing->diagram = std::move(diagram);
  playing->reaction = answering.reaction;
  playing->about = answering.about;
  playing->survey = std::move(survey);
  return *runs.emplace(id, std::move(playing)).first->second;
}

RunId Engine::State::commission_by_hand(std::string_view what, std::string by, TypedEvent event,
                                        Commission commissioned, std::function<Footprint()> survey) {
  event.name = what;
  event.source = std::move(by);
  uint64_t number = 0;
  record_event(event, number);
  commissioned.event = std::move(event);
  const bool first = what == kStart || what == kStop;
  return commission(std::string(what), std::move(commissioned), number, {}, first ? kFirst : kByHand,
                    std::move(survey));
}

// `stop` can be asked for again.
bool Engine::State::restarts(const std::string& diagram, const Reaction* reaction) {
  return reaction != nullptr && diagram != kStop;
}

// By hand as well: one action, as a diagram would have it.
RunId Engine::State::commission_one(std::string_view what, std::string by, TypedEvent event,
                                    system::ComponentId self, model::Action action) {
  Commission commissioned;
  commissioned.course = std::make_shared<const Course>(Course::of(std::move(action)));
  commissioned.self = self;
  return commission_by_hand(
      what, std::move(by), std::move(event), commissioned,
      [this, self, course = commissioned.course] { return footprint_of(course->diagram(), system, self); });
}

bool Engine::State::try_begin(Playing& playing) {
  const Footprint wanted = playing.survey();
  if (locks.blocker(playing.turn, wanted) && who_lets_pass(playing) == 0) return false;
  if (quotas.take(playing.turn, slots_of(playing), may_go)) return false;
  begin(playing, wanted);
  return true;
}

// Nothing is in its way. What it answers may be over by now.
void Engine::State::begin(Playing& playing, const Footprint& wanted) {
  if (auto why = playing.interrupted ? std::nullopt : why_over(playing))
    return end_run(playing, RunEnd::kCancelled, *std::move(why));
  if (locks.take(playing.turn, wanted)) (void)locks.take_beside(playing.turn, wanted, who_lets_pass(playing));
  playing.waiting = false;
  const RunId id = playing.run.id();
  record_renewal(playing);
  if (playing.interrupted)
    playing.run.put_back(std::string(kInterruptedWhy));
  else
    playing.run.begin();
  look_after(id);
}

void Engine::State::wait(Playing& playing) {
  playing.claim = playing.survey();
  locks.wait(playing.turn, playing.claim);
  stage.ledger.record(RunWaits{playing.run.id(), why_waiting(playing)});
}

std::string Engine::State::why_waiting(const Playing& playing) const {
  if (playing.barrier) return why_withheld(playing);
  return why_waiting(locks.blocker(playing.turn, playing.claim), quotas.waits_for(playing.run.id()));
}

std::string Engine::State::why_waiting(const std::optional<Blocker>& blocker,
                                       const std::optional<Slot>& slot) const {
  if (blocker) {
    const Component* component = system.find(blocker->component);
    const std::string what = component != nullptr
                                 ? component->name
                                 : fmt::format("'{}' as a whole", project.classes[blocker->class_index].name);
    const std::string_view how = blocker->holds ? "in use by" : "wanted before by";
    return fmt::format("{} is {} run {}", what, how, blocker->run);
  }
  return slot ? why_waiting_for(*slot) : std::string();
}

void Engine::State::leave_locks(const Playing& playing) {
  for (const Turn& turn : locks.leave(playing.run.id())) may_go.insert(turn);
}

// Takes the run out of those that wait, or go on.
void Engine::State::withdraw(Playing& playing) {
  if (playing.barrier && playing.reaction->may_move) may_move.insert(playing.run.id());
  playing.barrier.reset();
  if (playing.patience) stage.agenda.remove(*std::exchange(playing.patience, std::nullopt));
  leave_locks(playing);
  quotas.leave(playing.run.id(), may_go);
}

void Engine::State::retry() {
  while (!may_go.empty()) {
    const Turn turn = *may_go.begin();
    may_go.erase(may_go.begin());
    retry(turn);
  }
}

void Engine::State::retry(const Turn& turn) {
  const auto found = runs.find(turn.run);
  if (found == runs.end() || !found->second->waiting) return;
  if (is_winding_up) return;  // an interrupted one: the next manager sees to it
  Playing& playing = *found->second;
  const system::ComponentId self = playing.run.commission().self;
  if (self != system::kNoComponent && system.find(self) == nullptr && !playing.interrupted)
    return end_run(playing, RunEnd::kCancelled, "its component was removed before it could begin");
  if (playing.barrier) return;
  if (auto barrier = barrier_of(playing)) return withhold(playing, *std::move(barrier));
  Footprint wanted = playing.survey();
  if (wanted != playing.claim) {
    leave_locks(playing);
    playing.claim = std::move(wanted);
    locks.wait(playing.turn, playing.claim);
  }
  // What is in use leaves its slots to the next that waits for one.
  const bool is_kept = locks.blocker(playing.turn, playing.claim) && who_lets_pass(playing) == 0;
  if (is_kept) return quotas.leave(turn.run, may_go);
  if (quotas.take(turn, slots_of(playing), may_go)) return;
  leave_locks(playing);
  begin(playing, playing.claim);
}

void Engine::State::ring(const Alarm& alarm) {
  const auto run_of = [this](RunId id) {
    const auto found = runs.find(id);
    return found == runs.end() ? nullptr : &found->second->run;
  };
  if (const auto* after = std::get_if<AfterAlarm>(&alarm)) {
    if (Run* run = run_of(after->run)) run->after(after->flow);
    look_after(after->run);
  } else if (const auto* waited = std::get_if<WaitAlarm>(&alarm)) {
    if (Run* run = run_of(waited->run)) run->waited(waited->flow);
    look_after(waited->run);
  } else if (const auto* hold = std::get_if<HoldAlarm>(&alarm)) {
    hold_is_over(*hold);
  } else if (const auto* fact = std::get_if<FactAlarm>(&alarm)) {
    take_up(*fact);
  } else if (const auto* release = std::get_if<ReleaseAlarm>(&alarm)) {
    release_is_over(*release);
  } else if (const auto* timer = std::get_if<TimerAlarm>(&alarm)) {
    Reaction& reaction = reactions.at(timer->reaction);
    if (timetable.is_due(stage, reaction)) raise_timer(reaction);
  } else if (const auto* down = std::get_if<FenceAlarm>(&alarm)) {
    fence(down->host);
  } else if (const auto* power = std::get_if<PowerAlarm>(&alarm)) {
    ring(*power);
  } else if (const auto* approval = std::get_if<ApprovalAlarm>(&alarm)) {
    patience_is_over(approval->run);
  } else {
    looks = false;  // conclude() looks
    judges = true;
  }
}

Result<void> Engine::State::move_by_hand(const system::HostAssigned& change, std::string by) {
  const Component* component = system.find(change.id);
  if (component == nullptr) return fail(ErrorCode::kNotFound, "no such component");
  if (const RunId holder = locks.holder(component->id, component->class_index)) {
    return fail(ErrorCode::kFailed, fmt::format("{} is in use by run {}; cancel that, or wait for its end",
                                                component->name, holder));
  }
  const system::Host* wanted = system.find_host(change.host);
  if (wanted != nullptr && wanted->in_maintenance && component->host != wanted->id)
    return fail(ErrorCode::kInvalid, fmt::format("{0} is in maintenance: take another host, or end that with "
                                                 "`attune maintenance --end {0}`",
                                                 change.host));
  const system::Host* present = system.host_of(*component);
  const bool is_deployed = component->lifecycle != system::Lifecycle::kDeclared && present != nullptr &&
                           present->name != change.host && system::is_usable(present->state);
  if (is_deployed && !system::may_run(component->lifecycle)) {
    return fail(ErrorCode::kInvalid,
                fmt::format("{0} is deployed on {1}: `attune undeploy {0}` first, or that is "
                            "left there",
                            component->name, present->name));
  }
  return move_to(stage, *component, change.host, 0, std::move(by));
}

// The reaction to a host that is down may have been held up until somebody was sure.
Result<void> Engine::State::give_up(const std::string& name, const std::string& by) {
  const system::Host* host = system.find_host(name);
  if (host == nullptr)
    return fail(ErrorCode::kNotFound, fmt::format("there is no host '{}': see `attune status`", name));
  if (host->vm != system::kNoComponent)
    return fail(ErrorCode::kInvalid,
                fmt::format("{} is a virtual machine: libvirt's word counts, kill it instead", name));
  if (host->state == system::HostState::kOff) return {};
  if (host->state != system::HostState::kDown)
    return fail(ErrorCode::kInvalid,
                fmt::format("{} is {}, not down: only of a host that does not answer can "
                            "it be said that it is off",
                            name, system::name_of(host->state)));
  Result<void> done =
      stage.ledger.change(system::HostChanged{.host = name, .state = system::HostState::kOff}, 0, by);
  if (done) stage.emit({std::string(kHostDown), name, {}, by, stage.now()});
  return done;
}

void Engine::State::look_after(RunId id) {
  const auto found = runs.find(id);
  if (found == runs.end()) return;
  Run& run = found->second->run;
  if (run.is_over()) return end_run(*found->second, run.end(), run.why());
  if (run.waits_for_condition()) {
    watching.insert(id);
  } else {
    watching.erase(id);
  }
}

void Engine::State::end_run(Playing& playing, RunEnd end, std::string why) {
  const RunId id = playing.run.id();
  note_arrivals();
  if (!playing.run.is_left()) stage.ledger.record(RunEnded{id, end, why});
  stage.ledger.forget_undo(id);
  stage.ledger.run_ended(id);
  for (size_t i = stage.reserved.size(); i-- > 0;) {
    if (stage.reserved_by[i] != id) continue;
    stage.reserved.erase(stage.reserved.begin() + static_cast<ptrdiff_t>(i));
    stage.reserved_by.erase(stage.reserved_by.begin() + static_cast<ptrdiff_t>(i));
  }
  withdraw(playing);
  may_move.erase(id);
  if (Reaction* reaction = playing.reaction) {
    Answer& answer = reaction->answers[playing.about];
    answer.run = 0;
    if (!playing.waiting) {
      begin_anew(answer);
      if (reaction->settings().cooldown) answer.rests_until = stage.now() + *reaction->settings().cooldown;
    }
    if (!playing.waiting && !playing.interrupted) judge(playing, end, why);
    take_up(*reaction, answer, playing.about);
    const system::ComponentId self = playing.run.commission().self;
    if (self != system::kNoComponent && system.find(self) == nullptr) reaction->answers.erase(playing.about);
  }
  if (playing.diagram == kStart && end == RunEnd::kDone) is_started = true;
  // What is not stopped goes on being managed.
  if (playing.diagram == kStop && end != RunEnd::kDone && !playing.interrupted) is_stopping = is_winding_up;
  if (playing.diagram == kFence && playing.reaction == nullptr) fence_ended(playing, end, why);
  if (playing.diagram == model::kPowerOnRun && playing.reaction == nullptr) switched_on(playing, end, why);
  broke_off(id);
  note_kept_on(playing);
  if (end == RunEnd::kFailed || (end == RunEnd::kInterrupted && !playing.run.is_left()))
    raise_run_failed(id, playing.diagram, system.find(playing.run.commission().self), why);
  watching.erase(id);
  runs.erase(id);
  stage.burdens.forget(id);
  load_is_over(id);
}

void Engine::State::cancel_waiting(const std::string& why) {
  std::vector<RunId> waiting;
  for (const auto& [id, playing] : runs) {
    if (playing->waiting && !playing->interrupted) waiting.push_back(id);
  }
  for (const RunId id : waiting) end_run(*runs.at(id), RunEnd::kCancelled, why);
}

void Engine::State::look_again() {
  for (const RunId id : std::set(watching)) {
    const auto found = runs.find(id);
    if (found == runs.end()) continue;
    found->second->run.look_again();
    look_after(id);
  }
}

void Engine::State::conclude() {
  size_t emitted = kMostAtOnce;
  for (size_t before = SIZE_MAX; stage.ledger.size() != before;) {
    forget_removed(before == SIZE_MAX ? 0 : before);
    withdraw_what_is_over(before == SIZE_MAX ? 0 : before);
    note_power(before == SIZE_MAX ? 0 : before);
    before = stage.ledger.size();
    empty_arrived();
    raise_empty();
    keep_reserves();
    accept_emitted(emitted);
    look_again();
    look_at_judgements();
    let_fences_pass();
    retry();
  }
  noted = 0;
  if ((watching.empty() && judgements.empty()) || looks) return;
  looks = true;
  stage.agenda.add(stage.now() + kLookEvery, LookAlarm{});
}

Footprint Engine::State::footprint_of_one(system::ComponentId id) const {
  Footprint one;
  add_component(one, system, id);
  return one;
}

Footprint Engine::State::footprint_of_whole(system::ComponentId id) const {
  Footprint whole;
  if (const Component* component = system.find(id)) add_whole(whole, system, *component);
  return whole;
}

Footprint Engine::State::everything() const {
  Footprint all;
  for (uint32_t i = 0; i < project.classes.size(); ++i) all.classes.insert(i);
  return all;
}

}  // namespace attune::workflow
