// SPDX-License-Identifier: Apache-2.0
#include "wrappers/probe.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <utility>

#include <fmt/format.h>

#include "runtime/model/settings.h"
#include "runtime/workflow/arguments.h"
#include "wrappers/configuration.h"
#include "wrappers/host_access.h"
#include "wrappers/outcome.h"

namespace attune::wrappers {

namespace {

constexpr Duration kSettle = std::chrono::milliseconds(200);  // a probe that ends sooner was not started
constexpr Duration kFollow = std::chrono::seconds(1);         // how often its subject's host is looked at

// Runs the probe that comes on standard input: what is left of an earlier one ends first, so that none runs
// twice. Arguments: run directory, then the probe's own.
constexpr char kRunScript[] =
    "umask 077\n"
    "run=$1\n"
    "shift\n"
    "mkdir -p \"$run\" || exit 73\n"
    "started() { set -- $(sed 's/^.*) //' \"/proc/$1/stat\" 2>/dev/null); [ $# -gt 19 ] && shift 19 && echo "
    "\"$1\"; }\n"
    "if read -r old since < \"$run/pid\" && [ \"$(started \"$old\")\" = \"$since\" ]; then\n"
    "  kill -TERM \"-$old\" || kill -TERM \"$old\"\n"
    "fi 2>/dev/null\n"
    "echo \"$$ $(started $$)\" > \"$run/pid\"\n"
    "exec sh -s -- \"$@\"\n";

Result<std::string> program_text(const World& world, const std::string& name) {
  if (!stays_inside(name)) return fail(ErrorCode::kInvalid, fmt::format("'{}' is no probe's name", name));
  const std::filesystem::path own = std::filesystem::path(world.system.project().directory) / name;
  const std::filesystem::path stock = std::filesystem::path(world.stock) / "probes" / name;
  for (const std::filesystem::path& path : {own, stock}) {
    std::ifstream file(path, std::ios::binary);
    std::ostringstream text;
    if (std::filesystem::is_regular_file(path) && text << file.rdbuf()) return text.str();
  }
  return fail(ErrorCode::kNotFound,
              fmt::format("no probe '{}': neither in the project nor among the stock ones in {}/probes", name,
                          world.stock));
}

}  // namespace

struct Probe::Watch {
  system::ComponentId probe = system::kNoComponent;
  std::string probe_name;
  std::string subject;
  std::string program;
  std::vector<std::string> arguments;
  system::HostId host = system::kNoHost;  // where it runs now
  std::stop_source ended;                 // by stop()
  std::stop_source moved;                 // of the present round: the subject is elsewhere
  std::unique_ptr<ports::Loop::Timer> timer;
  std::string last_failure;
  bool running = false;
  std::vector<std::function<void(int)>> on_end;  // who waits for it to be gone
};

Probe::~Probe() {
  for (const auto& [id, watch] : watches_) {
    watch->timer.reset();
    watch->ended.request_stop();
    watch->moved.request_stop();
  }
}

Task<workflow::CallOutcome> Probe::invoke(workflow::Call call, std::stop_token) {
  if (call.operation == "create") co_return co_await create(std::move(call));
  if (call.operation == "stop") co_return co_await stop(call.component);
  co_return failed(fmt::format("key Probe has no operation '{}'", call.operation));
}

Task<workflow::CallOutcome> Probe::create(workflow::Call call) {
  if (watches_.contains(call.component)) co_return succeeded("it runs already");
  auto text = program_text(world_, call.arguments[0]);
  if (!text) co_return failed(text.error().message);
  const system::Component* subject = world_.system.find(call.arguments[2]);
  if (subject == nullptr) co_return failed(fmt::format("no component '{}' to watch", call.arguments[2]));
  const auto watch = std::make_shared<Watch>();
  watch->probe = call.component;
  watch->probe_name = call.component_name;
  watch->subject = subject->name;
  watch->program = *std::move(text);
  watch->arguments.assign(call.arguments.begin() + 1, call.arguments.end());
  watches_[call.component] = watch;
  watch->running = true;
  start<int>(keep_running(watch), [watch](int code) {
    watch->running = false;
    for (const auto& tell : std::exchange(watch->on_end, {})) tell(code);
  });
  std::unique_ptr<ports::Loop::Timer> settled;
  co_await Awaitable<int>([&](auto done) { settled = world_.loop.after(kSettle, [done] { done(0); }); });
  if (watch->last_failure.empty()) co_return succeeded();
  const std::string why = watch->last_failure;
  (void)co_await stop(call.component);
  co_return failed(why);
}

Task<workflow::CallOutcome> Probe::stop(system::ComponentId component) {
  const auto found = watches_.find(component);
  if (found == watches_.end()) co_return succeeded("it does not run");
  const std::shared_ptr<Watch> watch = found->second;
  watches_.erase(found);
  watch->ended.request_stop();
  watch->moved.request_stop();
  if (watch->running) co_await Awaitable<int>([&](auto done) { watch->on_end.push_back(std::move(done)); });
  co_return succeeded();
}

// Round after round until stopped, with a pause after each that failed.
Task<int> Probe::keep_running(std::shared_ptr<Watch> watch) {
  while (!watch->ended.stop_requested()) {
    watch->moved = std::stop_source();
    watch->last_failure = co_await run_once(watch);
    if (watch->moved.stop_requested()) continue;
    world_.log.warning(fmt::format("{}; it is started again", watch->last_failure));
    world_.raise("probe_failed", watch->probe_name, {{"why", watch->last_failure}});
    co_await pause(watch);
  }
  co_return 0;
}

// One round: on its subject's host, until it ends, is stopped, or the subject has moved. Says why it ended.
Task<std::string> Probe::run_once(std::shared_ptr<Watch> watch) {
  const system::Component* subject = world_.system.find(watch->subject);
  const system::Component* probe = world_.system.find(watch->probe);
  if (subject == nullptr || probe == nullptr) co_return fmt::format("{} is gone", watch->subject);
  const auto access = access_to_host_of(world_.system, *subject);
  if (!access) co_return access.error().message;
  watch->host = world_.system.host_of(*subject)->id;
  follow(watch);
  const auto end = co_await world_.shell.run(access->target, command_for(*watch, *access, *subject, *probe),
                                             watch->moved.get_token());
  watch->timer.reset();
  const auto outcome = outcome_of(end, fmt::format("{} on {}", watch->probe_name, access->target.name));
  if (const auto* lost = std::get_if<workflow::CallLost>(&outcome)) co_return lost->why;
  const auto* exited = std::get_if<workflow::CallExited>(&outcome);
  if (exited != nullptr && exited->code != 0) co_return exited->message;
  co_return fmt::format("{} on {} ended", watch->probe_name, access->target.name);
}

ports::Command Probe::command_for(const Watch& watch, const HostAccess& access,
                                  const system::Component& subject, const system::Component& probe) {
  ports::Command command;
  command.argv = {"sh", "-c", kRunScript, "attune", run_directory_of(access, probe)};
  std::copy(watch.arguments.begin(), watch.arguments.end(), std::back_inserter(command.argv));
  command.input = watch.program;
  command.timeout = Duration::zero();
  command.environment = {{"ATTUNE_RUN_DIRECTORY", run_directory_of(access, subject)}};
  command.on_line = [this, name = watch.probe_name](std::string_view line) { world_.event_line(line, name); };
  return command;
}

// Ends after the project's `probe.restart`, or as soon as the probe is stopped.
Task<int> Probe::pause(std::shared_ptr<Watch> watch) {
  const auto time = model::setting_as<Duration>(world_.system.project(), "probe.restart");
  std::unique_ptr<ports::Loop::Timer> timer;
  std::optional<std::stop_callback<std::function<void()>>> stopped;
  co_return co_await Awaitable<int>([&](std::function<void(int)> done) {
    const auto once = std::make_shared<std::function<void(int)>>(std::move(done));
    const std::function<void()> end = [once] {
      if (*once) std::exchange(*once, nullptr)(0);
    };
    timer = world_.loop.after(time, end);
    stopped.emplace(watch->ended.get_token(), std::function<void()>([this, end] { world_.loop.post(end); }));
  });
}

// Looks now and then whether the subject is still on the host where the probe runs.
void Probe::follow(const std::shared_ptr<Watch>& watch) {
  watch->timer = world_.loop.after(kFollow, [this, watch] {
    const system::Component* subject = world_.system.find(watch->subject);
    const system::Host* host = subject == nullptr ? nullptr : world_.system.host_of(*subject);
    if (host == nullptr || host->id == watch->host) return follow(watch);
    watch->moved.request_stop();
  });
}

Task<Result<system::Lifecycle>> Probe::adopt(system::ComponentId id) {
  const system::Component* component = world_.system.find(id);
  if (component == nullptr) co_return fail(ErrorCode::kNotFound, "the component is not there any more");
  if (component->lifecycle != system::Lifecycle::kStarted) co_return component->lifecycle;
  const model::Wrapper* wrapper = world_.system.project().wrapper_of(world_.system.class_of(*component));
  const model::Stub* stub = wrapper == nullptr ? nullptr : wrapper->find_stub("start");
  if (stub == nullptr) co_return component->lifecycle;
  auto arguments =
      workflow::arguments_of(stub->params, {{world_.system, world_.clock.now(), world_.pipe}, id, {}});
  if (!arguments) co_return fail(arguments.error());
  workflow::Call call;
  call.component = id;
  call.component_name = component->name;
  call.stub = stub->name;
  call.operation = stub->operation;
  call.arguments = *std::move(arguments);
  const workflow::CallOutcome outcome = co_await create(std::move(call));
  co_return is_success(outcome) ? system::Lifecycle::kStarted : system::Lifecycle::kFailed;
}

}  // namespace attune::wrappers
