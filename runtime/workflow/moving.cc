// SPDX-License-Identifier: Apache-2.0
#include "runtime/workflow/moving.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "runtime/system/stubs.h"

namespace attune::workflow {

using system::Component;
using system::ComponentId;
using system::Lifecycle;
using system::System;

namespace {

constexpr std::string_view kMigrate = "migrate";  // the operation

// The component itself or one inside it; nullptr where there is none. Two copies of a machine would ruin its
// disks, which both hosts reach.
const Component* find_vm_that_may_run(const System& system, const Component& component) {
  if (start_key_of(system, component) == system::kVmKey && system::may_run(component.lifecycle))
    return &component;
  for (const Component* content : system.contents(component))
    if (const Component* found = find_vm_that_may_run(system, *content)) return found;
  return nullptr;
}

}  // namespace

bool is_migration(const Call& call) {
  return call.key == system::kVmKey && call.operation == kMigrate;
}

bool is_migration(const model::Stub& stub) {
  return stub.key == system::kVmKey && stub.operation == kMigrate;
}

const model::Stub* migration_of(const System& system, const Component& component,
                                std::string_view preferred) {
  const model::Wrapper* wrapper = system.project().wrapper_of(system.class_of(component));
  if (wrapper == nullptr) return nullptr;
  const model::Stub* wanted = wrapper->find_stub(preferred);
  if (wanted != nullptr && is_migration(*wanted)) return wanted;
  const auto found = std::find_if(wrapper->stubs.begin(), wrapper->stubs.end(),
                                  [](const model::Stub& stub) { return is_migration(stub); });
  return found == wrapper->stubs.end() ? nullptr : &*found;
}

Result<void> may_move(const System& system, const Component& component) {
  const system::Host* present = system.host_of(component);
  const bool gone = present == nullptr || !system::is_usable(present->state);
  const Component* vm = gone && present != nullptr && present->state == system::HostState::kDown
                            ? find_vm_that_may_run(system, component)
                            : nullptr;
  if (vm != nullptr) {
    return fail(
        ErrorCode::kInvalid,
        fmt::format("{} may still run on {}, which does not answer: wait for it, or make sure that it "
                    "is off and say so: attune off {}",
                    vm->name, present->name, present->name));
  }
  if (!gone && system::may_run(component.lifecycle)) {
    return fail(ErrorCode::kInvalid,
                fmt::format("{} is {} on {}; stop it there, or migrate it, before it gets another host",
                            component.name, system::name_of(component.lifecycle), present->name));
  }
  return {};
}

Result<void> may_take(const System& system, const Component& component, system::HostId id) {
  const system::Host* host = system.find_host(id);
  if (host == nullptr || !host->in_maintenance || component.host == id) return {};
  return fail(ErrorCode::kInvalid, fmt::format("{} is in maintenance, and takes {} only when that has ended",
                                               host->name, component.name));
}

void reserve(Stage& stage, RunId run, ComponentId component, system::HostId host) {
  const system::Reservation wanted{host, component};
  for (size_t i = 0; i < stage.reserved.size(); ++i) {
    if (stage.reserved_by[i] != run || stage.reserved[i].component != component) continue;
    stage.reserved[i] = wanted;
    return;
  }
  if (host == system::kNoHost || component == system::kNoComponent) return;
  stage.reserved.push_back(wanted);
  stage.reserved_by.push_back(run);
}

void reserve_also(Stage& stage, RunId run, ComponentId component, system::HostId host) {
  for (size_t i = 0; i < stage.reserved.size(); ++i) {
    const system::Reservation& known = stage.reserved[i];
    if (stage.reserved_by[i] == run && known.component == component && known.host == host) return;
  }
  stage.reserved.push_back({host, component});
  stage.reserved_by.push_back(run);
}

Result<void> move_to(Stage& stage, const Component& component, const std::string& host, RunId run,
                     std::string by) {
  const system::Host* present = stage.system.host_of(component);
  if (present != nullptr && present->name == host) return {};
  if (Result<void> allowed = may_move(stage.system, component); !allowed) return allowed;
  const ComponentId id = component.id;
  const bool deployed = component.lifecycle != Lifecycle::kDeclared;
  if (Result<void> moved = stage.ledger.change(system::HostAssigned{id, host}, run, by); !moved) return moved;
  if (!deployed) return {};
  return stage.ledger.change(system::LifecycleChanged{id, Lifecycle::kDeclared}, run, std::move(by));
}

}  // namespace attune::workflow
