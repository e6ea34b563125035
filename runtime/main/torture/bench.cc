// SPDX-License-Identifier: Apache-2.0
#include "runtime/main/torture/bench.h"

#include <algorithm>
#include <chrono>
#include <set>
#include <utility>
#include <variant>

#include <fmt/format.h>

#include "runtime/main/torture/host_scripts.h"
#include "runtime/system/stubs.h"
#include "runtime/workflow/arguments.h"
#include "runtime/workflow/stub_call.h"
#include "wrappers/host_access.h"
#include "wrappers/outcome.h"
#include "wrappers/unit.h"
#include "wrappers/unit_command.h"

namespace attune::torture {

namespace {

using workflow::CallOutcome;

constexpr Duration kStopLimit = std::chrono::seconds(20);  // of what is only to be cleared away
constexpr std::string_view kConfigure = "configure", kStatus = "status";

model::Project in_a_folder_of_its_own(model::Project project, const std::string& mark) {
  project.name = fmt::format("{}-{}", project.name, mark);
  return project;
}

bool takes_an_argument(const model::Stub& stub) {
  return std::any_of(stub.params.begin(), stub.params.end(), [](const model::Template& param) {
    return std::any_of(param.parts.begin(), param.parts.end(), [](const auto& part) {
      const auto* navigation = std::get_if<model::Navigation>(&part);
      return navigation != nullptr && navigation->root == model::Navigation::Root::kArgument;
    });
  });
}

Role role_of(const model::Stub& stub) {
  if (stub.name == workflow::kStart) return Role::kStart;
  if (stub.name == workflow::kStop) return Role::kStop;
  if (stub.name == kStatus) return Role::kStatus;
  if (stub.operation == kConfigure || stub.name == kConfigure) return Role::kConfigure;
  return Role::kOther;
}

bool is_kept(const model::Stub& stub) {
  return stub.key == "Probe" || stub.key.starts_with("nagios:");
}

CallEnd end_of(const workflow::Call& call, const CallOutcome& outcome) {
  if (workflow::is_success(outcome)) return {};
  const auto* exited = std::get_if<workflow::CallExited>(&outcome);
  const bool is_late = std::holds_alternative<workflow::CallTimedOut>(outcome) ||
                       (exited != nullptr && exited->code == workflow::CallExited::kGivenUp);
  if (is_late)
    return {CallEnd::Kind::kTimedOut, fmt::format("it had not ended after {} and was ended",
                                                  model::to_text(model::Value(call.timeout)))};
  return {CallEnd::Kind::kFailed, workflow::to_text(call, outcome)};
}

std::string words_of(const Error& error) {
  return error.message;
}

}  // namespace

Bench::Bench(model::Project project, std::string mark, Surroundings around)
    : around_(std::move(around)),
      project_(in_a_folder_of_its_own(std::move(project), mark)),
      mark_(std::move(mark)),
      shell_(around_.shell),
      world_(make_world()),
      dispatcher_(around_.loop,
                  [this](workflow::CallId id, CallOutcome outcome) { ended(id, std::move(outcome)); }),
      implementations_(std::in_place, world_, dispatcher_, wrappers::Software::Onlooker{}) {}

Bench::~Bench() = default;

wrappers::World Bench::make_world() {
  return {.system = system_,
          .shell = shell_,
          .hypervisor = around_.hypervisor,
          .deployer = around_.deployer,
          .loop = around_.loop,
          .clock = around_.clock,
          .log = log_,
          .stock = around_.stock,
          .pipe = around_.pipe,
          .event_line = [](std::string_view, std::string_view) {},
          .raise = [](std::string_view, std::string_view,
                      const std::vector<std::pair<std::string, std::string>>&) {},
          .alert = [](const std::string&, const std::string&) {},
          .observed = [this](const system::Change& change,
                             const std::string&) { (void)system_.apply(change).has_value(); },
          .progress = [](workflow::CallId, const std::string&) {}};
}

// --- calls ---

Result<workflow::Call> Bench::call_of(system::ComponentId id, const std::string& name) const {
  const system::Component& component = *system_.find(id);
  const model::Stub* stub = system::stub_of(system_, component, name);
  if (stub == nullptr)
    return fail(ErrorCode::kNotFound, fmt::format("{} has no stub '{}'", component.name, name));
  auto arguments =
      workflow::arguments_of(stub->params, {{system_, around_.clock.now(), around_.pipe}, id, {}});
  if (!arguments) return fail(std::move(arguments.error()));
  workflow::Call call;
  call.component = id;
  call.component_name = component.name;
  call.stub = stub->name;
  call.key = stub->key;
  call.operation = stub->operation;
  call.arguments = *std::move(arguments);
  call.timeout = stub->timeout;
  if (const system::Host* host = system_.host_of(component)) call.host = host->name;
  return call;
}

Task<CallOutcome> Bench::carry_out(workflow::Call call) {
  call.id = ++last_call_;
  Open open{call, system_.find(call.component)->lifecycle, {}};
  co_return co_await Awaitable<CallOutcome>([&](std::function<void(CallOutcome)> done) {
    open.done = std::move(done);
    open_.emplace(call.id, std::move(open));
    dispatcher_.start(call);
  });
}

// As the engine keeps it: implementations ask what is known of their components.
void Bench::ended(workflow::CallId id, CallOutcome outcome) {
  auto open = open_.extract(id);
  if (open.empty()) return;
  const workflow::Call& call = open.mapped().call;
  if (const auto after = workflow::lifecycle_after(call.stub, outcome, open.mapped().before))
    (void)system_.apply(system::LifecycleChanged{call.component, *after}).has_value();
  for (const system::Change& change : workflow::changes_of(outcome)) (void)system_.apply(change).has_value();
  open.mapped().done(std::move(outcome));
}

Task<CallOutcome> Bench::deploy(system::ComponentId id) {
  workflow::Call call;
  call.component = id;
  call.component_name = system_.find(id)->name;
  call.key = workflow::kComponentKey;
  call.stub = call.operation = workflow::kDeploy;
  call.timeout = std::chrono::minutes(10);
  if (const system::Host* host = system_.host_of(*system_.find(id))) call.host = host->name;
  co_return co_await carry_out(std::move(call));
}

Task<Result<Patient::Called>> Bench::call(std::string stub, Harm harm, int times) {
  auto made = call_of(subject_.id, stub);
  if (!made) co_return fail(std::move(made.error()));
  workflow::Call call = *std::move(made);
  if (harm.kind == Harm::Kind::kStop)
    call.timeout = call.timeout == Duration::zero() ? harm.limit : std::min(call.timeout, harm.limit);
  shell_.mark(mark_ + ".t");
  shell_.arm(harm);
  const Instant begun = around_.clock.now();
  std::vector<std::optional<CallOutcome>> outcomes(static_cast<size_t>(times));
  co_await Awaitable<int>([&](std::function<void(int)> done) {
    const auto left = std::make_shared<int>(times);
    for (auto& outcome : outcomes) {
      start<CallOutcome>(carry_out(call), [&outcome, left, done](CallOutcome end) {
        outcome.emplace(std::move(end));
        if (--*left == 0) done(0);
      });
    }
  });
  Called called;
  for (const auto& outcome : outcomes) called.ends.push_back(end_of(call, *outcome));
  called.took = around_.clock.now() - begun;
  called.was_hurt = shell_.was_hurt();
  shell_.arm(Harm());
  co_return called;
}

// --- the host ---

std::string Bench::folder() const {
  const auto access = wrappers::access_to(system_, *system_.find_host(subject_.host));
  return access ? access->folder : std::string();
}

std::vector<std::string> Bench::units() const {
  std::set<std::string> units;
  const model::Wrapper* wrapper = project_.wrapper_of(system_.class_of(component()));
  for (const model::Stub& stub : wrapper->stubs) {
    if (!stub.key.starts_with(wrappers::Unit::kFamily)) continue;
    if (const auto unit = wrappers::unit_name(stub.key, component().name)) units.insert(*unit);
  }
  return {units.begin(), units.end()};
}

Task<Result<std::string>> Bench::run_script(std::string_view script, std::vector<std::string> arguments) {
  const auto access = wrappers::access_to(system_, *system_.find_host(subject_.host));
  if (!access) co_return fail(access.error());
  ports::Command command;
  command.argv = {"/bin/sh", "-c", std::string(script), "torture"};
  command.argv.insert(command.argv.end(), arguments.begin(), arguments.end());
  auto end = co_await around_.shell.run(access->target, std::move(command), {});
  if (!end) co_return fail(std::move(end.error()));
  auto* exited = std::get_if<ports::Exited>(&*end);
  if (exited == nullptr || exited->code != 0)
    co_return fail(ErrorCode::kFailed,
                   fmt::format("{}: what is to be done there by `attune torture` itself failed: {}",
                               subject_.host, exited == nullptr ? "it did not end" : exited->error_output));
  co_return std::move(exited->output);
}

Task<Result<Sight>> Bench::look() {
  const std::string below = folder();
  std::vector<std::string> arguments = {mark_ + ".t",
                                        fmt::format("{}/components/{}", below, component().name),
                                        fmt::format("{}/run/{}", below, component().name)};
  for (std::string& unit : units()) arguments.push_back(std::move(unit));
  auto answer = co_await run_script(kLookScript, std::move(arguments));
  if (!answer) co_return fail(std::move(answer.error()));
  co_return read_sight(*answer);
}

Task<Result<int>> Bench::kill_processes() {
  const auto sight = co_await look();
  if (!sight) co_return fail(sight.error());
  std::vector<std::string> pids;
  for (const SeenProcess& process : sight->processes) pids.push_back(std::to_string(process.pid));
  if (pids.empty()) co_return 0;
  const auto killed = co_await run_script(kKillScript, std::move(pids));
  if (!killed) co_return fail(killed.error());
  co_return 0;
}

Task<int> Bench::stop_component(system::ComponentId id) {
  auto stop = call_of(id, std::string(workflow::kStop));
  if (stop) {
    stop->timeout = kStopLimit;
    (void)co_await carry_out(*std::move(stop));
  }
  auto begin = call_of(id, std::string(workflow::kStart));
  if (!begin || begin->key != system::kVmKey) co_return 0;
  begin->operation = begin->stub = "kill";  // a machine is no process that would be found
  (void)co_await carry_out(*std::move(begin));
  co_return 0;
}

Task<Result<int>> Bench::clear() {
  if (is_deployed_) co_await stop_component(subject_.id);
  const auto killed = co_await kill_processes();
  if (!killed) co_return fail(killed.error());
  std::vector<std::string> arguments = {folder(), component().name};
  const auto forgotten = co_await run_script(kForgetScript, std::move(arguments));
  if (!forgotten) co_return fail(forgotten.error());
  co_return 0;
}

Task<Result<int>> Bench::renew() {
  const auto cleared = co_await clear();
  if (!cleared) co_return fail(cleared.error());
  is_deployed_ = true;
  const CallOutcome outcome = co_await deploy(subject_.id);
  if (workflow::is_success(outcome) || std::holds_alternative<workflow::CallCancelled>(outcome)) co_return 0;
  workflow::Call call;
  call.component_name = component().name;
  call.stub = workflow::kDeploy;
  co_return fail(ErrorCode::kFailed, workflow::to_text(call, outcome));
}

Task<int> Bench::pause(Duration time) {
  std::unique_ptr<ports::Loop::Timer> timer;
  co_return co_await Awaitable<int>(
      [&](std::function<void(int)> done) { timer = around_.loop.after(time, [done] { done(0); }); });
}

// --- set up, torn down ---

std::string Bench::why_not(const model::Stub& stub) const {
  if (takes_an_argument(stub)) return "it takes an argument that only a diagram has";
  const auto call = call_of(subject_.id, stub.name);
  return call ? std::string() : words_of(call.error());
}

std::vector<StubShape> Bench::stubs() const {
  std::vector<StubShape> shapes;
  const system::Host& host = *system_.find_host(subject_.host);
  const auto access = wrappers::access_to(system_, host);
  for (const model::Stub& stub : project_.wrapper_of(system_.class_of(component()))->stubs) {
    StubShape shape{stub.name, role_of(stub), why_not(stub)};
    shape.has_program = stub.key != system::kVmKey;
    shape.has_connection = access && access->target.protocol == Protocol::kSsh;
    shape.is_kept = is_kept(stub);
    shapes.push_back(std::move(shape));
  }
  return shapes;
}

Task<Result<int>> Bench::set_up(const model::Instances& instances, std::string class_name, std::string host) {
  auto subject = make_subject(system_, instances, class_name, host);
  if (!subject) co_return fail(std::move(subject.error()));
  subject_ = *std::move(subject);
  const auto reached = co_await run_script("exit 0", {});
  if (!reached) co_return fail(reached.error());
  shell_.mark(mark_ + ".c");
  const std::vector<system::ComponentId> companions = subject_.companions;
  for (const system::ComponentId companion : companions) {
    const auto started = co_await start_companion(companion);
    if (!started) co_return fail(started.error());
  }
  co_return co_await refuse_running();
}

Task<Result<int>> Bench::start_companion(system::ComponentId id) {
  started_.push_back(id);
  const std::string name = system_.find(id)->name;
  std::vector<workflow::Call> calls;
  const model::Wrapper* wrapper = project_.wrapper_of(system_.class_of(*system_.find(id)));
  std::vector<std::string> stubs;
  for (size_t i = 0; wrapper != nullptr && i < wrapper->stubs.size(); ++i)
    if (role_of(wrapper->stubs[i]) == Role::kConfigure && !takes_an_argument(wrapper->stubs[i]))
      stubs.push_back(wrapper->stubs[i].name);
  if (wrapper != nullptr && wrapper->find_stub(workflow::kStart) != nullptr)
    stubs.emplace_back(workflow::kStart);
  CallOutcome outcome = co_await deploy(id);
  for (size_t i = 0; i < stubs.size() && workflow::is_success(outcome); ++i) {
    auto call = call_of(id, stubs[i]);
    if (!call) co_return fail(std::move(call.error()));
    outcome = co_await carry_out(*std::move(call));
  }
  if (workflow::is_success(outcome)) co_return 0;
  const auto* exited = std::get_if<workflow::CallExited>(&outcome);
  co_return fail(ErrorCode::kFailed,
                 fmt::format("{}, which {} needs, cannot be started: {}", name, component().name,
                             exited == nullptr ? std::string(workflow::name_of(outcome)) : exited->message));
}

// An agent's resource, a unit, a machine are the host's, not in the folder: what runs is somebody's.
Task<Result<int>> Bench::refuse_running() {
  const std::string_view key = system::start_key_of(system_, component());
  const bool is_the_hosts =
      key == system::kVmKey || key.starts_with("ocf:") || key.starts_with(wrappers::Unit::kFamily);
  wrappers::Implementation* implementation = is_the_hosts ? dispatcher_.find(key) : nullptr;
  if (implementation == nullptr) co_return 0;
  const auto found = co_await implementation->adopt(subject_.id);
  if (!found || *found != system::Lifecycle::kStarted) co_return 0;
  is_deployed_ = false;
  co_return fail(ErrorCode::kExists,
                 fmt::format("it runs on {} already, and torture would end it: choose another host with "
                             "--host, or stop it there",
                             subject_.host));
}

Task<Result<int>> Bench::tear_down() {
  if (subject_.id == system::kNoComponent) co_return 0;
  std::string problem;
  shell_.arm(Harm());
  const auto cleared = co_await clear();
  if (!cleared) problem = cleared.error().message;
  for (size_t i = started_.size(); i > 0; --i) co_await stop_component(started_[i - 1]);
  std::set<std::string> hosts = {subject_.host};
  for (const system::ComponentId id : started_)
    if (const system::Host* host = system_.host_of(*system_.find(id))) hosts.insert(host->name);
  for (const std::string& host : hosts) {
    subject_.host = host;
    std::vector<std::string> arguments = {mark_, folder()};
    const auto removed = co_await run_script(kRemoveScript, std::move(arguments));
    if (!removed) problem = removed.error().message;
  }
  co_await Awaitable<int>([&](auto done) { dispatcher_.when_idle([done] { done(0); }); });
  implementations_.reset();
  if (!problem.empty()) co_return fail(ErrorCode::kFailed, problem);
  co_return 0;
}

}  // namespace attune::torture
