// SPDX-License-Identifier: Apache-2.0
// Hosts that do not answer are switched off by their family's fence, so that what ran there may be had
// elsewhere. Never on a guess: only after a wait in which a loss of the manager's own network would have
// shown.
#include <algorithm>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "runtime/model/settings.h"
#include "runtime/workflow/call_by_hand.h"
#include "runtime/workflow/engine_state.h"
#include "runtime/workflow/switching.h"

namespace attune::workflow {

using system::Component;
using system::Host;
using system::HostState;

namespace {

constexpr std::string_view kSelf = "attune", kHostValue = "host";
constexpr Duration kLeastRetry = std::chrono::seconds(1);

const model::HostFamily* family_of(const model::Project& project, const Host& host) {
  return host.vm == system::kNoComponent ? &project.families[host.family] : nullptr;
}

}  // namespace

// Hosts fall silent at most host.silence apart when it is the manager that was cut off.
Duration Engine::State::wait_before_fence() const {
  return model::setting_as<Duration>(project, "host.silence") +
         model::setting_as<Duration>(project, "fence.delay");
}

void Engine::State::begin_fencing() {
  fencing.since = stage.now();
  for (const Host* host : system.hosts())
    if (host->state == HostState::kDown) fence_later(host->name, wait_before_fence());
}

void Engine::State::host_changed(const std::string& name) {
  const Host* host = system.find_host(name);
  if (!fencing.since || host == nullptr || family_of(project, *host) == nullptr) return;
  if (host->state != HostState::kUp) fencing.answers_since.erase(name);
  if (host->state == HostState::kUp) {
    fencing.answers_since.try_emplace(name, stage.now());
    spare(name);
  } else if (host->state == HostState::kDown && !fencing.silent.contains(name)) {
    fence_later(name, wait_before_fence());
  }
}

void Engine::State::fence_later(const std::string& host, Duration wait) {
  const model::HostFamily* family = family_of(project, *system.find_host(host));
  if (family == nullptr || family->fence.empty()) return;
  fencing.silent[host].alarm = stage.agenda.add(stage.now() + wait, FenceAlarm{host});
}

// It answers again: what was under way against it ends, and what that comes to means nothing any more.
void Engine::State::spare(const std::string& host) {
  const auto found = fencing.silent.find(host);
  if (found == fencing.silent.end()) return;
  const Fencing::Silent silent = std::move(found->second);
  fencing.silent.erase(found);
  if (silent.alarm) stage.agenda.remove(*silent.alarm);
  const auto playing = runs.find(silent.run);
  if (playing == runs.end()) return;
  const std::string why = fmt::format("{} answers again", host);
  fencing.spared.insert(silent.run);
  if (playing->second->waiting) return end_run(*playing->second, RunEnd::kCancelled, why);
  playing->second->run.cancel(why);
  look_after(silent.run);
}

// Whether another host has answered for long enough to know that it is not the manager that was cut off.
bool Engine::State::is_connected_without(const std::string& name) const {
  if (model::setting_as<bool>(project, "fence.alone")) return true;
  const std::vector<const Host*> hosts = system.hosts();
  return std::any_of(hosts.begin(), hosts.end(), [&](const Host* host) {
    const model::HostFamily* family = family_of(project, *host);
    if (family == nullptr || family->protocol == Protocol::kLocal) return false;
    if (host->name == name || host->state != HostState::kUp) return false;
    const auto since = fencing.answers_since.find(host->name);
    const Instant answers = since == fencing.answers_since.end() ? *fencing.since : since->second;
    return answers + wait_before_fence() <= stage.now();
  });
}

// A run that switches a host holds all that could do it, for minutes where it waits for the host to answer. A
// fence needs one of these, and goes before, unless that is being asked just now.
RunId Engine::State::who_lets_pass(const Playing& fence) const {
  const Component* device = system.find(fence.run.commission().self);
  if (fence.diagram != kFence || fence.reaction != nullptr || device == nullptr) return 0;
  const auto holder = runs.find(locks.holder(device->id, device->class_index));
  if (holder == runs.end() || !holder->second->run.is_switching()) return 0;
  return called_by_other(stage, *device, 0) == 0 ? holder->first : 0;
}

void Engine::State::let_fences_pass() {
  for (const auto& [host, silent] : fencing.silent) {
    const auto fence = runs.find(silent.run);
    if (fence != runs.end() && fence->second->waiting) may_go.insert(fence->second->turn);
  }
}

// Those that can be asked take turns; who is being asked already is left out where there is another.
const Component* Engine::State::choose_fence(const Host& host, size_t turn) const {
  std::vector<const Component*> able, idle;
  for (const Component* one : system.instances(family_of(project, host)->fence)) {
    const Host* where = system.host_of(*one);
    if (where == nullptr || where->id == host.id || !system::is_usable(where->state)) continue;
    able.push_back(one);
    if (called_by_other(stage, *one, 0) == 0) idle.push_back(one);
  }
  if (!idle.empty()) able = std::move(idle);
  return able.empty() ? nullptr : able[turn % able.size()];
}

void Engine::State::fence(const std::string& name) {
  const auto found = fencing.silent.find(name);
  const Host* host = system.find_host(name);
  if (found == fencing.silent.end() || host == nullptr || host->state != HostState::kDown) {
    fencing.silent.erase(name);
    return;
  }
  Fencing::Silent& silent = found->second;
  silent.alarm.reset();
  if (is_stopping) return try_again(name, {});
  if (!is_connected_without(name)) return try_again(name, "no other host answers either");
  const Component* device = choose_fence(*host, silent.tries++);
  if (device == nullptr)
    return try_again(name, fmt::format("no '{}' can be asked", family_of(project, *host)->fence));
  auto request = request_by_hand(system, *device, kFence, {name});
  if (!request) return try_again(name, request.error().message);
  Commission commission;
  commission.course = std::make_shared<const Course>(Course::straight());
  commission.self = device->id;
  commission.errands = [request = *std::move(request)](const system::System&) {
    return Result<std::vector<ErrandStep>>(std::vector<ErrandStep>{CallStep{{request}}});
  };
  TypedEvent event{{}, device->name, {}, {{std::string(kHostValue), model::Value(name)}}};
  const RunId run = commission_by_hand(kFence, std::string(kSelf), std::move(event), std::move(commission),
                                       [this, id = device->id] { return footprint_of_one(id); });
  const auto still = fencing.silent.find(name);  // not where it was over at once
  if (still != fencing.silent.end() && runs.contains(run)) still->second.run = run;
}

// Only a call that has worked makes the host off.
void Engine::State::fence_ended(const Playing& fence, RunEnd end, const std::string& why) {
  if (fence.interrupted || fencing.spared.erase(fence.run.id()) > 0) return;
  const auto& values = fence.run.commission().event.values;
  const std::string name = to_text(values.front().second);
  const auto found = fencing.silent.find(name);
  const Host* host = system.find_host(name);
  if (found == fencing.silent.end() || host == nullptr) return;
  found->second.run = 0;
  if (end != RunEnd::kDone) return try_again(name, why);
  fencing.silent.erase(found);
  const Component* device = system.find(fence.run.commission().self);
  if (host->state == HostState::kDown)
    (void)give_up(name, fmt::format("{}.{}", device == nullptr ? kSelf : device->name, kFence)).has_value();
}

void Engine::State::try_again(const std::string& name, const std::string& why) {
  if (is_winding_up) return;
  Fencing::Silent& silent = fencing.silent[name];
  const Duration retry = std::max<Duration>(model::setting_as<Duration>(project, "fence.retry"), kLeastRetry);
  silent.alarm = stage.agenda.add(stage.now() + retry, FenceAlarm{name});
  if (is_stopping || why.empty() || !silent.told.insert(why).second) return;
  stage.ledger.record(Alerted{0,
                              fmt::format("{0} does not answer, and is not fenced: {1}; make sure that it is "
                                          "off and say so: attune off {0} (tried again every {2})",
                                          name, why, to_text(model::Value(retry))),
                              {}});
}

}  // namespace attune::workflow
