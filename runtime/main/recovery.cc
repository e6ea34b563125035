// SPDX-License-Identifier: Apache-2.0
#include "runtime/main/recovery.h"

#include <memory>
#include <optional>

#include <fmt/format.h>

#include "runtime/journal/reader.h"
#include "runtime/journal/replay.h"
#include "runtime/model/project.h"
#include "runtime/system/composition.h"
#include "runtime/system/stubs.h"
#include "runtime/workflow/stub_call.h"

namespace attune::main {

namespace {

using system::Component;
using system::Lifecycle;

// The one that carries out its `start`.
wrappers::Implementation* implementation_of(const system::System& system, const Component& component,
                                            const Dispatcher& dispatcher) {
  const model::Wrapper* wrapper = system.project().wrapper_of(system.class_of(component));
  if (wrapper == nullptr || wrapper->stubs.empty()) return nullptr;
  const std::string_view start = start_key_of(system, component);
  return dispatcher.find(start.empty() ? wrapper->stubs.front().key : start);
}

bool is_in_vm(const system::System& system, const Component& component) {
  const system::Host* host = system.host_of(component);
  return host != nullptr && host->vm != system::kNoComponent;
}

struct Adoption {
  system::ComponentId component = system::kNoComponent;
  std::string name;
  Lifecycle before = Lifecycle::kDeclared;
  Task<Result<Lifecycle>> task;
};

std::vector<Adoption> adoptions(const system::System& system, const Dispatcher& dispatcher, bool in_vms) {
  std::vector<Adoption> all;
  for (const Component* component : system.components()) {
    if (!system::may_run(component->lifecycle) || is_in_vm(system, *component) != in_vms) continue;
    if (wrappers::Implementation* one = implementation_of(system, *component, dispatcher))
      all.push_back({component->id, component->name, component->lifecycle, one->adopt(component->id)});
  }
  return all;
}

// All of them side by side; done when the last one is.
Task<int> take_over(std::vector<Adoption> all,
                    std::function<void(const Adoption&, const Result<Lifecycle>&)> found) {
  if (all.empty()) co_return 0;
  co_await Awaitable<int>([&](std::function<void(int)> done) {
    const auto left = std::make_shared<size_t>(all.size());
    for (Adoption& one : all)
      start<Result<Lifecycle>>(std::move(one.task),
                               [&one, left, found, done](const Result<Lifecycle>& state) {
                                 found(one, state);
                                 if (--*left == 0) done(0);
                               });
  });
  co_return 0;
}

}  // namespace

Result<void> read_journal(const std::string& path, workflow::History& history, Log& log) {
  auto reader = journal::Reader::open(path);
  if (!reader && reader.error().code == ErrorCode::kNotFound) return {};
  if (!reader) return fail(std::move(reader.error()));
  auto done = journal::replay(*reader, history);
  if (!done) return fail(std::move(done.error()));
  if (done->passed_over) log.warning(done->passed_over->message);
  return {};
}

Task<std::vector<FoundDead>> adopt_all(const system::System& system, workflow::Engine& engine, Driver& driver,
                                       Log& log) {
  std::vector<FoundDead> dead;
  const auto found = [&](const Adoption& one, const Result<Lifecycle>& state) {
    if (!state)
      return log.warning(fmt::format("cannot tell what became of {}: {}", one.name, state.error().message));
    driver.carry_out(
        engine.observed(system::LifecycleChanged{one.component, *state}, "adoption", driver.now()));
    if (one.before == Lifecycle::kStarted && *state != Lifecycle::kStarted)
      dead.push_back({one.name, fmt::format("it was found {}", system::name_of(*state))});
  };
  co_await take_over(adoptions(system, driver.dispatcher(), false), found);
  co_await take_over(adoptions(system, driver.dispatcher(), true), found);
  co_return dead;
}

namespace {

bool is_answered(const system::System& system, std::string_view event, const Component& about) {
  const auto& diagrams = system.project().diagrams;
  const auto found = diagrams.find(std::string(event));
  if (found == diagrams.end()) return false;
  const std::string& subject = found->second.subject_class;
  return subject.empty() || system.project().is_a(system.class_of(about).name, subject);
}

}  // namespace

std::vector<FoundDead> failed_before(const system::System& system) {
  std::vector<FoundDead> failed;
  for (const Component* component : system.components())
    if (component->lifecycle == Lifecycle::kFailed)
      failed.push_back({component->name, "it had failed before the manager started"});
  return failed;
}

workflow::Event event_of(const system::System& system, const FoundDead& dead) {
  const Component* component = system.find(dead.component);
  if (component == nullptr) return {};
  const bool is_vm = system::start_key_of(system, *component) == system::kVmKey;
  const system::Host* host = system.host_of(*component);
  const bool only_as_vm = is_vm && host != nullptr &&
                          !is_answered(system, workflow::kComponentFailed, *component) &&
                          is_answered(system, workflow::kVmCrashed, *component);
  if (only_as_vm) return {std::string(workflow::kVmCrashed), dead.component, {{"host", host->name}}, {}, {}};
  return {std::string(workflow::kComponentFailed), dead.component, {{"why", dead.why}}, {}, {}};
}

void tell_of_changes(const system::System& system, system::ComponentId first, bool starts, Log& log) {
  for (const Component* component : system.components()) {
    if (starts || component->id < first) continue;
    log.warning(fmt::format("{} is new in the drawing: it is made{}", component->name,
                            workflow::has_stub(system, *component, workflow::kStart)
                                ? fmt::format(", and not started: `attune call {} start`", component->name)
                                : ""));
  }
  for (const std::string& shortfall : system::shortfalls(system))
    log.warning(fmt::format("{}: bind it with `attune bind`", shortfall));
}

}  // namespace attune::main
