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

}  // namespace attune::wrappers
