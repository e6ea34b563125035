// SPDX-License-Identifier: Apache-2.0
#include "tests/simulation/sim_shell.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "runtime/deploy/scripts.h"
#include "runtime/model/value.h"
#include "wrappers/process_scripts.h"

namespace attune::simulation {

namespace {

using ports::CommandEnd;
using ports::Exited;

constexpr int kNotRunning = 3;
constexpr int kNoDirectory = 72;

std::string last_part(const std::string& path) {
  return path.substr(path.rfind('/') + 1);
}

// A command that a wrapper sent, by its script and its arguments.
struct Request {
  std::string_view script;
  std::vector<std::string> arguments;
};

Request request_of(const ports::Command& command) {
  if (command.argv.size() < 3 || command.argv[1] != "-c") return {};
  Request request{command.argv[2], {}};
  if (command.argv.size() > 4) request.arguments.assign(command.argv.begin() + 4, command.argv.end());
  return request;
}

// --- what scripts do ---

// dirlocal component sha256 kind filename mode request ...
Exited deploy(SimHost& host, const Request& request, bool is_awaited) {
  const std::string& component = request.arguments[1];
  const std::string& digest = request.arguments[6];
  if (is_awaited)
    host.strays.erase(component);
  else
    host.strays.insert(component);
  std::string& there = host.directories[component];
  if (there == digest) return {0, "deployed\n", ""};
  there = digest;
  return {0, "send\n", ""};
}

// dirlocal component
Exited undeploy(SimHost& host, const Request& request) {
  const std::string& component = request.arguments[1];
  const std::string run = fmt::format("{}/run/{}", request.arguments[0], component);
  const auto process = host.processes.find(run);
  if (process != host.processes.end() && process->second) return {deploy::kStillRuns, "", "4711\n"};
  if (process != host.processes.end()) host.processes.erase(process);
  host.directories.erase(component);
  host.strays.erase(component);
  return {};
}

// dirlocal host
Exited list(const SimHost& host, const Request& request) {
  std::string text;
  for (const auto& [component, digest] : host.directories) {
    const auto process = host.processes.find(fmt::format("{}/run/{}", request.arguments[0], component));
    const bool runs = process != host.processes.end() && process->second;
    text += component + (runs ? " runs\n" : "\n");
  }
  return {0, text, ""};
}

// run-directory working-directory program ...
Exited start_process(SimHost& host, const Request& request) {
  if (!host.directories.contains(last_part(request.arguments[1])))
    return {kNoDirectory, "", "no directory; is the component deployed?\n"};
  bool& runs = host.processes[request.arguments[0]];
  if (runs) return {0, "it runs already\n", ""};
  runs = true;
  return {};
}

Exited stop_process(SimHost& host, const Request& request) {
  const auto found = host.processes.find(request.arguments[0]);
  if (found != host.processes.end()) found->second = false;
  return {};
}

Exited ask_process(const SimHost& host, const Request& request) {
  const auto found = host.processes.find(request.arguments[0]);
  const bool runs = found != host.processes.end() && found->second;
  return runs ? Exited{} : Exited{kNotRunning, "", "it does not run\n"};
}

Exited capacity(const SimHost& host) {
  return {0, fmt::format("16\n{}\n", host.memory / 1024), ""};
}

[[noreturn]] void is_unknown(const ports::Command& command) {
  fmt::print(stderr,
             "the simulated shell does not know this command: teach it (tests/simulation/sim_shell.cc)\n");
  for (const std::string& argument : command.argv) fmt::print(stderr, "  {}\n", argument);
  std::abort();
}

Exited carry_out(SimHost& host, const ports::Command& command, bool is_awaited) {
  static const std::string kDeploy = deploy::deploy_script({.look = true, .unpack = true});
  static const std::string kUndeploy = deploy::undeploy_script();
  static const std::string kList = deploy::list_script();
  const Request request = request_of(command);
  if (request.script == kList) return list(host, request);
  if (request.script == kDeploy) return deploy(host, request, is_awaited);
  if (request.script == kUndeploy) return undeploy(host, request);
  if (request.script.ends_with(wrappers::kStartScript)) return start_process(host, request);
  if (request.script.ends_with(wrappers::kStopScript)) return stop_process(host, request);
  if (request.script.ends_with(wrappers::kStatusScript) || request.script.ends_with(wrappers::kSignalScript))
    return ask_process(host, request);
  if (request.script.starts_with("nproc")) return capacity(host);
  is_unknown(command);
}

// The fleet's fence: ./switch fence HOST.
std::optional<HostIndex> fenced_by(const SimWorld& world, const ports::Command& command) {
  const bool is_fence =
      command.argv.size() == 3 && command.argv[0] == "./switch" && command.argv[1] == "fence";
  return is_fence ? world.find_host(command.argv[2]) : std::nullopt;
}

Result<CommandEnd> end_of(const Result<Exited>& said) {
  if (said) return CommandEnd(*said);
  if (said.error().code == ErrorCode::kLost) return CommandEnd(ports::Lost{said.error().message});
  return fail(said.error());
}

bool is_load_probe(const ports::Command& command) {
  return command.on_line && command.argv.size() > 4 && command.argv[4] == "/dev/stdout";
}

}  // namespace

Task<Result<CommandEnd>> SimShell::run(ports::HostTarget target, ports::Command command,
                                       std::stop_token stop) {
  const auto session = session_;
  const HostIndex host = session->world().find_host(target.name).value();
  if (is_load_probe(command)) co_return co_await measure(host, std::move(command), std::move(stop));
  const auto shared = std::make_shared<const ports::Command>(std::move(command));
  std::optional<std::stop_callback<std::function<void()>>> stopped;
  std::unique_ptr<ports::Loop::Timer> timeout;
  co_return co_await Awaitable<Result<CommandEnd>>([&](std::function<void(Result<CommandEnd>)> done) {
    // Whichever comes first: its end, the caller's wish, the time.
    const auto once = std::make_shared<std::function<void(Result<CommandEnd>)>>(std::move(done));
    const auto end = [once](const Result<CommandEnd>& how) {
      if (*once) std::exchange(*once, nullptr)(how);
    };
    stopped.emplace(stop, std::function<void()>([session, end] {
                      session->loop().post([end] { end(CommandEnd(ports::Cancelled{})); });
                    }));
    if (shared->timeout > Duration::zero())
      timeout = session->loop().after(shared->timeout, [end] { end(CommandEnd(ports::TimedOut{})); });
    const std::function<Result<Exited>()> effect = [session, host, shared, once] {
      if (const auto fenced = fenced_by(session->world(), *shared)) {
        session->world().fence(*fenced);
        return Result<Exited>(Exited{});
      }
      const bool is_awaited = *once && session->is_alive();
      return Result<Exited>(carry_out(session->world().host(host), *shared, is_awaited));
    };
    start<Result<Exited>>(session->ask(host, effect),
                          [end](const Result<Exited>& said) { end(end_of(said)); });
  });
}

// A line each period, until the host is lost or nobody wants it any more.
Task<Result<CommandEnd>> SimShell::measure(HostIndex host, ports::Command command, std::stop_token stop) {
  const auto session = session_;
  const Duration period = *model::parse_value(model::Type::kDuration, command.argv[7])->get_if<Duration>();
  const std::function<Result<bool>()> begin = [] { return Result<bool>(true); };
  const Result<bool> begun = co_await session->ask(host, begin);
  if (!begun) co_return fail(begun.error());
  std::optional<std::stop_callback<std::function<void()>>> stopped;
  std::unique_ptr<ports::Loop::Timer> tick;
  std::function<void()> measure;
  co_return co_await Awaitable<Result<CommandEnd>>([&](std::function<void(Result<CommandEnd>)> done) {
    const uint64_t id = session->await([done](const Error&) { done(CommandEnd(ports::Cancelled{})); });
    session->stream(host, id, [session, id, done] {
      session->end_stream(id);
      session->answer(id, [done] { done(CommandEnd(ports::Lost{"the connection broke"})); });
    });
    stopped.emplace(stop, std::function<void()>([session, id, done] {
                      session->end_stream(id);
                      session->answer(id, [done] { done(CommandEnd(ports::Cancelled{})); });
                    }));
    measure = [&session = *session, &tick, &measure, host, period, &command] {
      const SimHost& where = session.world().host(host);
      if (where.answers() && session.is_alive())
        command.on_line(fmt::format("load {} cpu={:.0f}%", where.name, where.load * 100));
      tick = session.loop().after(period, measure);
    };
    tick = session->loop().after(period, measure);
  });
}

void SimShell::watch(ports::HostTarget host, Duration silence,
                     std::function<void(ports::HostHealth)> changed) {
  session_->watch_host(session_->world().find_host(host.name).value(), silence, std::move(changed));
}

void SimShell::unwatch(const std::string& host_name) {
  if (const auto host = session_->world().find_host(host_name)) session_->unwatch_host(*host);
}

}  // namespace attune::simulation
