// SPDX-License-Identifier: Apache-2.0
// Hosts that are switched off, and on again. Off they are by diagrams and by hand; on also by the manager
// itself, where fewer empty hosts are on than their family's reserve.
#include <string>
#include <utility>

#include <fmt/format.h>

#include "runtime/model/own_runs.h"
#include "runtime/model/power.h"
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
    if (host->state == HostState::kOff && changed->run != 0) note_going_off(host->host, *changed);
    if (system::is_usable(host->state)) forget_failed(host->host);
  }
}

// It does not answer for as long as before when it is back.
void Engine::State::note_going_off(const std::string& host, const SystemChanged& changed) {
  if (!is_switched_off_by(changed.by)) return;
  fencing.answers_since.erase(host);
  const auto run = runs.find(changed.run);
  if (run != runs.end()) powering.going_off[host] = changed.run;
}

void Engine::State::forget_failed(const std::string& host) {
  powering.told.erase(host);
  const auto failed = powering.failed.find(host);
  if (failed == powering.failed.end()) return;
  stage.agenda.remove(failed->second.again);
  powering.failed.erase(failed);
}

// The run's call that switches a host off has ended.
void Engine::State::has_gone_off(RunId run) {
  std::erase_if(powering.going_off, [&](const auto& one) { return one.second == run; });
}

// What a host answers on its way down says nothing.
bool Engine::State::is_on_its_way_down(const system::HostChanged& observed) const {
  return system::is_usable(observed.state) && powering.going_off.contains(observed.host);
}

// By hand: as a diagram would have it.
std::optional<model::Action> Engine::State::switching_by_hand(
    const system::Component& device, std::string_view stub, const std::vector<std::string>& arguments) const {
  const Host* host = arguments.size() == 1 ? system.find_host(arguments.front()) : nullptr;
  if (!model::is_power_stub(stub) || host == nullptr || !switches(system, device, *host)) return std::nullopt;
  return switching(host->name, stub);
}

// --- the reserve ---

void Engine::State::keep_reserves() {
  if (!std::exchange(powering.looks, false) || powering.off.all().empty()) return;
  if (!fencing.since || is_stopping) return;
  for (const model::HostFamily& family : project.families)
    if (model::has_power(family)) keep_reserve(family);
}

void Engine::State::keep_reserve(const model::HostFamily& family) {
  int64_t there = 0;
  for (const Host* host : system.hosts(family.name))
    if (is_in_reserve(stage, *host) || powering.going_on.contains(host->name)) ++there;
  for (; there < model::reserve_of(family); ++there) {
    const Host* next = next_to_switch_on(family);
    if (next == nullptr) return;
    switch_on(next->name);
  }
}

// Only what was switched off for being empty: what a person or a fence has switched off stays so.
const Host* Engine::State::next_to_switch_on(const model::HostFamily& family) const {
  for (const Host* host : system.hosts(family.name)) {
    if (host->state != HostState::kOff || host->in_maintenance) continue;
    const OffHosts::Off* off = powering.off.find(host->name);
    const bool is_tried = powering.going_on.contains(host->name) || powering.failed.contains(host->name);
    if (off != nullptr && is_switched_off_by(off->by) && !is_tried) return host;
  }
  return nullptr;
}

void Engine::State::switch_on(const std::string& host) {
  powering.going_on[host] = stage.ledger.next_run();  // it gets this one
  TypedEvent event{{}, host, {}, {{std::string(kHostValue), model::Value(host)}}};
  commission_one(model::kPowerOnRun, std::string(kSelf), std::move(event), system::kNoComponent,
                 switching(host, model::kPowerOn));
}

void Engine::State::switched_on(const Playing& playing, RunEnd end, const std::string& why) {
  const std::string name = playing.run.commission().event.component;
  powering.going_on.erase(name);
  powering.looks = true;
  const Host* host = system.find_host(name);
  if (end == RunEnd::kDone || is_stopping || host == nullptr || host->state != HostState::kOff) return;
  powering.failed.insert_or_assign(
      name, Powering::Failed{stage.agenda.add(stage.now() + kAgain, FenceAlarm{name})});
  if (end != RunEnd::kFailed || !powering.told[name].insert(why).second) return;
  stage.ledger.record(
      Alerted{0,
              fmt::format("{} is to be on for the reserve of '{}', and is not: {} (tried again every {})",
                          name, project.families[host->family].name, why, to_text(model::Value(kAgain))),
              {}});
}

// Whether the alarm is about a host that could not be switched on.
bool Engine::State::is_tried_again(const std::string& host) {
  if (powering.failed.erase(host) == 0) return false;
  powering.looks = true;
  return true;
}

}  // namespace attune::workflow
