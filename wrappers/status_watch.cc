// SPDX-License-Identifier: Apache-2.0
#include "wrappers/status_watch.h"

#include <algorithm>
#include <cstdint>
#include <utility>

#include "runtime/model/settings.h"
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

void StatusWatch::look() {
  if (waiting_.empty()) {
    for (const system::Component* component : world_.system.components())
      if (component->lifecycle == system::Lifecycle::kStarted) waiting_.push_back(component->id);
  }
  go_on();
  timer_ = world_.loop.after(period_, [this] { look(); });
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
  if (component == nullptr || component->lifecycle != system::Lifecycle::kStarted || asked_.contains(id))
    return;
  const model::Wrapper* wrapper = world_.system.project().wrapper_of(world_.system.class_of(*component));
  const model::Stub* status = wrapper == nullptr ? nullptr : wrapper->find_stub("status");
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
  call.stub = status.name;
  call.key = status.key;
  call.operation = status.operation;
  call.arguments = *std::move(arguments);
  call.timeout = status.timeout;
  asked_.insert(component.id);
  start<workflow::CallOutcome>(implementation->invoke(std::move(call), ended_.get_token()),
                               [this, alive = std::weak_ptr(alive_), id = component.id](const auto& outcome) {
                                 if (!alive.lock()) return;
                                 answered(id, outcome);
                                 go_on();
                               });
}

// Only a clear answer counts: a host that does not answer is host_down's matter.
void StatusWatch::answered(system::ComponentId id, const workflow::CallOutcome& outcome) {
  asked_.erase(id);
  const auto* exited = std::get_if<workflow::CallExited>(&outcome);
  const system::Component* component = world_.system.find(id);
  if (exited == nullptr || exited->code == 0 || exited->code == kNotRun || component == nullptr) return;
  if (component->lifecycle != system::Lifecycle::kStarted || is_busy_(id)) return;
  world_.raise(workflow::kComponentFailed, component->name, {{"why", exited->message}});
}

}  // namespace attune::wrappers
