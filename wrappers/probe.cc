// SPDX-License-Identifier: Apache-2.0
#include "wrappers/probe.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "runtime/deploy/shell_functions.h"
#include "runtime/model/settings.h"
#include "runtime/system/stubs.h"
#include "runtime/workflow/arguments.h"
#include "wrappers/host_access.h"
#include "wrappers/kept_command.h"
#include "wrappers/outcome.h"
#include "wrappers/probe_program.h"
#include "wrappers/script_command.h"
#include "wrappers/shell_functions.h"

namespace attune::wrappers {

namespace {

constexpr Duration kSettle = std::chrono::milliseconds(200);  // a probe that ends sooner was not started
constexpr Duration kClearing = std::chrono::seconds(10);
constexpr Duration kFollow = std::chrono::seconds(1);  // how often its subject's host is looked at

// end_left RUN   Ends what is left of an earlier probe, if anything is.
constexpr std::string_view kEndLeft = R"sh(end_left() {
  alive "$1" || return 0
  { kill -TERM "-$pid" || kill -TERM "$pid"; } 2>/dev/null
  ends "$1" 20 || { kill -KILL "-$pid" || kill -KILL "$pid"; } 2>/dev/null
  ends "$1" 50 || { echo "process $pid, an earlier one of it, does not end, even when killed" >&2; exit 70; }
}
)sh";

// Runs the probe that comes on standard input: what is left of an earlier one ends first, so that none runs
// twice. Arguments: folder, run directory, then the probe's own.
constexpr std::string_view kRunScript = R"sh(umask 077
folder=$1 run=$2
shift 2
find_missing "$folder"
mkdir -p "$run" && note_made "$folder" || exit 73
end_left "$run"
cat >"$run/probe.new" && chmod 700 "$run/probe.new" && mv "$run/probe.new" "$run/probe" || exit 73
echo "$$ $(started $$)" >"$run/pid"
echo attune-probe-begins
exec "$run/probe" "$@" </dev/null
)sh";

// folder run-directory   Removes what the other leaves behind, where it has ended.
constexpr std::string_view kClearScript = R"sh(cd "$2" 2>/dev/null || exit 0
alive . && exit 0
rm -f pid probe probe.new
cd /
rmdir "$2" "$1/run" 2>/dev/null
leave "$1"
)sh";

ports::Command script(std::string_view text, const HostAccess& access, const system::Component& probe) {
  return script_command(fmt::format("{}{}{}{}{}", deploy::kAliveFunctions, kEndFunctions,
                                    deploy::kDirlocalFunctions, kEndLeft, text),
                        {access.folder, run_directory_of(access, probe)});
}

Task<int> nothing() {
  co_return 0;
}

// As far as the host can be reached; what it cannot be asked for is there the next time.
Task<int> clear(ports::Shell& shell, ports::HostTarget host, ports::Command command) {
  command.timeout = kClearing;
  (void)co_await shell.run(std::move(host), std::move(command), {});
  co_return 0;
}

}  // namespace

struct Probe::Watch {
  system::ComponentId probe = system::kNoComponent;
  std::string probe_name;
  std::string subject;
  std::string program;
  std::vector<std::string> called_with;
  system::HostId host = system::kNoHost;  // where it runs now
  bool has_begun = false;                 // its program runs, or did
  bool is_starting = true;                // nobody counts on it yet
  std::function<void()> wake;             // who waits for it to begin or to fail
  std::string last_failure;
  std::unique_ptr<ports::Loop::Timer> timer;
  std::optional<KeptCommand> command;
};

Probe::Probe(World& world) : world_(world) {}
Probe::~Probe() = default;

Task<workflow::CallOutcome> Probe::invoke(workflow::Call call, std::stop_token stopped) {
  if (call.operation == "create") co_return co_await create(std::move(call), true, std::move(stopped));
  if (call.operation == "stop") co_return co_await stop(call.component);
  co_return failed(fmt::format("key Probe has no operation '{}'", call.operation));
}

Task<workflow::CallOutcome> Probe::create(workflow::Call call, bool waits, std::stop_token stopped) {
  if (is_running_as(call)) co_return succeeded("it runs already");
  auto text = probe_program(world_, call.arguments[0]);
  if (!text) co_return failed(text.error().message);
  const system::Component* subject = world_.system.find(call.arguments[2]);
  if (subject == nullptr) co_return failed(fmt::format("no component '{}' to watch", call.arguments[2]));
  const std::string watched = subject->name;
  co_await stop(call.component);  // what ran with other arguments, as before its subject moved
  begin(call, *std::move(text), watched);
  if (waits) co_await first_news(call.component, stopped);
  const auto now = watches_.find(call.component);
  if (now != watches_.end() && now->second->last_failure.empty()) {
    std::unique_ptr<ports::Loop::Timer> settled;
    co_await Awaitable<int>([&](auto done) { settled = world_.loop.after(kSettle, [done] { done(0); }); });
  }
  const auto still = watches_.find(call.component);
  if (still == watches_.end()) co_return succeeded();  // stopped meanwhile
  Watch& watch = *still->second;
  watch.is_starting = false;
  const std::string why = watch.last_failure;
  if (why.empty() && (watch.has_begun || !waits)) co_return succeeded();
  (void)co_await stop(call.component);
  if (why.empty()) co_return workflow::CallCancelled{};
  co_return failed(why);
}

bool Probe::is_running_as(const workflow::Call& call) const {
  const auto found = watches_.find(call.component);
  return found != watches_.end() && found->second->called_with == call.arguments;
}

void Probe::begin(const workflow::Call& call, std::string program, const std::string& subject) {
  auto made = std::make_unique<Watch>();
  Watch& watch = *made;
  watch.probe = call.component;
  watch.probe_name = call.component_name;
  watch.subject = subject;
  watch.program = std::move(program);
  watch.called_with = call.arguments;
  watches_[call.component] = std::move(made);
  watch.command.emplace(
      world_.shell, world_.loop, model::setting_as<Duration>(world_.system.project(), "probe.restart"),
      watch.probe_name, [this, &watch] { return next_round(watch); },
      [this, &watch](const std::string& why) { round_failed(watch, why); });
  follow(watch);
}

// Until its program runs, which a host that does not answer may delay, or has failed, or nobody wants it.
Task<int> Probe::first_news(system::ComponentId probe, std::stop_token stopped) {
  Watch& watch = *watches_.at(probe);
  if (watch.has_begun || !watch.last_failure.empty()) co_return 0;
  std::optional<std::stop_callback<std::function<void()>>> ending;
  co_return co_await Awaitable<int>([&](std::function<void(int)> done) {
    watch.wake = [done = std::move(done)] { done(0); };
    ending.emplace(
        stopped, std::function<void()>([this, probe] { world_.loop.post([this, probe] { wake(probe); }); }));
  });
}

void Probe::wake(system::ComponentId probe) {
  const auto found = watches_.find(probe);
  if (found != watches_.end() && found->second->wake) std::exchange(found->second->wake, nullptr)();
}

Task<workflow::CallOutcome> Probe::stop(system::ComponentId component) {
  const auto found = watches_.find(component);
  if (found == watches_.end()) co_return succeeded("it does not run");
  const std::unique_ptr<Watch> watch = std::move(found->second);
  watches_.erase(found);
  watch->timer.reset();
  if (watch->wake) std::exchange(watch->wake, nullptr)();
  co_await watch->command->stop();
  if (watch->has_begun) co_await clear_behind(*watch);
  co_return succeeded();
}

// A manager before this one may have died while it started or stopped the probe.
Task<int> Probe::end_left(system::ComponentId id, std::string subject_name) {
  const system::Component* subject = world_.system.find(subject_name);
  const system::Component* probe = world_.system.find(id);
  if (subject == nullptr || probe == nullptr) return nothing();
  const auto access = access_to_host_of(world_.system, *subject);
  if (!access) return nothing();
  const std::string ends_and_clears = fmt::format("end_left \"$2\"\n{}", kClearScript);
  return clear(world_.shell, access->target, script(ends_and_clears, *access, *probe));
}

// Takes away what a probe that has ended leaves on its host.
Task<int> Probe::clear_behind(const Watch& watch) {
  const system::Host* host = world_.system.find_host(watch.host);
  const system::Component* probe = world_.system.find(watch.probe);
  if (host == nullptr || probe == nullptr || host->state == system::HostState::kDown) return nothing();
  const auto access = access_to(world_.system, *host);
  if (!access) return nothing();
  return clear(world_.shell, access->target, script(kClearScript, *access, *probe));
}

// On its subject's host.
Result<KeptCommand::Round> Probe::next_round(Watch& watch) {
  const system::Component* subject = world_.system.find(watch.subject);
  const system::Component* probe = world_.system.find(watch.probe);
  if (subject == nullptr || probe == nullptr)
    return fail(ErrorCode::kNotFound, fmt::format("{} has nothing to watch any more", watch.probe_name));
  const auto access = access_to_host_of(world_.system, *subject);
  if (!access) return fail(access.error());
  const system::HostId host = world_.system.host_of(*subject)->id;
  if (watch.host != host) start<int>(clear_behind(watch), [](int) {});
  watch.host = host;
  ports::Command command = script(kRunScript, *access, *probe);
  std::copy(watch.called_with.begin() + 1, watch.called_with.end(), std::back_inserter(command.argv));
  command.input = watch.program;
  command.timeout = Duration::zero();
  command.environment = {{"ATTUNE_RUN_DIRECTORY", run_directory_of(*access, *subject)}};
  command.on_line = [&world = world_, this, alive = std::weak_ptr(alive_), id = watch.probe,
                     name = watch.probe_name](std::string_view line) {
    if (line != kBegins) return world.event_line(line, name);  // also of one that is ended, and outlives this
    if (!alive.expired()) has_begun(id);
  };
  return KeptCommand::Round{access->target, std::move(command)};
}

void Probe::has_begun(system::ComponentId probe) {
  if (const auto found = watches_.find(probe); found != watches_.end()) found->second->has_begun = true;
  wake(probe);
}

void Probe::round_failed(Watch& watch, const std::string& why) {
  watch.last_failure = why;
  if (watch.is_starting) return wake(watch.probe);  // who starts it tells
  world_.log.warning(fmt::format("{}; {} is started again", why, watch.probe_name));
  world_.raise("probe_failed", watch.probe_name, {{"why", why}});
}

// Looks now and then whether the subject is still on the host where the probe runs.
void Probe::follow(Watch& watch) {
  watch.timer = world_.loop.after(kFollow, [this, &watch] {
    const system::Component* subject = world_.system.find(watch.subject);
    const system::Host* host = subject == nullptr ? nullptr : world_.system.host_of(*subject);
    if (host != nullptr && host->id != watch.host) watch.command->restart();
    follow(watch);
  });
}

Task<Result<system::Lifecycle>> Probe::adopt(system::ComponentId id) {
  const system::Component* component = world_.system.find(id);
  if (component == nullptr) co_return fail(ErrorCode::kNotFound, "the component is not there any more");
  if (!system::may_run(component->lifecycle)) co_return component->lifecycle;
  const model::Stub* stub = system::stub_of(world_.system, *component, "start");
  if (stub == nullptr) co_return component->lifecycle;
  auto arguments =
      workflow::arguments_of(stub->params, {{world_.system, world_.clock.now(), world_.pipe}, id, {}});
  if (!arguments) co_return fail(arguments.error());
  if (component->lifecycle != system::Lifecycle::kStarted) {
    co_await end_left(id, arguments->at(2));
    co_return system::Lifecycle::kStopped;
  }
  workflow::Call call;
  call.component = id;
  call.component_name = component->name;
  call.stub = stub->name;
  call.operation = stub->operation;
  call.arguments = *std::move(arguments);
  const workflow::CallOutcome outcome = co_await create(std::move(call), false, {});
  co_return is_success(outcome) ? system::Lifecycle::kStarted : system::Lifecycle::kFailed;
}

}  // namespace attune::wrappers
