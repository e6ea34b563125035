// SPDX-License-Identifier: Apache-2.0
#include "wrappers/container.h"

#include <utility>

#include <fmt/format.h>

#include "wrappers/agent_environment.h"
#include "wrappers/container_command.h"
#include "wrappers/container_spec.h"
#include "wrappers/grace.h"
#include "wrappers/host_access.h"
#include "wrappers/left_behind.h"
#include "wrappers/outcome.h"
#include "wrappers/secrets.h"
#include "wrappers/status_call.h"

namespace attune::wrappers {

namespace {

constexpr Duration kGrace = std::chrono::seconds(10);  // podman's own

ContainerHome home_of(const World& world, const system::Component& component, const HostAccess& access) {
  return {container_name(world.system.project().name, component.name), run_directory_of(access, component),
          directory_of(access, component)};
}

Result<ports::Command> start_command(const World& world, const workflow::Call& call,
                                     const ContainerHome& home) {
  const system::Component& component = *world.system.find(call.component);
  auto spec = container_spec({world.system, world.clock.now(), world.pipe}, component, call.arguments);
  if (!spec) return fail(std::move(spec).error());
  spec->secrets = agent_secrets(world.system, component);
  auto secrets = secret_exports(world.system, component);
  if (!secrets) return fail(std::move(secrets).error());
  return container_start(home, *spec, *std::move(secrets));
}

Result<ports::Command> command_for(const World& world, const workflow::Call& call,
                                   const ContainerHome& home) {
  if (call.operation == "start") return start_command(world, call, home);
  if (call.operation == "stop") return container_stop(home, stop_grace(world.system, call, kGrace));
  if (call.operation == "kill") return container_stop(home, Duration::zero());
  if (call.operation == "status") return container_status(home);
  return fail(ErrorCode::kInvalid, fmt::format("key podman has no operation '{}'", call.operation));
}

}  // namespace

Task<workflow::CallOutcome> Container::invoke(workflow::Call call, std::stop_token stop) {
  const system::Component* component = world_.system.find(call.component);
  if (component == nullptr) co_return failed("the component is not there any more");
  const auto access = access_to_host_of(world_.system, *component);
  if (!access) co_return failed(access.error().message);
  auto command = command_for(world_, call, home_of(world_, *component, *access));
  if (!command) co_return failed(command.error().message);
  command->timeout = call.timeout;
  Redaction secrets = secrets_of_now(world_.system);
  const auto said = co_await world_.shell.run(access->target, *std::move(command), std::move(stop));
  const auto end = redacted(world_.system, std::move(secrets), said);
  co_return container_outcome(end, call, access->target.name);
}

Task<Result<system::Lifecycle>> Container::adopt(system::ComponentId component) {
  return adopt_by_status(world_, *this, component);
}

Task<int> Container::look_over(std::string host) {
  tell_left_behind(world_, host, kKey);
  co_return 0;
}

}  // namespace attune::wrappers
