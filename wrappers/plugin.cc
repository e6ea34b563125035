// SPDX-License-Identifier: Apache-2.0
#include "wrappers/plugin.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "runtime/base/last_line.h"
#include "runtime/events/event_line.h"
#include "runtime/system/stubs.h"
#include "runtime/workflow/arguments.h"
#include "wrappers/host_access.h"
#include "wrappers/outcome.h"
#include "wrappers/plugin_events.h"
#include "wrappers/program_name.h"
#include "wrappers/secrets.h"

namespace attune::wrappers {

namespace {

constexpr std::string_view kFolder = "/usr/lib/nagios/plugins";  // Debian's
constexpr Duration kInterval = std::chrono::minutes(1);
constexpr Duration kLeastInterval = std::chrono::milliseconds(100);
constexpr Duration kPatience = std::chrono::seconds(60);  // plugins give up after 10 s by themselves

Result<std::string> folder_of(const World& world, const system::Component& component) {
  constexpr std::string_view kAttribute = "plugins";
  if (!world.system.attribute(component, kAttribute)) return std::string(kFolder);
  const auto folder =
      workflow::attribute_of({world.system, world.clock.now(), world.pipe}, component, kAttribute);
  if (!folder) return fail(Error(folder.error()).within(fmt::format("{}.{}", component.name, kAttribute)));
  return model::to_text(*folder);
}

// Where it is run; the subject may be empty.
Result<HostAccess> place_of(const World& world, const system::Component& component,
                            const std::string& subject) {
  if (world.system.host_of(component) != nullptr) return access_to_host_of(world.system, component);
  const system::Component* watched = world.system.find(subject);
  return access_to_host_of(world.system, watched == nullptr ? component : *watched);
}

struct ToOutput {
  const std::string& plugin;
  const std::string& host;

  Result<PluginOutput> operator()(const ports::Exited& end) const {
    const std::string_view said = last_line(end.error_output);
    // The dynamic loader has the same code for a program that is there, and lacks a library.
    const bool lacks_library = end.code == kNoProgram && said.find("shared librar") != said.npos;
    if (lacks_library)
      return fail(ErrorCode::kInvalid,
                  fmt::format("{} cannot be run on {}: {}: install the package that has the library", plugin,
                              host, said));
    if (end.code == kNoProgram)
      return fail(
          ErrorCode::kNotFound,
          fmt::format("{} has no {}: install monitoring-plugins-basic or -standard there, or give the class "
                      "the attribute 'plugins', the folder where it is",
                      host, plugin));
    if (end.code == kNotExecutable)
      return fail(ErrorCode::kInvalid, fmt::format("{} cannot be run on {}: {}", plugin, host, said));
    PluginOutput output = parse_plugin_output(end.code, end.output);
    if (output.text.empty()) output.text = parse_plugin_output(end.code, said).text;
    // One that is called wrongly prints how to call it, and beside that what was wrong.
    if (output.state == PluginState::kUnknown && !end.error_output.empty())
      output.text = parse_plugin_output(end.code, end.error_output).text;
    return output;
  }
  Result<PluginOutput> operator()(const ports::TimedOut&) const {
    return fail(ErrorCode::kTimedOut, "it did not end in time");
  }
  Result<PluginOutput> operator()(const ports::Cancelled&) const {
    return fail(ErrorCode::kCancelled, "it was cancelled");
  }
  Result<PluginOutput> operator()(const ports::Lost& end) const { return fail(ErrorCode::kLost, end.why); }
};

// Runs it once. Not a member: it may come to its end when the Plugin is gone.
Task<Result<PluginOutput>> run_plugin(World& world, std::string plugin, system::ComponentId id,
                                      std::string subject, std::vector<std::string> arguments, Duration limit,
                                      std::stop_token stop) {
  const system::Component* component = world.system.find(id);
  if (component == nullptr) co_return fail(ErrorCode::kNotFound, "the component is not there any more");
  const auto access = place_of(world, *component, subject);
  if (!access) co_return fail(access.error());
  const auto folder = folder_of(world, *component);
  if (!folder) co_return fail(folder.error());
  ports::Command command;
  command.argv = {fmt::format("{}/{}", *folder, plugin)};
  std::move(arguments.begin(), arguments.end(), std::back_inserter(command.argv));
  command.timeout = limit;
  Redaction secrets = secrets_of_now(world.system);
  const auto said = co_await world.shell.run(access->target, std::move(command), std::move(stop));
  const auto end = redacted(world.system, std::move(secrets), said);
  if (!end) co_return fail(end.error());
  co_return std::visit(ToOutput{plugin, access->target.name}, *end);
}

Duration limit_of(const workflow::Call& call) {
  return call.timeout == Duration::zero() ? kPatience : call.timeout;
}

workflow::CallOutcome outcome_of_run(const Error& error) {
  if (error.code == ErrorCode::kTimedOut) return workflow::CallTimedOut{};
  return outcome_of_error(error);
}

}  // namespace

struct Plugin::Watch {
  system::ComponentId probe = system::kNoComponent;
  std::string name, plugin, subject;
  std::vector<std::string> arguments;
  std::set<std::string> cleared;  // levels that are known to be over
  std::set<ErrorCode> told;       // why it could not be run since it last was, empty where it was
  bool is_unknown = false;        // what it said last
  std::stop_source stop;
  std::unique_ptr<ports::Loop::Timer> timer;
};

Plugin::Plugin(World& world) : world_(world) {}

Plugin::~Plugin() {
  for (auto& [probe, watch] : watches_) watch->stop.request_stop();
}

Task<workflow::CallOutcome> Plugin::invoke(workflow::Call call, std::stop_token stop) {
  if (!is_program_name(member_of(call.key, kFamily)))
    co_return failed(fmt::format("'{}' is no plugin's name", member_of(call.key, kFamily)));
  if (call.operation == "create") co_return co_await create(std::move(call), std::move(stop));
  if (call.operation == "check") co_return co_await check(std::move(call), std::move(stop));
  if (call.operation != "stop")
    co_return failed(fmt::format("key {} has no operation '{}'", call.key, call.operation));
  co_return end(call.component) ? succeeded() : succeeded("it does not run");
}

bool Plugin::is_running_as(const workflow::Call& call) const {
  const auto found = watches_.find(call.component);
  if (found == watches_.end()) return false;
  const Watch& now = *found->second;
  return now.told.empty() && now.plugin == member_of(call.key, kFamily) && now.subject == call.arguments[0] &&
         std::equal(now.arguments.begin(), now.arguments.end(), call.arguments.begin() + 1,
                    call.arguments.end());
}

bool Plugin::end(system::ComponentId probe) {
  const auto found = watches_.find(probe);
  if (found == watches_.end()) return false;
  const std::unique_ptr<Watch> watch = std::move(found->second);
  watches_.erase(found);
  watch->stop.request_stop();
  return true;
}

// WARNING is a word to the people: what it warns of still works. Of UNKNOWN nothing follows, so it must not
// be taken for an answer.
Task<workflow::CallOutcome> Plugin::check(workflow::Call call, std::stop_token stop) {
  const std::string plugin(member_of(call.key, kFamily));
  const Ran ran = co_await run_plugin(world_, plugin, call.component, {}, call.arguments, limit_of(call),
                                      std::move(stop));
  if (!ran) co_return outcome_of_run(ran.error());
  if (ran->state == PluginState::kOk || ran->state == PluginState::kWarning) co_return succeeded(ran->text);
  const int code = ran->state == PluginState::kCritical ? static_cast<int>(ran->state) : kNotRun;
  co_return failed(fmt::format("{} on {} says {}: {}", plugin, call.host, name_of(ran->state), ran->text),
                   code);
}

Task<workflow::CallOutcome> Plugin::create(workflow::Call call, std::stop_token stop) {
  if (is_running_as(call)) co_return succeeded("it runs already");
  const system::Component* subject = world_.system.find(call.arguments[0]);
  if (subject == nullptr) co_return failed(fmt::format("no component '{}' to watch", call.arguments[0]));
  end(call.component);  // what ran with other arguments, as before its subject moved
  begin(call, subject->name);
  const Watch& begun = *watches_.at(call.component);
  const Ran ran = co_await run_plugin(world_, begun.plugin, begun.probe, begun.subject, begun.arguments,
                                      limit_of(call), std::move(stop));
  const auto found = watches_.find(call.component);
  if (found == watches_.end()) co_return succeeded();  // stopped meanwhile
  if (!ran) {
    watches_.erase(found);
    co_return outcome_of_run(ran.error());
  }
  has_run(*found->second, ran);
  co_return succeeded(fmt::format("{}: {}", name_of(ran->state), ran->text));
}

void Plugin::begin(const workflow::Call& call, const std::string& subject) {
  auto made = std::make_unique<Watch>();
  made->probe = call.component;
  made->name = call.component_name;
  made->plugin = member_of(call.key, kFamily);
  made->subject = subject;
  made->arguments.assign(call.arguments.begin() + 1, call.arguments.end());
  watches_[call.component] = std::move(made);
}

Duration Plugin::interval_of(system::ComponentId id) const {
  const system::Component* component = world_.system.find(id);
  if (component == nullptr) return kInterval;
  const auto value = workflow::attribute_of({world_.system, {}, {}}, *component, "interval");
  const Duration* wanted = value ? value->get_if<Duration>() : nullptr;
  return wanted == nullptr ? kInterval : std::max(*wanted, kLeastInterval);
}

void Plugin::look_later(Watch& watch, Duration after) {
  watch.timer = world_.loop.after(after, [this, &watch] { look(watch); });
}

void Plugin::look(Watch& watch) {
  start<Ran>(run_plugin(world_, watch.plugin, watch.probe, watch.subject, watch.arguments, kPatience,
                        watch.stop.get_token()),
             [this, &watch, alive = std::weak_ptr(alive_), stop = watch.stop](const Ran& ran) {
               if (!alive.expired() && !stop.stop_requested()) has_run(watch, ran);
             });
}

// Each reason once: its host may have been away in between.
void Plugin::tell_failure(Watch& watch, const Error& error) {
  if (!watch.told.insert(error.code).second) return;
  world_.log.warning(fmt::format("{}: {} gave no answer: {}", watch.name, watch.plugin, error.message));
  if (error.code == ErrorCode::kNotFound || error.code == ErrorCode::kInvalid)
    world_.raise(workflow::kProbeFailed, watch.name, {{"why", error.message}});
}

// When it begins: no event comes of it.
void Plugin::tell_unknown(Watch& watch, const PluginOutput& output) {
  const bool was_unknown = std::exchange(watch.is_unknown, output.state == PluginState::kUnknown);
  if (watch.is_unknown && !was_unknown)
    world_.log.warning(fmt::format("{}: {} knows nothing of '{}': {}", watch.name, watch.plugin,
                                   watch.subject, output.text));
}

// A host that does not answer is host_down's matter: nothing is known of the subject then.
void Plugin::has_run(Watch& watch, const Ran& ran) {
  if (world_.system.find(watch.probe) == nullptr)
    return (void)end(watch.probe);  // it was taken away meanwhile
  if (!ran) {
    tell_failure(watch, ran.error());
    return look_later(watch, interval_of(watch.probe));
  }
  watch.told.clear();
  tell_unknown(watch, *ran);
  if (const system::Component* probe = world_.system.find(watch.probe)) {
    const model::Wrapper* wrapper = world_.system.project().wrapper_of(world_.system.class_of(*probe));
    if (wrapper != nullptr)
      for (const workflow::Event& event : events_of(*wrapper, *ran, watch.subject, watch.cleared))
        world_.event_line(events::to_line(event), watch.name);
  }
  look_later(watch, interval_of(watch.probe));
}

Task<Result<system::Lifecycle>> Plugin::adopt(system::ComponentId id) {
  const system::Component* component = world_.system.find(id);
  if (component == nullptr) co_return fail(ErrorCode::kNotFound, "the component is not there any more");
  if (!system::may_run(component->lifecycle)) co_return component->lifecycle;
  const model::Stub* stub = system::stub_of(world_.system, *component, "start");
  if (stub == nullptr || stub->operation != "create") co_return component->lifecycle;
  if (component->lifecycle != system::Lifecycle::kStarted) co_return system::Lifecycle::kStopped;
  if (watches_.contains(id)) co_return system::Lifecycle::kStarted;
  auto arguments =
      workflow::arguments_of(stub->params, {{world_.system, world_.clock.now(), world_.pipe}, id, {}});
  if (!arguments) co_return fail(arguments.error());
  workflow::Call call;
  call.component = id;
  call.component_name = component->name;
  call.key = stub->key;
  call.arguments = *std::move(arguments);
  if (world_.system.find(call.arguments.at(0)) == nullptr) co_return system::Lifecycle::kFailed;
  begin(call, call.arguments.front());
  look_later(*watches_.at(id), Duration::zero());
  co_return system::Lifecycle::kStarted;
}

}  // namespace attune::wrappers
