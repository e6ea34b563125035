// SPDX-License-Identifier: Apache-2.0
#include "runtime/workflow/history.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "runtime/system/inverse.h"
#include "runtime/workflow/checkpoint.h"
#include "runtime/workflow/stub_call.h"

namespace attune::workflow {

History::History(system::System& system) : system_(system) {
  lately_.most_moves = moves_to_remember(system.project());
}

Result<void> History::add(const Record& record) {
  if (record.sequence < next_.record) {
    return fail(ErrorCode::kCorrupt,
                fmt::format("record {} comes after record {}", record.sequence, next_.record - 1));
  }
  next_.record = record.sequence + 1;
  if (const auto* event = std::get_if<EventAccepted>(&record.what)) {
    take(*event);
  } else if (const auto* run = std::get_if<RunStarted>(&record.what)) {
    take(*run);
  } else if (const auto* waits = std::get_if<RunWaits>(&record.what)) {
    has_begun(waits->run, false);
  } else if (const auto* state = std::get_if<StateEntered>(&record.what)) {
    entered(*state);
  } else if (const auto* guard = std::get_if<GuardEvaluated>(&record.what)) {
    has_begun(guard->run, true);
  } else if (const auto* intent = std::get_if<CallIntent>(&record.what)) {
    intended(intent->call);
  } else if (const auto* call = std::get_if<CallEnded>(&record.what)) {
    open_calls_.erase(call->call);
  } else if (const auto* end = std::get_if<RunEnded>(&record.what)) {
    take(record, *end);
  } else if (const auto* mode = std::get_if<ModeSet>(&record.what)) {
    take(*mode);
  } else if (const auto* judged = std::get_if<RunJudged>(&record.what)) {
    const model::Settings* settings = settings_of(judged->diagram);
    if (settings != nullptr && settings->tries) trials_.judged(*judged);
  } else if (const auto* switched = std::get_if<ReactionSwitched>(&record.what)) {
    trials_.switched(*switched);
  } else if (const auto* changed = std::get_if<SystemChanged>(&record.what)) {
    return change(record, *changed);
  }
  return {};
}

const model::Settings* History::settings_of(const std::string& diagram) const {
  const auto found = system_.project().diagrams.find(diagram);
  return found == system_.project().diagrams.end() ? nullptr : &found->second.settings;
}

Checkpoint History::checkpoint() const {
  Checkpoint made;
  made.next = next_;
  made.started = started_;
  made.about = latest_about_;
  made.system = system_.snapshot();
  for (const auto& [id, run] : open_runs_) made.runs.push_back({id, run});
  for (const auto& [id, call] : open_calls_) made.calls.push_back(call);
  for (const auto& [of, at] : ends_) made.ends.push_back({of.second, of.first, at});
  for (const auto& [of, trial] : trials_.all()) made.trials.push_back({of.first, of.second, trial});
  made.resized = lately_.resized;
  made.moves.assign(lately_.moves.begin(), lately_.moves.end());
  const ModeOf& whole = modes_.whole();
  if (!whole.by.empty()) made.modes.push_back({whole.mode, {}, whole.by});
  for (const auto& [id, of] : modes_.components())
    made.modes.push_back({of.mode, system_.find(id)->name, of.by});
  for (const auto& [id, stop] : own_stops_.all())
    made.own_stops.push_back({system_.find(id)->name, stop.by, stop.run});
  for (const auto& [host, off] : off_hosts_.all()) made.off.push_back({host, off});
  return made;
}

Result<void> History::restore(Checkpoint of) {
  if (auto restored = system_.restore(of.system); !restored) return restored;
  next_ = of.next;
  started_ = of.started;
  latest_about_ = std::move(of.about);
  for (Checkpoint::Run& run : of.runs) open_runs_.insert_or_assign(run.id, std::move(run.run));
  for (Call& call : of.calls) open_calls_.insert_or_assign(call.id, std::move(call));
  for (Checkpoint::End& end : of.ends)
    if (is_there(end.about)) ends_.insert_or_assign({std::move(end.about), std::move(end.diagram)}, end.at);
  for (Checkpoint::Trial& one : of.trials)
    trials_.restore({std::move(one.diagram), std::move(one.subject)}, one.trial);
  lately_.resized = std::move(of.resized);
  for (const WallTime at : of.moves) lately_.add(Deed{}, at);
  for (const ModeSet& mode : of.modes) take(mode);
  for (Checkpoint::OwnStop& one : of.own_stops)
    if (const system::Component* component = system_.find(one.component))
      own_stops_.restore(component->id, {std::move(one.by), one.run});
  for (Checkpoint::OffHost& one : of.off) {
    const system::Host* host = system_.find_host(one.host);
    if (host != nullptr && host->state == system::HostState::kOff)
      off_hosts_.restore(std::move(one.host), std::move(one.off));
  }
  return {};
}

bool History::is_started() const {
  return started_ && std::none_of(open_runs_.begin(), open_runs_.end(), [](const auto& open) {
           return open.second.diagram == kStop && open.second.begun;
         });
}

void History::take(const EventAccepted& event) {
  next_.event = std::max(next_.event, event.event + 1);
  latest_about_ = event.component;
}

// One about a host or a site follows its event at once.
void History::take(const RunStarted& run) {
  next_.run = std::max(next_.run, run.run + 1);
  OpenRun& open = open_runs_[run.run];
  open = {run.diagram, run.subject};
  const bool is_about_none = is_about_host(run.diagram) || is_about_place(run.diagram);
  if (is_about_none && run.subject.empty() && run.event + 1 == next_.event) open.host = latest_about_;
  own_stops_.started(system_, run);
}

bool History::is_there(const std::string& about) const {
  return about.empty() || system_.find(about) != nullptr || system_.find_host(about) != nullptr ||
         system_.find_site(about) != nullptr;
}

// A name may be given again, where the number that it ends with is not in it.
void History::forget(const std::string& component) {
  const auto first = ends_.lower_bound({component, {}});
  auto last = first;
  while (last != ends_.end() && last->first.first == component) ++last;
  ends_.erase(first, last);
}

void History::has_begun(RunId run, bool begun) {
  if (const auto found = open_runs_.find(run); found != open_runs_.end()) found->second.begun = begun;
}

void History::entered(const StateEntered& state) {
  has_begun(state.run, true);
  const auto found = open_runs_.find(state.run);
  if (found != open_runs_.end() && state.state == kUndoState) found->second.undo.under_way = true;
}

void History::intended(const Call& call) {
  next_.call = std::max(next_.call, call.id + 1);
  open_calls_.insert_or_assign(call.id, call);
  if (const auto found = open_runs_.find(call.run); found != open_runs_.end())
    found->second.undo.intended(call);
}

Result<void> History::change(const Record& record, const SystemChanged& changed) {
  std::optional<system::Change> back =
      is_own(changed) ? system::inverse(system_, changed.change) : std::nullopt;
  static const Undo kNone;
  const auto open = open_runs_.find(changed.run);
  const std::optional<Deed> deed =
      deed_of(system_, changed, open == open_runs_.end() ? kNone : open->second.undo);
  const auto* removed = std::get_if<system::ComponentRemoved>(&changed.change);
  const system::Component* going = removed == nullptr ? nullptr : system_.find(removed->id);
  if (going != nullptr) forget(going->name);
  own_stops_.changes(system_, changed);
  if (Result<void> applied = system_.apply(changed.change); !applied) {
    return fail(ErrorCode::kCorrupt,
                fmt::format("record {} cannot be: {}", record.sequence, applied.error().message));
  }
  off_hosts_.changed(changed, record.at);
  if (deed) lately_.add(*deed, record.at);
  if (removed != nullptr) {
    modes_.forget(removed->id);
    trials_.forget_gone(system_);
  }
  note(changed, std::move(back));
  return {};
}

void History::note(const SystemChanged& changed, std::optional<system::Change> back) {
  if (is_own(changed)) {
    const auto found = open_runs_.find(changed.run);
    if (found != open_runs_.end()) found->second.undo.changed(changed.change, std::move(back));
    return;
  }
  if (!std::holds_alternative<system::AttributeSet>(changed.change) &&
      !std::holds_alternative<system::AttributeUnset>(changed.change))
    return;
  for (auto& [id, run] : open_runs_) run.undo.changed_by_other(changed.change);
}

void History::take(const ModeSet& set) {
  const system::Component* component = system_.find(set.component);
  if (component == nullptr && !set.component.empty()) return;
  modes_.set(component == nullptr ? system::kNoComponent : component->id, {set.mode, set.by});
}

void History::take(const Record& record, const RunEnded& end) {
  lately_.ended(end.run, record.at);
  const auto found = open_runs_.find(end.run);
  if (found == open_runs_.end()) return;
  const OpenRun& run = found->second;
  own_stops_.ended(end, run.begun);
  const model::Settings* settings = settings_of(run.diagram);
  const bool is_gone = !run.subject.empty() && system_.find(run.subject) == nullptr;
  if (run.begun && settings != nullptr && !is_gone)
    trials_.ended({run.diagram, run.subject}, *settings, end.end);
  if (run.begun && settings != nullptr && is_there(run.about()))
    ends_.insert_or_assign({run.about(), run.diagram}, record.at);
  if (run.diagram == kStart && end.end == RunEnd::kDone) started_ = true;
  if (run.diagram == kStop && run.begun) started_ = false;
  open_runs_.erase(found);
}

}  // namespace attune::workflow
