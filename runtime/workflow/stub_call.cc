// SPDX-License-Identifier: Apache-2.0
#include "runtime/workflow/stub_call.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "runtime/workflow/arguments.h"
#include "runtime/workflow/moving.h"

namespace attune::workflow {

namespace {

using system::Component;
using system::Lifecycle;

// Where it is put back a deployment comes to an end, however slowly its bytes go; elsewhere it is a person's,
// or a diagram's, to say how long is too long.
constexpr Duration kPutBackTimeout = std::chrono::minutes(10);

bool is_deployment(std::string_view stub) {
  return stub == kDeploy || stub == kUndeploy;
}

const model::Stub* find_stub(const system::System& system, const Component& component,
                             std::string_view stub) {
  const model::Wrapper* wrapper = system.project().wrapper_of(system.class_of(component));
  return wrapper == nullptr ? nullptr : wrapper->find_stub(stub);
}

// Whether its class wants it on some host: its own, or its container's.
bool needs_host(const system::System& system, const Component& component) {
  const Component* at = &component;
  while (at->container != system::kNoComponent) at = system.find(at->container);
  return !system.class_of(*at).host_family.empty();
}

// So long a plan may take, which is made of all that there is.
constexpr Duration kPlanTimeout = std::chrono::minutes(2);

Call planning(const Stage& stage, const Request& request) {
  Call call;
  call.component_name = kPlacement;
  call.stub = call.operation = request.stub;
  call.key = kPlacementKey;
  call.timeout = kPlanTimeout;
  for (const Operand& argument : request.arguments) call.arguments.push_back(to_text(argument, stage.system));
  return call;
}

Result<Call> make_call(const Stage& stage, const Request& request) {
  if (request.component == system::kNoComponent) return planning(stage, request);
  const Component* component = stage.system.find(request.component);
  if (component == nullptr)
    return fail(ErrorCode::kNotFound,
                fmt::format("'{}' of a component that was removed meanwhile", request.stub));
  Call call;
  call.component = component->id;
  call.component_name = component->name;
  call.stub = request.stub;
  if (const system::Host* host = stage.system.host_of(*component)) call.host = host->name;
  if (call.host.empty() && needs_host(stage.system, *component))
    return fail(ErrorCode::kInvalid, fmt::format("{} has no host yet; give it one first", component->name));
  if (is_deployment(request.stub)) {
    call.key = kComponentKey;
    call.operation = request.stub;
    return call;
  }
  const model::Stub* stub = find_stub(stage.system, *component, request.stub);
  if (stub == nullptr) {
    return fail(ErrorCode::kNotFound, fmt::format("{} has no stub '{}'", component->name, request.stub));
  }
  call.key = stub->key;
  call.operation = stub->operation;
  call.timeout = stub->timeout;
  auto arguments = arguments_of(stub->params, Viewpoint{stage.outlook(), component->id, request.arguments});
  if (!arguments)
    return fail(std::move(arguments).error().within(fmt::format("{}.{}", component->name, request.stub)));
  call.arguments = *std::move(arguments);
  return call;
}

std::optional<Lifecycle> lifecycle_during(std::string_view stub) {
  if (stub == kStart) return Lifecycle::kStarting;
  if (stub == kStop) return Lifecycle::kStopping;
  return std::nullopt;
}

bool has_not_run(const CallOutcome& outcome) {
  const auto* exited = std::get_if<CallExited>(&outcome);
  return exited != nullptr && exited->code == CallExited::kNotRun;
}

bool is_lifecycle_of(const system::Change& change, system::ComponentId component) {
  const auto* lifecycle = std::get_if<system::LifecycleChanged>(&change);
  return lifecycle != nullptr && lifecycle->id == component;
}

}  // namespace

bool has_stub(const system::System& system, const Component& component, std::string_view stub) {
  return is_deployment(stub) || find_stub(system, component, stub) != nullptr;
}

Result<CallId> issue(Stage& stage, const Request& request, RunId run, FlowId flow) {
  Result<Call> call = make_call(stage, request);
  if (!call) return fail(std::move(call).error());
  call->id = stage.ledger.new_call();
  call->run = run;
  const bool is_put_back = std::as_const(stage.ledger).undo_of(run).under_way;
  if (is_put_back && is_deployment(call->stub)) call->timeout = kPutBackTimeout;
  const Component* component = stage.system.find(call->component);
  const Lifecycle before = component == nullptr ? Lifecycle::kDeclared : component->lifecycle;
  if (const auto during = lifecycle_during(call->stub))
    (void)stage.ledger.change(system::LifecycleChanged{call->component, *during}, run).has_value();
  const CallId id = call->id;
  stage.burdens.issued(*call);
  stage.calls.emplace(id, OpenCall{*call, flow, stage.now(), before});
  stage.ledger.issue(*std::move(call));
  return id;
}

bool is_known_undone(const Call& call, const CallOutcome& outcome) {
  const auto* exited = std::get_if<CallExited>(&outcome);
  const bool can_be_told = call.stub == kStart || call.stub == kStop || is_migration(call);
  if (!can_be_told || exited == nullptr || exited->code != CallExited::kUncertain) return false;
  return std::any_of(exited->changes.begin(), exited->changes.end(),
                     [&](const system::Change& change) { return is_lifecycle_of(change, call.component); });
}

std::optional<Lifecycle> lifecycle_after(std::string_view stub, const CallOutcome& outcome,
                                         Lifecycle before) {
  const bool worked = is_success(outcome);
  if (stub == kDeploy) {
    // Deploying can be repeated, so whatever else it came to, it is simply not deployed yet.
    if (worked && !may_run(before)) return Lifecycle::kDeployed;
    return std::nullopt;
  }
  // It is to be deployed anew, whatever is left: an undeployment asks the host again.
  const bool asks_again = stub == kUndeploy && std::holds_alternative<CallLost>(outcome) && !may_run(before);
  if (asks_again) return Lifecycle::kDeclared;
  if (std::holds_alternative<CallLost>(outcome)) return Lifecycle::kLost;
  if (stub == kStart) {
    if (worked) return Lifecycle::kStarted;
    // What may run where nobody can be asked still may.
    if (has_not_run(outcome) && may_run(before)) return before;
    return std::holds_alternative<CallExited>(outcome) ? Lifecycle::kFailed : Lifecycle::kLost;
  }
  if (stub == kStop) {
    if (worked) return Lifecycle::kStopped;
    return has_not_run(outcome) ? before : Lifecycle::kLost;
  }
  if (stub == kUndeploy && worked) return Lifecycle::kDeclared;
  return std::nullopt;
}

void settle(Stage& stage, const OpenCall& open, const CallOutcome& outcome) {
  const Call& call = open.call;
  stage.ledger.record(CallEnded{call.id, call.run, outcome, stage.now() - open.issued});
  const std::vector<system::Change>& found = changes_of(outcome);
  const bool is_told = std::any_of(found.begin(), found.end(), [&](const system::Change& change) {
    return is_lifecycle_of(change, call.component);
  });
  const Component* component = stage.system.find(call.component);
  if (component != nullptr && !is_told) {
    const auto after = lifecycle_after(call.stub, outcome, open.before);
    if (after && *after != component->lifecycle)
      (void)stage.ledger.change(system::LifecycleChanged{call.component, *after}, call.run).has_value();
  }
  const std::string by = fmt::format("{}.{}", call.component_name, call.stub);
  // A change that is not possible any more (of a component that is gone) has nothing left to say.
  for (const system::Change& change : found) (void)stage.ledger.change(change, call.run, by).has_value();
}

std::string to_text(const Call& call, const CallOutcome& outcome) {
  const std::string what = fmt::format("{}.{}", call.component_name, call.stub);
  if (const auto* exited = std::get_if<CallExited>(&outcome)) {
    const std::string_view colon = exited->message.empty() ? "" : ": ";
    return fmt::format("{} exited with {}{}{}", what, exited->code, colon, exited->message);
  }
  if (const auto* lost = std::get_if<CallLost>(&outcome))
    return fmt::format("{} was lost, it may have run: {}", what, lost->why);
  if (std::holds_alternative<CallTimedOut>(outcome)) return fmt::format("{} timed out", what);
  return fmt::format("{} was cancelled", what);
}

}  // namespace attune::workflow
