// SPDX-License-Identifier: Apache-2.0
// Hosts that are switched off, and on again. Off they are by diagrams and by hand; on also by the manager
// itself, where fewer empty hosts are on than their family's reserve.
#include <algorithm>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "runtime/model/own_runs.h"
#include "runtime/model/power.h"
#include "runtime/model/settings.h"
#include "runtime/workflow/engine_state.h"
#include "runtime/workflow/switching.h"

namespace attune::workflow {

using system::Host;
using system::HostState;

namespace {

constexpr std::string_view kSelf = "attune", kHostValue = "host";
// How long after a host could not be switched on it is tried again.
constexpr Duration kAgain = std::chrono::minutes(5);

// Whether more or fewer hosts may be empty by it.
bool concerns_reserve(const system::Change& change) {
  return std::holds_alternative<system::HostChanged>(change) ||
         std::holds_alternative<system::HostAssigned>(change) ||
         std::holds_alternative<system::ComponentRemoved>(change) ||
         std::holds_alternative<system::LeftNothing>(change);
}

model::Action switching(const std::string& host, std::string_view stub) {
  model::CallAction call;
  call.target.form = model::Expression::Form::kLiteral;
  call.target.value = model::Value(host);
  call.stub = stub;
  model::Action action;
  action.what = std::move(call);
  action.text = fmt::format("{}.{}()", host, stub);
  return action;
}

}  // namespace

// Of the input's records those from `from` on are new.
void Engine::State::note_power(size_t from) {
  for (size_t i = from; i < stage.ledger.size(); ++i) {
    const Record& record = stage.ledger.records()[i];
    const auto* changed = std::get_if<SystemChanged>(&record.what);
    if (changed == nullptr || !concerns_reserve(changed->change)) continue;
    powering.looks = true;
    powering.off.changed(*changed, record.at);
    const auto* host = std::get_if<system::HostChanged>(&changed->change);
    if (host == nullptr) continue;
    if (host->state == HostState::kOff) note_going_off(host->host, *changed);
    if (host->state != HostState::kOff) forget_going_off(host->host);
    if (system::is_usable(host->state)) forget_failed(host->host);
  }
}

// It does not answer for as long as before when it is back.
void Engine::State::note_going_off(const std::string& host, const SystemChanged& changed) {
  if (!is_switched_off_by(changed.by)) return;
  if (has_broken_off(changed.by)) return settles_later(host);
  fencing.answers_since.erase(host);
  if (runs.contains(changed.run)) stage.going_off[host] = GoingOff{changed.run, {}};
}

// It may have been told to shut down. Until that would be over, and its silence noticed, nobody can tell, and
// nothing is placed there; then it is up as soon as it answers, and off as it is where it does not.
void Engine::State::settles_later(const std::string& host) {
  const Host* known = system.find_host(host);
  if (known == nullptr) return;
  forget_going_off(host);
  const Duration wait = model::setting_as<Duration>(project, "host.silence") + grace_of(system, *known);
  stage.going_off[host] =
      GoingOff{0, stage.agenda.add(stage.now() + wait, PowerAlarm{PowerAlarm::What::kSettled, host})};
}

void Engine::State::forget_going_off(const std::string& host) {
  const auto going = stage.going_off.find(host);
  if (going == stage.going_off.end()) return;
  if (going->second.settled) stage.agenda.remove(*going->second.settled);
  stage.going_off.erase(going);
}

// The run has ended, and has neither seen its call to a good end nor said that it broke off.
void Engine::State::broke_off(RunId run) {
  std::vector<std::string> hosts;
  for (const auto& [host, going] : stage.going_off)
    if (going.run == run) hosts.push_back(host);
  for (const std::string& host : hosts) {
    const OffHosts::Off* off = powering.off.find(host);
    const std::string by = broken_off_by(off == nullptr ? std::string(kSelf) : off->by);
    (void)stage.ledger.change(system::HostChanged{.host = host, .state = HostState::kOff}, run, by)
        .has_value();
  }
}

// What the last manager was switching off when it ended, and what it had broken off.
void Engine::State::go_on_settling(const std::map<CallId, Call>& open) {
  std::set<std::string> settling;
  for (const auto& [host, off] : powering.off.all())
    if (is_switched_off_by(off.by) && has_broken_off(off.by)) settling.insert(host);
  for (const auto& [id, call] : open) {
    if (call.stub != model::kPowerOff) continue;
    const OffHosts::All& all = powering.off.all();
    const std::string by = switched_by(call.component_name, call.stub);
    const auto newest = std::max_element(all.begin(), all.end(), [&](const auto& a, const auto& b) {
      return std::pair(a.second.by == by, a.second.since) < std::pair(b.second.by == by, b.second.since);
    });
    if (newest == all.end() || newest->second.by != by) continue;
    (void)stage.ledger
        .change(system::HostChanged{.host = newest->first, .state = HostState::kOff}, call.run,
                broken_off_by(by))
        .has_value();
  }
  for (const std::string& host : settling) settles_later(host);
}

void Engine::State::forget_failed(const std::string& host) {
  powering.told.erase(host);
  const auto failed = powering.failed.find(host);
  if (failed == powering.failed.end()) return;
  stage.agenda.remove(failed->second);
  powering.failed.erase(failed);
  if (const Host* late = system.find_host(host)) stage.ledger.note_empty(late->id);
}

// A diagram wanted hosts off that are not: each is told empty once more, if it still is then.
void Engine::State::note_kept_on(const Playing& playing) {
  const RunId run = playing.run.id();
  for (auto at = stage.kept_on.lower_bound({run, {}}); at != stage.kept_on.end() && at->first == run;) {
    if (playing.reaction != nullptr && !powering.kept_on.contains(at->second)) tell_empty_again(at->second);
    at = stage.kept_on.erase(at);
  }
}

void Engine::State::tell_empty_again(const std::string& host) {
  powering.kept_on.insert_or_assign(
      host, stage.agenda.add(stage.now() + kAgain, PowerAlarm{PowerAlarm::What::kTellEmpty, host}));
}

void Engine::State::ring(const PowerAlarm& alarm) {
  switch (alarm.what) {
    case PowerAlarm::What::kSwitchOn:
      powering.failed.erase(alarm.host);
      powering.looks = true;
      return;
    case PowerAlarm::What::kSettled:
      stage.going_off.erase(alarm.host);
      powering.looks = true;
      return;
    case PowerAlarm::What::kTellEmpty:
      powering.kept_on.erase(alarm.host);
      if (stage.going_off.contains(alarm.host)) return tell_empty_again(alarm.host);
      if (const Host* host = system.find_host(alarm.host)) stage.ledger.note_empty(host->id);
      return;
  }
}

// What a host answers on its way down says nothing.
bool Engine::State::is_on_its_way_down(const system::HostChanged& observed) const {
  return system::is_usable(observed.state) && stage.going_off.contains(observed.host);
}

// By hand: as a diagram would have it.
Result<std::optional<model::Action>> Engine::State::switching_by_hand(
    const system::Component& device, std::string_view stub, const std::vector<std::string>& arguments) const {
  const Host* host = arguments.size() == 1 ? system.find_host(arguments.front()) : nullptr;
  if (!model::is_power_stub(stub) || host == nullptr) return std::optional<model::Action>();
  const auto switched = host_switched_by(system, {device.id}, *host);
  if (!switched) return fail(switched.error());
  if (!*switched) return std::optional<model::Action>();
  return std::optional(switching(host->name, stub));
}

// --- the reserve ---

void Engine::State::keep_reserves() {
  if (!std::exchange(powering.looks, false) || powering.off.all().empty()) return;
  if (!fencing.since || is_stopping) return;
  for (const model::HostFamily& family : project.families)
    if (model::has_power(family)) keep_reserve(family);
}

void Engine::State::keep_reserve(const model::HostFamily& family) {
  std::set<std::string> coming = coming_on(family);
  int64_t there = 0;
  for (const Host* host : system.hosts(family.name))
    if (is_in_reserve(stage, *host) || coming.contains(host->name)) ++there;
  for (; there < model::reserve_of(family); ++there) {
    const Host* next = next_to_switch_on(family, coming);
    if (next == nullptr) return;
    coming.insert(next->name);
    switch_on(next->name);
  }
}

// Those that runs switch on: the manager's own, a diagram's, or by hand.
std::set<std::string> Engine::State::coming_on(const model::HostFamily& family) const {
  std::set<std::string> coming = powering.going_on;
  for (const auto& [id, playing] : runs) {
    if (!playing->run.is_switching()) continue;
    for (const Host* host : system.hosts(family.name))
      if (playing->run.switches_on(host->name)) coming.insert(host->name);
  }
  return coming;
}

// Only what was switched off for being empty: what a person or a fence has switched off stays so.
const Host* Engine::State::next_to_switch_on(const model::HostFamily& family,
                                             const std::set<std::string>& coming) const {
  for (const Host* host : system.hosts(family.name)) {
    if (host->state != HostState::kOff || host->in_maintenance) continue;
    if (stage.going_off.contains(host->name)) continue;
    const OffHosts::Off* off = powering.off.find(host->name);
    const bool is_tried = coming.contains(host->name) || powering.failed.contains(host->name);
    if (off != nullptr && is_switched_off_by(off->by) && !is_tried) return host;
  }
  return nullptr;
}

void Engine::State::switch_on(const std::string& host) {
  powering.going_on.insert(host);
  TypedEvent event{{}, host, {}, {{std::string(kHostValue), model::Value(host)}}};
  commission_one(model::kPowerOnRun, std::string(kSelf), std::move(event), system::kNoComponent,
                 switching(host, model::kPowerOn));
}

void Engine::State::switched_on(const Playing& playing, RunEnd end, const std::string& why) {
  const std::string name = playing.run.commission().event.component;
  powering.going_on.erase(name);
  powering.looks = true;
  const Host* host = system.find_host(name);
  // Others may have come to be enough meanwhile.
  if (end == RunEnd::kDone && host != nullptr) stage.ledger.note_empty(host->id);
  if (end == RunEnd::kDone || is_stopping || host == nullptr || host->state != HostState::kOff) return;
  powering.failed.insert_or_assign(
      name, stage.agenda.add(stage.now() + kAgain, PowerAlarm{PowerAlarm::What::kSwitchOn, name}));
  if (end != RunEnd::kFailed || !powering.told[name].insert(why).second) return;
  stage.ledger.record(
      Alerted{0,
              fmt::format("{} is to be on for the reserve of '{}', and is not: {} (tried again every {})",
                          name, project.families[host->family].name, why, to_text(model::Value(kAgain))),
              {}});
}

}  // namespace attune::workflow
