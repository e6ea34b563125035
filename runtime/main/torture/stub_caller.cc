// SPDX-License-Identifier: Apache-2.0
#include "runtime/main/torture/stub_caller.h"

#include <chrono>
#include <optional>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "runtime/system/stubs.h"
#include "runtime/workflow/arguments.h"
#include "runtime/workflow/stub_call.h"

namespace attune::torture {

using workflow::CallOutcome;

namespace {

// As the engine keeps it: what is being started or stopped may run, and is asked where its call was lost.
std::optional<system::Lifecycle> lifecycle_during(std::string_view stub) {
  if (stub == workflow::kStart) return system::Lifecycle::kStarting;
  if (stub == workflow::kStop) return system::Lifecycle::kStopping;
  return std::nullopt;
}

}  // namespace

StubCaller::StubCaller(system::System& system, wrappers::World& world)
    : system_(system),
      world_(world),
      dispatcher_(world.loop,
                  [this](workflow::CallId id, CallOutcome outcome) { ended(id, std::move(outcome)); }),
      implementations_(std::in_place, world, dispatcher_, wrappers::Software::Onlooker{}) {}

Result<workflow::Call> StubCaller::call_of(system::ComponentId id, const std::string& name) const {
  const system::Component& component = *system_.find(id);
  const model::Stub* stub = system::stub_of(system_, component, name);
  if (stub == nullptr)
    return fail(ErrorCode::kNotFound, fmt::format("{} has no stub '{}'", component.name, name));
  auto arguments = workflow::arguments_of(stub->params, {{system_, world_.clock.now(), world_.pipe}, id, {}});
  if (!arguments) return fail(std::move(arguments.error()));
  workflow::Call call;
  call.component = id;
  call.component_name = component.name;
  call.stub = stub->name;
  call.key = stub->key;
  call.operation = stub->operation;
  call.arguments = *std::move(arguments);
  call.timeout = stub->timeout;
  if (const system::Host* host = system_.host_of(component)) call.host = host->name;
  return call;
}

// Of two calls at the same time the second one finds the component as the first one did.
system::Lifecycle StubCaller::lifecycle_before(system::ComponentId id) const {
  for (const auto& [number, open] : open_)
    if (open.call.component == id) return open.before;
  return system_.find(id)->lifecycle;
}

Task<CallOutcome> StubCaller::carry_out(workflow::Call call) {
  call.id = ++last_call_;
  Open open{call, lifecycle_before(call.component), {}};
  if (const auto during = lifecycle_during(call.stub))
    (void)system_.apply(system::LifecycleChanged{call.component, *during}).has_value();
  co_return co_await Awaitable<CallOutcome>([&](std::function<void(CallOutcome)> done) {
    open.done = std::move(done);
    open_.emplace(call.id, std::move(open));
    dispatcher_.start(call);
  });
}

// Implementations ask what is known of their components.
void StubCaller::ended(workflow::CallId id, CallOutcome outcome) {
  auto open = open_.extract(id);
  if (open.empty()) return;
  const workflow::Call& call = open.mapped().call;
  if (const auto after = workflow::lifecycle_after(call.stub, outcome, open.mapped().before))
    (void)system_.apply(system::LifecycleChanged{call.component, *after}).has_value();
  for (const system::Change& change : workflow::changes_of(outcome)) (void)system_.apply(change).has_value();
  open.mapped().done(std::move(outcome));
}

Task<CallOutcome> StubCaller::deploy(system::ComponentId id) {
  workflow::Call call;
  call.component = id;
  call.component_name = system_.find(id)->name;
  call.key = workflow::kComponentKey;
  call.stub = call.operation = workflow::kDeploy;
  call.timeout = std::chrono::minutes(10);
  if (const system::Host* host = system_.host_of(*system_.find(id))) call.host = host->name;
  co_return co_await carry_out(std::move(call));
}

Task<int> StubCaller::close() {
  co_await Awaitable<int>([&](auto done) { dispatcher_.when_idle([done] { done(0); }); });
  implementations_.reset();
  co_return 0;
}

}  // namespace attune::torture
