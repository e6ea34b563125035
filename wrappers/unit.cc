// SPDX-License-Identifier: Apache-2.0
#include "wrappers/unit.h"

#include <utility>

#include "wrappers/host_access.h"
#include "wrappers/left_behind.h"
#include "wrappers/outcome.h"
#include "wrappers/secrets.h"
#include "wrappers/status_call.h"
#include "wrappers/unit_command.h"

namespace attune::wrappers {

Task<workflow::CallOutcome> Unit::invoke(workflow::Call call, std::stop_token stop) {
  const system::Component* component = world_.system.find(call.component);
  if (component == nullptr) co_return failed("the component is not there any more");
  const auto unit = unit_name(call.key, component->name);
  if (!unit) co_return failed(unit.error().message);
  const auto access = access_to_host_of(world_.system, *component);
  if (!access) co_return failed(access.error().message);
  auto command = unit_command(call.operation, *unit, call.arguments);
  if (!command) co_return failed(command.error().message);
  command->timeout = call.timeout;
  Redaction secrets = secrets_of_now(world_.system);
  const auto said = co_await world_.shell.run(access->target, *std::move(command), std::move(stop));
  const auto end = redacted(world_.system, std::move(secrets), said);
  co_return unit_outcome(end, call.operation, *unit, access->target.name);
}

Task<Result<system::Lifecycle>> Unit::adopt(system::ComponentId component) {
  return adopt_by_status(world_, *this, component);
}

Task<int> Unit::look_over(std::string host) {
  tell_left_behind(world_, host, kFamily);
  co_return 0;
}

}  // namespace attune::wrappers
