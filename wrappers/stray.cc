// SPDX-License-Identifier: Apache-2.0
#include "wrappers/stray.h"

#include <chrono>
#include <utility>

#include <fmt/format.h>

#include "runtime/deploy/shell_functions.h"
#include "wrappers/grace.h"
#include "wrappers/outcome.h"
#include "wrappers/process_scripts.h"
#include "wrappers/script_command.h"
#include "wrappers/shell_functions.h"

namespace attune::wrappers {

namespace {

constexpr Duration kStopTime = std::chrono::seconds(20);  // for what the script does beside waiting

}  // namespace

ports::Command stop_command(const std::string& run_directory, Duration grace) {
  const auto tenths = std::chrono::ceil<std::chrono::milliseconds>(grace).count() / 100;
  ports::Command command =
      script_command(fmt::format("{}{}{}", deploy::kAliveFunctions, kEndFunctions, kStopScript),
                     {run_directory, std::to_string(tenths)});
  command.timeout = grace + kStopTime;
  return command;
}

Task<bool> end_stray(World& world, HostAccess access, std::string name, std::string left,
                     std::stop_token stop) {
  const system::Component* component = world.system.find(name);
  const Duration grace =
      component == nullptr
          ? kProcessGrace
          : stop_grace(world.system, workflow::Call{.component = component->id}, kProcessGrace);
  ports::Command command = stop_command(fmt::format("{}/run/{}", access.folder, name), grace);
  const auto end = co_await world.shell.run(access.target, std::move(command), stop);
  const bool is_ended = !stop.stop_requested() && end && is_success(outcome_of(end, name));
  if (is_ended)
    world.log.warning(
        fmt::format("{} still ran on {}, {}: it was stopped there", name, access.target.name, left));
  co_return is_ended;
}

}  // namespace attune::wrappers
