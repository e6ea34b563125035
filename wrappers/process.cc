// SPDX-License-Identifier: Apache-2.0
#include "wrappers/process.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "runtime/base/inner_path.h"
#include "runtime/deploy/shell_functions.h"
#include "runtime/workflow/undo.h"
#include "wrappers/configuration.h"
#include "wrappers/grace.h"
#include "wrappers/host_access.h"
#include "wrappers/left_behind.h"
#include "wrappers/outcome.h"
#include "wrappers/process_scripts.h"
#include "wrappers/script_command.h"
#include "wrappers/secrets.h"
#include "wrappers/shell_functions.h"
#include "wrappers/stray.h"

namespace attune::wrappers {

namespace {

constexpr int kRunsNot = 3;  // kStatusScript's

// Where a component's process lives.
struct Home {
  ports::HostTarget host;
  std::string directory;
  std::string run_directory;
  std::string record;  // of what was deployed
};

Result<Home> home_of(const system::System& system, system::ComponentId id) {
  const system::Component* component = system.find(id);
  if (component == nullptr) return fail(ErrorCode::kNotFound, "the component is not there any more");
  const auto access = access_to_host_of(system, *component);
  if (!access) return fail(access.error());
  return Home{access->target, directory_of(*access, *component), run_directory_of(*access, *component),
              record_of(*access, *component)};
}

ports::Command script(std::string_view text, std::vector<std::string> arguments) {
  return script_command(fmt::format("{}{}{}", deploy::kAliveFunctions, kEndFunctions, text),
                        std::move(arguments));
}

Result<ports::Command> start_command(const World& world, const workflow::Call& call, const Home& home) {
  auto secrets = secret_exports(world.system, *world.system.find(call.component));
  if (!secrets) return fail(std::move(secrets).error());
  std::vector<std::string> arguments{home.run_directory, home.directory};
  std::copy(call.arguments.begin(), call.arguments.end(), std::back_inserter(arguments));
  ports::Command command =
      secrets->empty() ? script(kStartScript, std::move(arguments))
                       : script(fmt::format("{}{}", kTakeExports, kStartScript), std::move(arguments));
  command.input = *std::move(secrets);
  return command;
}

ports::Command status_command(const std::string& run_directory) {
  return script(kStatusScript, {run_directory});
}

Result<ports::Command> reload_command(const workflow::Call& call, const Home& home) {
  const std::string signal = call.arguments.empty() ? "HUP" : call.arguments[0];
  constexpr std::array kSignals{"HUP", "INT", "USR1", "USR2", "TERM", "WINCH"};
  if (std::find(kSignals.begin(), kSignals.end(), signal) == kSignals.end()) {
    return fail(ErrorCode::kInvalid,
                fmt::format("'{}' is no signal to reload by: use {}", signal, fmt::join(kSignals, ", ")));
  }
  return script(kSignalScript, {home.run_directory, signal});
}

Result<ports::Command> configure_command(const World& world, const workflow::Call& call, const Home& home) {
  const std::string& target = call.arguments[1];
  if (has_control_character(target)) {
    return fail(ErrorCode::kInvalid,
                fmt::format("'{}' has a control character in it, which no file's name may have: see what the "
                            "param gets it from",
                            printable(target)));
  }
  if (!stays_inside(target)) {
    return fail(ErrorCode::kInvalid,
                fmt::format("'{}' leaves the component's directory: name a file inside it", target));
  }
  auto text = configuration(world, call.component, call.arguments[0], read);
  if (!text) return fail(text.error());
  const std::string file = std::filesystem::path(target).lexically_normal();
  ports::Command command =
      script(kWriteScript, {home.directory, file, home.record, std::to_string(text->size())});
  command.input = *std::move(text);
  return command;
}

Result<ports::Command> command_for(const World& world, const workflow::Call& call, const Home& home) {
  if (call.operation == "start") return start_command(world, call, home);
  if (call.operation == "stop")
    return stop_command(home.run_directory, stop_grace(world.system, call, kProcessGrace));
  if (call.operation == "kill") return stop_command(home.run_directory, Duration::zero());
  if (call.operation == "status") return status_command(home.run_directory);
  if (call.operation == "reload") return reload_command(call, home);
  if (call.operation == "configure") return configure_command(world, call, home);
  return fail(ErrorCode::kInvalid, fmt::format("key Process has no operation '{}'", call.operation));
}

// --- what was left on another host ---

Result<HostAccess> access_on(const system::System& system, const std::string& host_name) {
  const system::Host* host = system.find_host(host_name);
  if (host == nullptr) return fail(ErrorCode::kNotFound, "it is not there any more");
  return access_to(system, *host);
}

}  // namespace

// One that was started on a host which has gone silent since is not known to: its lifecycle stays as it was.
bool runs_at_home(const system::System& system, const system::Component& component) {
  const system::Host* own = system.host_of(component);
  return own != nullptr && own->state == system::HostState::kUp &&
         component.lifecycle == system::Lifecycle::kStarted;
}

std::string state_at_home(const system::System& system, const system::Component& component) {
  const system::Host* own = system.host_of(component);
  if (own == nullptr) return fmt::format("{} on no host", name_of(component.lifecycle));
  return fmt::format("{} on {}, which is {}", name_of(component.lifecycle), own->name, name_of(own->state));
}

namespace {

// Ends the copy that runs there, if one does; not where it may be the only one. Whether none runs there now.
Task<bool> end_copy(World& world, system::ComponentId id, std::string host_name) {
  const auto there = access_on(world.system, host_name);
  const auto own = home_of(world.system, id);
  const bool is_one_machine = there && own && there->target.address == own->host.address &&
                              there->target.port == own->host.port;  // under two names
  const system::Component* left = world.system.find(id);
  if (!there || left == nullptr || is_one_machine) co_return false;
  ports::Command question = status_command(run_directory_of(*there, *left));
  const auto status = co_await world.shell.run(there->target, std::move(question), {});
  const auto* exited = status ? std::get_if<ports::Exited>(&*status) : nullptr;
  if (exited == nullptr || !is_left_behind(world.system, id, host_name)) co_return false;
  if (exited->code != 0) co_return exited->code == kRunsNot;
  const system::Component& component = *world.system.find(id);
  const std::string name = component.name;
  if (!runs_at_home(world.system, component)) {
    world.log.warning(
        fmt::format("{} still runs on {}, which it had left while that did not answer; it is {}: end it by "
                    "hand, or give it that host again",
                    name, host_name, state_at_home(world.system, component)));
    co_return false;
  }
  const std::string how = "which it had left while that did not answer";
  const bool is_ended = co_await end_stray(world, *there, name, how, {});
  if (!is_ended)
    world.log.warning(
        fmt::format("{} still runs on {}, which it had left while that did not answer, and could not be "
                    "stopped: end it there by hand",
                    name, host_name));
  co_return is_ended;
}

// What left nothing there is left there no longer: it and all its contents.
Task<int> end_copies(World& world, std::string key, std::string host) {
  std::set<system::ComponentId> ended, in_doubt;
  for (const system::ComponentId id : left_behind(world.system, host, key)) {
    const bool has_ended = co_await end_copy(world, id, host);
    const system::Component* component = world.system.find(id);
    if (component != nullptr)
      (has_ended ? ended : in_doubt).insert(workflow::placed_as(world.system, *component));
  }
  for (const system::ComponentId id : ended) {
    const bool is_told = world.observed && !in_doubt.contains(id) && is_left_behind(world.system, id, host);
    if (is_told && starts_only_by(world.system, id, key))
      world.observed(system::LeftNothing{id, host}, "its status on " + host);
  }
  co_return 0;
}

}  // namespace

Task<int> Process::look_over(std::string host) {
  return end_copies(world_, std::string(key()), std::move(host));
}

Task<workflow::CallOutcome> Process::invoke(workflow::Call call, std::stop_token stop) {
  const auto home = home_of(world_.system, call.component);
  if (!home) co_return failed(home.error().message);
  auto command = command_for(world_, call, *home);
  if (!command) co_return failed(command.error().message);
  command->timeout = call.timeout;
  Redaction secrets = secrets_of_now(world_.system);
  const auto end = co_await world_.shell.run(home->host, *std::move(command), stop);
  co_return outcome_of(redacted(world_.system, std::move(secrets), end),
                       fmt::format("{}.{} on {}", call.component_name, call.stub, home->host.name));
}

Task<Result<system::Lifecycle>> Process::adopt(system::ComponentId component) {
  const auto home = home_of(world_.system, component);
  if (!home) co_return fail(home.error());
  const auto end = co_await world_.shell.run(home->host, status_command(home->run_directory), {});
  if (!end) co_return fail(end.error());
  const auto* exited = std::get_if<ports::Exited>(&*end);
  if (exited == nullptr) co_return fail(ErrorCode::kUnreachable, "its host did not say whether it runs");
  co_return exited->code == 0 ? system::Lifecycle::kStarted : system::Lifecycle::kStopped;
}

}  // namespace attune::wrappers
