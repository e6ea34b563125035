// SPDX-License-Identifier: Apache-2.0
#include "wrappers/agent.h"

#include <array>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "runtime/base/last_line.h"
#include "runtime/system/stubs.h"
#include "wrappers/agent_environment.h"
#include "wrappers/agent_name.h"
#include "wrappers/host_access.h"
#include "wrappers/left_behind.h"
#include "wrappers/outcome.h"
#include "wrappers/script_command.h"
#include "wrappers/secrets.h"

namespace attune::wrappers {

namespace {

// path action run-directory secret-name...   Runs the agent with its Secrets, which come on standard input
// where there are any, among its parameters; the names are those of attributes: letters, digits and '_'. What
// is said goes by way of a file: a daemon that the agent leaves behind holds that open, and not the channel,
// whose end is waited for. Of a start it is the component's output, as of processes, so that what the daemon
// goes on saying can be read; else, and where that cannot be written, one without a name.
constexpr std::string_view kRun = R"sh(agent=$1 action=$2 run=$3
shift 3
for name; do eval "[ -z \"\${ATTUNE_SECRET_$name+x}\" ] || export OCF_RESKEY_${name#ocf_}=\"\$ATTUNE_SECRET_$name\""; done
before=$(umask)
umask 077
size=0
if [ "$action" = start ] && { mkdir -p "$run" && true >>"$run/output"; } 2>/dev/null; then
  size=$(wc -c <"$run/output")
  [ "$size" -le 10485760 ] || { mv "$run/output" "$run/output.1" && true >"$run/output" && size=0; }
  exec 4>>"$run/output" 3<"$run/output"
else
  said=$(mktemp) || exit 125
  exec 4>"$said" 3<"$said"
  rm -f -- "$said"
fi
umask "$before"
"$agent" "$action" </dev/null >&4 2>&4 3<&- 4>&-
code=$?
tail -c "+$((size + 1))" <&3
exit $code
)sh";

constexpr int kNotRunning = 7;

struct Meaning {
  int code;
  std::string_view words;
};
constexpr std::array<Meaning, 8> kFailures = {{{1, "it failed"},
                                               {2, "its parameters are wrong"},
                                               {3, "the agent cannot do this"},
                                               {4, "it may not do this as this user"},
                                               {5, "its software is not installed there"},
                                               {6, "it is not configured as it should be"},
                                               {kNotRunning, "it does not run"},
                                               {9, "it runs promoted, and has failed"}}};
// That it runs, in other words, which only monitor says.
constexpr std::array<Meaning, 3> kRunning = {
    {{8, "it runs, promoted"}, {190, "it runs, degraded"}, {191, "it runs, promoted and degraded"}}};

template <size_t N>
std::string_view meaning(const std::array<Meaning, N>& of, int code) {
  for (const Meaning& one : of)
    if (one.code == code) return one.words;
  return {};
}

workflow::CallOutcome outcome_of_agent(const Result<ports::CommandEnd>& end, const workflow::Call& call,
                                       const AgentName& agent, const std::string& host) {
  const auto* exited = end ? std::get_if<ports::Exited>(&*end) : nullptr;
  const std::string what = fmt::format("{} {} on {}", call.key, call.operation, host);
  if (exited == nullptr) return outcome_of(end, what);
  const std::string_view said =
      last_line(exited->error_output.empty() ? exited->output : exited->error_output);
  if (exited->code == 0) return succeeded(std::string(said));
  if (exited->code == kNoProgram)
    return failed(
        fmt::format("{} has no agent {}: install the package that brings {}, such as resource-agents", host,
                    call.key, agent.path()));
  if (exited->code == kNotExecutable || exited->code == kNotRun)
    return failed(fmt::format("{}: the agent was not run: {}", what, said));
  const std::string_view running = meaning(kRunning, exited->code);
  if (call.operation == "monitor" && !running.empty()) return succeeded(std::string(running));
  const std::string_view failure = meaning(kFailures, exited->code);
  std::string message = failure.empty() ? fmt::format("{} ended with code {}", what, exited->code)
                                        : fmt::format("{}: {} (code {})", what, failure, exited->code);
  if (!said.empty()) message += fmt::format(": {}", said);
  return failed(std::move(message), exited->code);
}

Result<ports::Command> command_for(const World& world, const AgentName& agent, const workflow::Call& call,
                                   const HostAccess& access) {
  const system::Component& component = *world.system.find(call.component);
  auto environment = agent_environment(world, agent, call);
  if (!environment) return fail(std::move(environment).error());
  auto secrets = secret_exports(world.system, component);
  if (!secrets) return fail(std::move(secrets).error());
  std::vector<std::string> argv{agent.path(), call.operation, run_directory_of(access, component)};
  for (std::string& name : agent_secrets(world.system, component)) argv.push_back(std::move(name));
  const bool has_secrets = !secrets->empty();
  ports::Command command = script_command(
      fmt::format("{}{}", has_secrets ? kTakeExports : std::string_view(), kRun), std::move(argv));
  if (has_secrets) command.input = *std::move(secrets);
  command.environment = *std::move(environment);
  command.directory = "/";  // whoever starts a service there holds no file system
  command.timeout = call.timeout;
  return command;
}

}  // namespace

Task<workflow::CallOutcome> Agent::invoke(workflow::Call call, std::stop_token stop) {
  const system::Component* component = world_.system.find(call.component);
  if (component == nullptr) co_return failed("the component is not there any more");
  const auto agent = parse_agent_name(call.key);
  if (!agent) co_return failed(agent.error().message);
  const auto access = access_to_host_of(world_.system, *component);
  if (!access) co_return failed(access.error().message);
  auto command = command_for(world_, *agent, call, *access);
  if (!command) co_return failed(command.error().message);
  Redaction secrets = secrets_of_now(world_.system);
  const auto said = co_await world_.shell.run(access->target, *std::move(command), std::move(stop));
  const auto end = redacted(world_.system, std::move(secrets), said);
  co_return outcome_of_agent(end, call, *agent, access->target.name);
}

Task<Result<system::Lifecycle>> Agent::adopt(system::ComponentId id) {
  const system::Component* component = world_.system.find(id);
  if (component == nullptr) co_return fail(ErrorCode::kNotFound, "the component is not there any more");
  if (!system::may_run(component->lifecycle)) co_return component->lifecycle;
  workflow::Call call;
  call.component = id;
  call.component_name = component->name;
  call.key = system::start_key_of(world_.system, *component);
  call.stub = call.operation = "monitor";
  call.timeout = model::kDefaultStubTimeout;
  const workflow::CallOutcome outcome = co_await invoke(std::move(call), {});
  const auto* exited = std::get_if<workflow::CallExited>(&outcome);
  if (exited == nullptr || exited->code == kNotRun)
    co_return fail(ErrorCode::kUnreachable, fmt::format("{} did not say whether it runs", component->name));
  if (exited->code == kNotRunning) co_return system::Lifecycle::kStopped;
  co_return is_success(outcome) ? system::Lifecycle::kStarted : system::Lifecycle::kFailed;
}

Task<int> Agent::look_over(std::string host) {
  tell_left_behind(world_, host, kFamily);
  co_return 0;
}

}  // namespace attune::wrappers
