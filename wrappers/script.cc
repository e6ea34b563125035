// SPDX-License-Identifier: Apache-2.0
#include "wrappers/script.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "runtime/base/inner_path.h"
#include "runtime/system/stubs.h"
#include "runtime/workflow/arguments.h"
#include "wrappers/host_access.h"
#include "wrappers/left_behind.h"
#include "wrappers/outcome.h"
#include "wrappers/script_command.h"
#include "wrappers/secrets.h"

namespace attune::wrappers {

namespace {

Result<ports::Command> command_for(const World& world, const workflow::Call& call, const HostAccess& access) {
  const system::Component& component = *world.system.find(call.component);
  auto secrets = secret_exports(world.system, component);
  if (!secrets) return fail(std::move(secrets).error());
  std::vector<std::string> argv{"./" + call.operation, call.stub};
  std::copy(call.arguments.begin(), call.arguments.end(), std::back_inserter(argv));
  ports::Command command;
  if (secrets->empty()) {
    command.argv = std::move(argv);
  } else {
    command = script_command(fmt::format("{}exec \"$@\" </dev/null", kTakeExports), std::move(argv));
    command.input = *std::move(secrets);
  }
  command.directory = directory_of(access, component);
  command.environment = {{"ATTUNE_COMPONENT", component.name},
                         {"ATTUNE_PROJECT", world.system.project().name},
                         {"ATTUNE_RUN_DIRECTORY", run_directory_of(access, component)}};
  command.timeout = call.timeout;
  return command;
}

}  // namespace

Task<workflow::CallOutcome> Script::invoke(workflow::Call call, std::stop_token stop) {
  const system::Component* component = world_.system.find(call.component);
  if (component == nullptr) co_return failed("the component is not there any more");
  if (!stays_inside(call.operation))
    co_return failed(fmt::format("'{}' is no file inside the component's directory", call.operation));
  const auto access = access_to_host_of(world_.system, *component);
  if (!access) co_return failed(access.error().message);
  auto command = command_for(world_, call, *access);
  if (!command) co_return failed(command.error().message);
  Redaction secrets = secrets_of_now(world_.system);
  const auto end = co_await world_.shell.run(access->target, *std::move(command), stop);
  co_return outcome_of(redacted(world_.system, std::move(secrets), end),
                       fmt::format("{} {} on {}", call.operation, call.stub, access->target.name));
}

Task<Result<system::Lifecycle>> Script::adopt(system::ComponentId id) {
  const system::Component* component = world_.system.find(id);
  if (component == nullptr) co_return fail(ErrorCode::kNotFound, "the component is not there any more");
  const model::Stub* status = system::stub_of(world_.system, *component, "status");
  if (status == nullptr || status->key != key()) co_return component->lifecycle;
  workflow::Call call;
  call.component = id;
  call.component_name = component->name;
  call.stub = status->name;
  call.operation = status->operation;
  call.timeout = status->timeout;
  auto arguments =
      workflow::arguments_of(status->params, {{world_.system, world_.clock.now(), world_.pipe}, id, {}});
  if (!arguments) co_return fail(arguments.error());
  call.arguments = *std::move(arguments);
  const workflow::CallOutcome outcome = co_await invoke(std::move(call), {});
  const auto* exited = std::get_if<workflow::CallExited>(&outcome);
  if (exited == nullptr || exited->code == kNotRun)
    co_return fail(ErrorCode::kUnreachable, fmt::format("{} did not say whether it runs", component->name));
  co_return is_success(outcome) ? system::Lifecycle::kStarted : system::Lifecycle::kStopped;
}

Task<int> Script::look_over(std::string host) {
  tell_left_behind(world_, host, kKey);
  co_return 0;
}

}  // namespace attune::wrappers
