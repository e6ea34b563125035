// SPDX-License-Identifier: Apache-2.0
#include "wrappers/status_call.h"

#include <variant>

#include <fmt/format.h>

#include "runtime/system/stubs.h"
#include "wrappers/outcome.h"

namespace attune::wrappers {

workflow::Call status_call(const World& world, const system::Component& component) {
  workflow::Call call;
  call.component = component.id;
  call.component_name = component.name;
  call.key = system::start_key_of(world.system, component);
  call.stub = call.operation = "status";
  call.timeout = model::kDefaultStubTimeout;
  return call;
}

Result<system::Lifecycle> state_told_by(const workflow::CallOutcome& status, const std::string& component) {
  const auto* exited = std::get_if<workflow::CallExited>(&status);
  if (exited == nullptr || exited->code == kNotRun)
    return fail(ErrorCode::kUnreachable, fmt::format("{} did not say whether it runs", component));
  return is_success(status) ? system::Lifecycle::kStarted : system::Lifecycle::kStopped;
}

Task<Result<system::Lifecycle>> adopt_by_status(World& world, Implementation& implementation,
                                                system::ComponentId id) {
  const system::Component* component = world.system.find(id);
  if (component == nullptr) co_return fail(ErrorCode::kNotFound, "the component is not there any more");
  if (!system::may_run(component->lifecycle)) co_return component->lifecycle;
  const std::string name = component->name;
  const workflow::CallOutcome status = co_await implementation.invoke(status_call(world, *component), {});
  co_return state_told_by(status, name);
}

}  // namespace attune::wrappers
