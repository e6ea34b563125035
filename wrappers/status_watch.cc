// SPDX-License-Identifier: Apache-2.0
#include "wrappers/status_watch.h"

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

#include "runtime/model/settings.h"
#include "runtime/system/stubs.h"
#include "runtime/workflow/arguments.h"
#include "runtime/workflow/event.h"
#include "wrappers/outcome.h"

namespace attune::wrappers {

StatusWatch::StatusWatch(World& world, Duration period, Find implementation,
                         std::function<bool(system::ComponentId)> is_busy)
    : world_(world),
      period_(period),
      implementation_(std::move(implementation)),
      is_busy_(std::move(is_busy)),
      at_once_(static_cast<size_t>(
          std::max<int64_t>(1, model::setting_as<int64_t>(world.system.project(), "calls.parallel")))),
      alive_(std::make_shared<bool>(true)) {
  if (period_ > Duration::zero()) timer_ = world_.loop.after(period_, [this] { look(); });
}

void StatusWatch::stop(std::function<void()> idle) {
  is_stopped_ = true;
  timer_.reset();
  waiting_.clear();
  std::vector<std::stop_source> open;  // one may end, and its entry with it, within the request
  for (const auto& [id, asked] : asked_) open.push_back(asked.stop);
  for (std::stop_source& stop : open) stop.request_stop();
  if (asked_.empty()) return idle();
  idle_ = std::move(idle);
}

void StatusWatch::look() {
  std::erase_if(dead_, [&](system::ComponentId id) { return world_.system.find(id) == nullptr; });
  if (waiting_.empty()) {
    for (const system::Component* component : world_.system.components())
      if (is_wanted(*component)) waiting_.push_back(component->id);
  }
  go_on();
  timer_ = world_.loop.after(period_, [this] { look(); });
}

bool StatusWatch::is_wanted(const system::Component& component) {
  if (component.lifecycle == system::Lifecycle::kFailed) return dead_.contains(component.id);
  dead_.erase(component.id);
  return component.lifecycle == system::Lifecycle::kStarted;
}

// Who answers at once must not begin this anew within it.
void StatusWatch::go_on() {
  if (is_going_on_) return;
  is_going_on_ = true;
  while (!waiting_.empty() && asked_.size() < at_once_) {
    const system::ComponentId next = waiting_.front();
    waiting_.pop_front();
    ask(next);
  }
  is_going_on_ = false;
}

void StatusWatch::ask(system::ComponentId id) {
  const system::Component* component = world_.system.find(id);
  if (component == nullptr || !is_wanted(*component) || asked_.contains(id)) return;
  const model::Stub* status = system::stub_of(world_.system, *component, "status");
  if (status != nullptr && !is_busy_(id)) ask(*component, *status);
}

void StatusWatch::ask(const system::Component& component, const model::Stub& status) {
  Implementation* implementation = implementation_(status.key);
  auto arguments = workflow::arguments_of(
      status.params, {{world_.system, world_.clock.now(), world_.pipe}, component.id, {}});
  if (implementation == nullptr || !arguments) return;
  workflow::Call call;
  call.component = component.id;
  call.component_name = component.name;
  if (const system::Host* host = world_.system.host_of(component)) call.host = host->name;
  call.stub = status.name;
  call.key = status.key;
  call.operation = status.operation;
  call.arguments = *std::move(arguments);
  call.timeout = status.timeout;
  const std::stop_token stop = asked(call);
  start<workflow::CallOutcome>(implementation->invoke(std::move(call), stop),
                               [this, alive = std::weak_ptr(alive_), id = component.id](const auto& outcome) {
                                 if (!alive.lock()) return;
                                 answered(id, outcome);
                                 go_on();
                               });
}

// Keeps it to its time.
std::stop_token StatusWatch::asked(const workflow::Call& call) {
  Asked& asked = asked_[call.component];
  if (call.timeout > Duration::zero())
    asked.timeout = world_.loop.after(call.timeout, [stop = asked.stop]() mutable { stop.request_stop(); });
  return asked.stop.get_token();
}

// Only a clear answer counts: a host that does not answer is host_down's matter.
void StatusWatch::answered(system::ComponentId id, const workflow::CallOutcome& outcome) {
  asked_.erase(id);
  if (is_stopped_) {
    if (asked_.empty() && idle_) std::exchange(idle_, nullptr)();
    return;
  }
  const auto* exited = std::get_if<workflow::CallExited>(&outcome);
  const system::Component* component = world_.system.find(id);
  if (exited == nullptr || exited->code == kNotRun || component == nullptr) return;
  if (!is_wanted(*component) || is_busy_(id)) return;
  const bool is_alive = exited->code == 0;
  const system::Lifecycle found = is_alive ? system::Lifecycle::kStarted : system::Lifecycle::kFailed;
  if (component->lifecycle != found) world_.observed(system::LifecycleChanged{id, found}, "its status");
  if (is_alive) return;
  dead_.insert(id);
  world_.raise(workflow::kComponentFailed, component->name, {{"why", exited->message}});
}

}  // namespace attune::wrappers
