// SPDX-License-Identifier: Apache-2.0
// Which runs wait for a person: what events and timers have started begins as the modes let it. Such a run
// stands in nobody's way: it queues for its turn only when it may begin.
#include <iterator>
#include <utility>

#include <fmt/format.h>

#include "runtime/model/settings.h"
#include "runtime/workflow/engine_state.h"

namespace attune::workflow {

using system::Component;

Result<Effects> Engine::set_mode(Mode mode, std::string_view component, std::string by, Now now) {
  State& s = *state_;
  s.stage.ledger.open(now);
  if (auto set = s.set_mode(mode, component, std::move(by)); !set) return fail(std::move(set).error());
  return conclude();
}

Result<Effects> Engine::approve(RunId run, std::string by, Now now) {
  State& s = *state_;
  s.stage.ledger.open(now);
  if (auto approved = s.approve(run, std::move(by)); !approved) return fail(std::move(approved).error());
  return conclude();
}

const Modes& Engine::modes() const {
  return state_->modes;
}

// A new project begins as its setting says.
void Engine::State::take_modes_of(const History& history) {
  modes = history.modes();
  const auto mode = find_mode(model::setting_as<std::string>(project, "mode"));
  if (history.is_empty() && mode && *mode != Mode::kAutomatic)
    (void)set_mode(*mode, {}, "attune.info");  // of the whole it can be set always
}

void Engine::State::admit(Playing& playing) {
  if (auto barrier = barrier_of(playing)) return withhold(playing, *std::move(barrier));
  if (!try_begin(playing)) wait(playing);
}

// By hand, start, stop and what interrupted runs put back is nothing that the manager does by itself.
std::optional<Barrier> Engine::State::barrier_of(const Playing& playing) const {
  if (modes.is_automatic() || playing.reaction == nullptr || playing.interrupted) return std::nullopt;
  const Commission& of = playing.run.commission();
  auto barrier = modes.barrier(system, footprint_of_present(of.course->diagram(), system, of.self), of.self);
  if (barrier && barrier->of.mode == Mode::kRecommend && playing.approved) return std::nullopt;
  return barrier;
}

void Engine::State::withhold(Playing& playing, Barrier barrier) {
  withdraw(playing);
  may_move.erase(playing.run.id());  // it may never begin
  if (barrier.of.mode == Mode::kRecommend) {
    const auto patience = model::setting_as<Duration>(project, "approval.patience");
    if (patience > Duration::zero())
      playing.patience = stage.agenda.add(stage.now() + patience, ApprovalAlarm{playing.run.id()});
  }
  playing.barrier = std::move(barrier);
  stage.ledger.record(RunWaits{playing.run.id(), why_withheld(playing)});
}

std::string Engine::State::why_withheld(const Playing& playing) const {
  const Barrier& barrier = *playing.barrier;
  if (barrier.of.mode == Mode::kRecommend) {
    const std::string until = playing.patience ? ", until " + clock_text(playing.patience->first) : "";
    return fmt::format("`attune approve {}` lets it begin{}", playing.run.id(), until);
  }
  const Component* component = system.find(barrier.component);
  return fmt::format("{} is paused by {}", component == nullptr ? "the project" : component->name,
                     barrier.of.by);
}

// What another mode lets begin, or keeps from it: those that had their turn first, first.
void Engine::State::apply_modes() {
  std::set<Turn> waiting;
  for (const auto& [id, playing] : runs)
    if (playing->waiting && playing->reaction != nullptr) waiting.insert(playing->turn);
  for (const Turn& turn : waiting) {
    const auto found = runs.find(turn.run);
    if (found == runs.end() || !found->second->waiting) continue;
    Playing& playing = *found->second;
    auto barrier = barrier_of(playing);
    const bool is_as_before = barrier.has_value() == playing.barrier.has_value() &&
                              (!barrier || (barrier->component == playing.barrier->component &&
                                            barrier->of.mode == playing.barrier->of.mode));
    if (is_as_before) continue;
    if (barrier)
      withhold(playing, *std::move(barrier));
    else
      release(playing);
  }
}

// What was kept back counts as a move only now: of many the budget may let only some begin. What was approved
// begins all the same: a person may move what he likes.
void Engine::State::release(Playing& playing) {
  const auto spent = playing.approved ? std::nullopt : no_moves_left(*playing.reaction, stage.now());
  if (spent) return end_run(playing, RunEnd::kCancelled, spent->told());
  withdraw(playing);
  admit(playing);
}

void Engine::State::patience_is_over(RunId run) {
  const auto found = runs.find(run);
  if (found == runs.end() || !found->second->barrier) return;
  found->second->patience.reset();
  const auto patience = model::setting_as<Duration>(project, "approval.patience");
  end_run(*found->second, RunEnd::kCancelled,
          fmt::format("nobody approved it within {}", to_text(model::Value(patience))));
}

Result<void> Engine::State::set_mode(Mode mode, std::string_view component, std::string by) {
  system::ComponentId id = system::kNoComponent;
  if (!component.empty()) {
    const Component* of = system.find(component);
    if (of == nullptr)
      return fail(ErrorCode::kNotFound,
                  fmt::format("there is no component '{}': see `attune status`", component));
    id = of->id;
  }
  stage.ledger.record(ModeSet{mode, std::string(component), by});
  modes.set(id, {mode, std::move(by)});
  apply_modes();
  return {};
}

Result<void> Engine::State::approve(RunId id, std::string by) {
  const auto found = runs.find(id);
  if (found == runs.end())
    return fail(ErrorCode::kNotFound, fmt::format("no run {} goes on; `attune status` lists them", id));
  Playing& playing = *found->second;
  if (!playing.waiting) return fail(ErrorCode::kInvalid, fmt::format("run {} goes on already", id));
  if (!playing.barrier || playing.barrier->of.mode != Mode::kRecommend)
    return fail(ErrorCode::kInvalid,
                fmt::format("run {} waits for no approval: {}", id, why_waiting(playing)));
  stage.ledger.record(RunApproved{id, std::move(by)});
  playing.approved = true;
  withdraw(playing);
  admit(playing);
  return {};
}

// What is removed has no mode any more, and a run about it that a mode has kept back has nothing to do. Of
// the input's records those from `from` on are new.
void Engine::State::forget_removed(size_t from) {
  bool is_freed = false;
  std::set<system::ComponentId> gone;
  for (size_t i = from; i < stage.ledger.size(); ++i) {
    const auto* changed = std::get_if<SystemChanged>(&stage.ledger.records()[i].what);
    const auto* removed =
        changed == nullptr ? nullptr : std::get_if<system::ComponentRemoved>(&changed->change);
    if (removed == nullptr) continue;
    gone.insert(removed->id);
    forget_answers(removed->id);
    stage.burdens.forget_machine(removed->id);
    if (modes.forget(removed->id)) is_freed = true;
  }
  if (gone.empty()) return;
  trials.forget_gone(system);
  forget_hosts();
  std::vector<RunId> idle;
  for (const auto& [id, playing] : runs)
    if (playing->barrier && gone.contains(playing->run.commission().self)) idle.push_back(id);
  for (const RunId id : idle)
    end_run(*runs.at(id), RunEnd::kCancelled, "its component was removed before it could begin");
  if (is_freed) apply_modes();
}

// Ids are never used again, so what was kept of one would be kept for good.
void Engine::State::forget_answers(system::ComponentId gone) {
  for (Reaction& reaction : reactions.all()) {
    const auto found = reaction.answers.find(gone);
    if (found == reaction.answers.end() || found->second.run != 0) continue;  // the run's end does it
    begin_anew(found->second);
    reaction.answers.erase(found);
  }
}

// Of machines that were hosts.
void Engine::State::forget_hosts() {
  for (Reaction& reaction : reactions.all()) {
    if (!reaction.about_host) continue;
    for (auto at = reaction.answers.begin(); at != reaction.answers.end();) {
      const bool is_host = at->first >= kFirstHost && at->first != system::kNoComponent;
      const bool goes =
          is_host && at->second.run == 0 && system.find_host(at->first & ~kFirstHost) == nullptr;
      if (goes) begin_anew(at->second);
      at = goes ? reaction.answers.erase(at) : std::next(at);
    }
  }
}

// Whether the run has not begun and is about the same: then it answers the newer event.
bool Engine::State::renew(RunId id, const TypedEvent& event) {
  const auto found = runs.find(id);
  if (found == runs.end() || !found->second->waiting || found->second->interrupted) return false;
  Playing& playing = *found->second;
  const TypedEvent& older = playing.run.commission().event;
  if (older.component != event.component || older.values == event.values) return false;
  if (!playing.made_for) playing.made_for = older;
  playing.run.renew(event);
  playing.answers_fact = is_so_still(event, playing.about);
  return true;
}

void Engine::State::record_renewal(const Playing& playing) {
  const TypedEvent& event = playing.run.commission().event;
  if (!playing.made_for || playing.made_for->values == event.values) return;
  RunRenewed renewed{playing.run.id(), event.source, {}};
  for (const auto& [name, value] : event.values) renewed.values.emplace_back(name, to_text(value));
  stage.ledger.record(std::move(renewed));
}

}  // namespace attune::workflow
