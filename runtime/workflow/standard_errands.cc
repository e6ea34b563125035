// SPDX-License-Identifier: Apache-2.0
#include "runtime/workflow/standard_errands.h"

#include <algorithm>
#include <map>
#include <utility>

#include <fmt/format.h>

#include "runtime/system/composition.h"
#include "runtime/workflow/moving.h"

namespace attune::workflow {

namespace {

using system::Component;
using system::ComponentId;
using system::Lifecycle;
using system::System;

bool may_run(const Component& component) {
  return system::may_run(component.lifecycle);
}

std::map<size_t, std::vector<const Component*>> by_depth(const System& system) {
  std::map<size_t, std::vector<const Component*>> depths;
  for (const Component* component : system.components())
    depths[system::depth_of(system, *component)].push_back(component);
  return depths;
}

// The component and all inside it, the innermost first.
std::vector<const Component*> whole_of(const System& system, const Component& component) {
  std::vector<const Component*> whole;
  for (const system::Change& change : system::removal(system, component)) {
    if (const auto* removed = std::get_if<system::ComponentRemoved>(&change))
      whole.push_back(system.find(removed->id));
  }
  return whole;
}

// What has failed is asked as well: it may run all the same. That it cannot be stopped keeps nothing else.
CallStep stop_failed_step(const System& system, const std::vector<const Component*>& components) {
  CallStep step{{}, OnFailure::kGoOn};
  for (const Component* component : components) {
    if (component->lifecycle == Lifecycle::kFailed && has_stub(system, *component, kStop))
      step.requests.push_back({component->id, std::string(kStop), {}});
  }
  return step;
}

CallStep stop_step(const System& system, const std::vector<const Component*>& components,
                   OnFailure on_failure) {
  CallStep step{{}, on_failure};
  for (const Component* component : components) {
    if (may_run(*component) && has_stub(system, *component, kStop))
      step.requests.push_back({component->id, std::string(kStop), {}});
  }
  return step;
}

// Whether an undeployment can reach it: what is inside a VM that does not run is out of reach.
bool is_in_reach(const System& system, const Component& component) {
  const Component* vm = system::vm_around(system, component);
  return vm == nullptr || may_run(*vm);
}

// Also what is declared: a deployment that was lost, or broke off, may have left something.
CallStep clearing_step(const System& system, const std::vector<const Component*>& components) {
  CallStep step;
  for (const Component* component : components) {
    const bool was_placed =
        component->lifecycle != Lifecycle::kDeclared || system.host_of(*component) != nullptr;
    if (was_placed && is_in_reach(system, *component))
      step.requests.push_back({component->id, std::string(kUndeploy), {}});
  }
  return step;
}

void add(CallStep step, std::vector<ErrandStep>& steps) {
  if (!step.requests.empty()) steps.emplace_back(std::move(step));
}

}  // namespace

ErrandStep first_deployment(const System& system) {
  CallStep step{{}, OnFailure::kForgive};
  for (const Component* component : system.components()) {
    const system::Host* host = system.host_of(*component);
    const bool reachable = host != nullptr && host->vm == system::kNoComponent;
    if (reachable && component->lifecycle == Lifecycle::kDeclared)
      step.requests.push_back({component->id, std::string(kDeploy), {}});
  }
  return step;
}

std::vector<ErrandStep> start_all(const System& system) {
  std::vector<ErrandStep> steps;
  for (const auto& [depth, components] : by_depth(system)) {
    CallStep step{{}, OnFailure::kGoOn};
    for (const Component* component : components) {
      if (has_stub(system, *component, kStart))
        step.requests.push_back({component->id, std::string(kStart), {}});
    }
    steps.emplace_back(std::move(step));
  }
  return steps;
}

std::vector<ErrandStep> stop_all(const System& system) {
  std::vector<ErrandStep> steps;
  const auto depths = by_depth(system);
  for (auto depth = depths.rbegin(); depth != depths.rend(); ++depth)
    steps.emplace_back(stop_step(system, depth->second, OnFailure::kGoOn));
  return steps;
}

std::vector<ErrandStep> undeploy_all(const System& system) {
  std::vector<ErrandStep> steps;
  const auto depths = by_depth(system);
  for (auto depth = depths.rbegin(); depth != depths.rend(); ++depth) {
    add(stop_step(system, depth->second, OnFailure::kEnd), steps);
    add(stop_failed_step(system, depth->second), steps);
    add(clearing_step(system, depth->second), steps);
  }
  return steps;
}

std::vector<ErrandStep> taking_down(const System& system, const Component& component, bool unbinds) {
  const std::vector<const Component*> whole = whole_of(system, component);
  std::vector<ErrandStep> steps;
  std::vector<const Component*> last;
  for (const Component* one : whole) {
    add(stop_step(system, {one}, OnFailure::kEnd), steps);
    if (std::find(whole.begin(), whole.end(), system::vm_around(system, *one)) == whole.end()) {
      last.push_back(one);
    } else {
      add(clearing_step(system, {one}), steps);
    }
  }
  if (unbinds) steps.emplace_back(UnbindStep{component.id});
  add(clearing_step(system, last), steps);
  return steps;
}

std::vector<ErrandStep> stopping(const System& system, const Component& component) {
  std::vector<ErrandStep> steps;
  for (const Component* one : whole_of(system, component))
    add(stop_step(system, {one}, OnFailure::kEnd), steps);
  return steps;
}

std::vector<ErrandStep> unmaking(const System& system, const Component& component) {
  std::vector<ErrandStep> steps = taking_down(system, component, true);
  steps.emplace_back(RemoveStep{component.id});
  return steps;
}

std::vector<ErrandStep> relocating(const System& system, const Component& component,
                                   const system::Host& host) {
  const model::Stub* migration = migration_of(system, component);
  if (migration != nullptr && may_run(component))
    return {CallStep{{{component.id, migration->name, {HostRef{host.id}}}}}};
  std::vector<ErrandStep> steps = taking_down(system, component, false);
  steps.emplace_back(MoveStep{component.id, host.name});
  std::vector<const Component*> whole = whole_of(system, component);
  std::reverse(whole.begin(), whole.end());
  for (const Component* one : whole) {
    const bool starts = may_run(*one) && has_stub(system, *one, kStart);
    if (one->lifecycle == Lifecycle::kDeclared) continue;
    steps.emplace_back(CallStep{{{one->id, std::string(starts ? kStart : kDeploy), {}}}});
  }
  return steps;
}

Result<std::vector<ErrandStep>> move(const System& system, const Component& component,
                                     const std::string& host) {
  std::vector<ErrandStep> steps;
  const system::Host* present = system.host_of(component);
  if (present != nullptr && present->name == host) return steps;
  if (Result<void> allowed = may_move(system, component); !allowed) return fail(std::move(allowed).error());
  if (present != nullptr && system::is_usable(present->state)) {
    std::vector<const Component*> idle = whole_of(system, component);
    std::erase_if(idle, [](const Component* one) { return may_run(*one); });
    CallStep undeployment = clearing_step(system, idle);
    undeployment.on_failure = OnFailure::kForgive;
    add(std::move(undeployment), steps);
  }
  steps.emplace_back(MoveStep{component.id, host});
  return steps;
}

}  // namespace attune::workflow
