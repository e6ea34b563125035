// SPDX-License-Identifier: Apache-2.0
#include "runtime/main/torture/host_patient.h"

#include <algorithm>
#include <chrono>
#include <memory>
#include <optional>
#include <set>
#include <utility>
#include <variant>

#include <fmt/format.h>

#include "runtime/main/torture/stub_shape.h"
#include "runtime/system/stubs.h"
#include "runtime/workflow/stub_call.h"
#include "wrappers/agent.h"
#include "wrappers/container.h"
#include "wrappers/container_command.h"
#include "wrappers/host_access.h"
#include "wrappers/hypervisor_access.h"
#include "wrappers/unit.h"
#include "wrappers/unit_command.h"
#include "wrappers/vm_domain.h"

namespace attune::torture {

namespace {

using workflow::CallOutcome;

constexpr Duration kCutLook = std::chrono::milliseconds(100);  // from one look for a cut call to the next
constexpr Duration kStopLimit = std::chrono::seconds(20);      // of what is only to be cleared away

model::Project in_a_folder_of_its_own(model::Project project, const std::string& mark) {
  project.name = fmt::format("{}-{}", project.name, mark);
  return project;
}

bool is_the_hosts(std::string_view key) {
  return key.starts_with(wrappers::Agent::kFamily) || key.starts_with(wrappers::Unit::kFamily);
}

// Whether what the key names runs, as adoption asks it.
workflow::Call question(const system::Component& component, const std::string& key, const std::string& host) {
  workflow::Call call;
  call.component = component.id;
  call.component_name = component.name;
  call.key = key;
  call.stub = call.operation = key.starts_with(wrappers::Agent::kFamily) ? "monitor" : "status";
  call.timeout = model::kDefaultStubTimeout;
  call.host = host;
  return call;
}

Error runs_already(const std::string& key, const std::string& host) {
  return {ErrorCode::kExists,
          fmt::format("{} runs on {} already, and torture would end it: choose another host with --host, or "
                      "stop it there",
                      key, host)};
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

}  // namespace

HostPatient::HostPatient(model::Project project, std::string mark, Surroundings around)
    : around_(std::move(around)),
      project_(in_a_folder_of_its_own(std::move(project), mark)),
      mark_(std::move(mark)),
      shell_(around_.shell),
      world_(make_world()),
      caller_(system_, world_),
      caretaker_(around_.shell, system_) {}

HostPatient::~HostPatient() = default;

wrappers::World HostPatient::make_world() {
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

Task<Result<Patient::Called>> HostPatient::call(std::string stub, Harm harm, int times) {
  auto made = caller_.call_of(subject_.id, stub);
  if (!made) co_return fail(std::move(made.error()));
  workflow::Call call = *std::move(made);
  if (harm.kind == Harm::Kind::kStop)
    call.timeout = call.timeout == Duration::zero() ? harm.limit : std::min(call.timeout, harm.limit);
  const auto calmed = co_await caretaker_.calm(place());
  if (!calmed) co_return fail(calmed.error());
  shell_.mark(mark_ + ".t");
  shell_.arm(harm);
  const Instant begun = around_.clock.now();
  std::vector<std::optional<CallOutcome>> outcomes(static_cast<size_t>(times));
  co_await Awaitable<int>([&](std::function<void(int)> done) {
    const auto left = std::make_shared<int>(times);
    for (auto& outcome : outcomes) {
      start<CallOutcome>(caller_.carry_out(call), [&outcome, left, done](CallOutcome end) {
        outcome.emplace(std::move(end));
        if (--*left == 0) done(0);
      });
    }
  });
  Called called;
  for (const auto& outcome : outcomes) called.ends.push_back(end_of(call, *outcome));
  called.took = around_.clock.now() - begun;
  called.was_hurt = shell_.was_hurt();
  if (shell_.cannot_be_hurt())
    called.why_not = "neither sshd nor dropbear has called it, whose connection can be cut";
  shell_.arm(Harm());
  if (harm.kind != Harm::Kind::kCut || !called.was_hurt) co_return called;
  const auto awaited = co_await await_cut_call(call.timeout);
  if (!awaited) co_return fail(awaited.error());
  co_return called;
}

// It goes on where its connection is gone; called again before it has ended, there would be two at once.
Task<Result<int>> HostPatient::await_cut_call(Duration limit) {
  const Instant until =
      around_.clock.now() + (limit == Duration::zero() ? model::kDefaultStubTimeout : limit);
  while (!is_cancelled_ && around_.clock.now() < until) {
    const auto is_at_work = co_await caretaker_.has_cut_call(place());
    if (!is_at_work) co_return fail(is_at_work.error());
    if (!*is_at_work) break;
    co_await pause(kCutLook);
  }
  co_return 0;
}

// --- the host ---

std::vector<std::string> HostPatient::units() const {
  if (!may_touch_units_) return {};
  std::set<std::string> units;
  const model::Wrapper* wrapper = project_.wrapper_of(system_.class_of(component()));
  for (const model::Stub& stub : wrapper->stubs) {
    if (!stub.key.starts_with(wrappers::Unit::kFamily)) continue;
    if (const auto unit = wrappers::unit_name(stub.key, component().name)) units.insert(*unit);
  }
  return {units.begin(), units.end()};
}

std::string HostPatient::container() const {
  const std::vector<model::Stub>& stubs = project_.wrapper_of(system_.class_of(component()))->stubs;
  const bool is_one = std::any_of(stubs.begin(), stubs.end(), [](const model::Stub& stub) {
    return stub.key == wrappers::Container::kKey;
  });
  return is_one ? wrappers::container_name(project_.name, component().name) : std::string();
}

Place HostPatient::place() const {
  return {subject_.host, component().name, mark_ + ".t", container(), units()};
}

Task<Result<Sight>> HostPatient::look() {
  co_return co_await caretaker_.look(place());
}

Task<Result<int>> HostPatient::kill_processes() {
  co_return co_await caretaker_.kill_processes(place());
}

Task<int> HostPatient::stop_component(system::ComponentId id) {
  auto stop = caller_.call_of(id, std::string(workflow::kStop));
  if (stop) {
    stop->timeout = kStopLimit;
    (void)co_await caller_.carry_out(*std::move(stop));
  }
  auto begin = caller_.call_of(id, std::string(workflow::kStart));
  if (!begin || begin->key != system::kVmKey) co_return 0;
  begin->operation = begin->stub = "kill";  // a machine is no process that would be found
  (void)co_await caller_.carry_out(*std::move(begin));
  co_return 0;
}

Task<Result<int>> HostPatient::clear() {
  if (is_deployed_) co_await stop_component(subject_.id);
  const auto dismissed = co_await caretaker_.dismiss(place());
  if (!dismissed) co_return fail(dismissed.error());
  const auto killed = co_await kill_processes();
  if (!killed) co_return fail(killed.error());
  const auto calmed = co_await caretaker_.calm(place());
  if (!calmed) co_return fail(calmed.error());
  co_return co_await caretaker_.forget(place());
}

Task<Result<int>> HostPatient::renew() {
  const auto cleared = co_await clear();
  if (!cleared) co_return fail(cleared.error());
  is_deployed_ = true;
  const CallOutcome outcome = co_await caller_.deploy(subject_.id);
  if (workflow::is_success(outcome) || std::holds_alternative<workflow::CallCancelled>(outcome)) co_return 0;
  workflow::Call call;
  call.component_name = component().name;
  call.stub = workflow::kDeploy;
  co_return fail(ErrorCode::kFailed, workflow::to_text(call, outcome));
}

Task<int> HostPatient::pause(Duration time) {
  std::unique_ptr<ports::Loop::Timer> timer;
  co_return co_await Awaitable<int>(
      [&](std::function<void(int)> done) { timer = around_.loop.after(time, [done] { done(0); }); });
}

// --- set up, torn down ---

std::string HostPatient::why_not(const model::Stub& stub) const {
  if (takes_an_argument(stub)) return "it takes an argument that only a diagram has";
  const auto call = caller_.call_of(subject_.id, stub.name);
  return call ? std::string() : call.error().message;
}

bool HostPatient::is_restarted(const model::Stub& stub) const {
  if (!stub.key.starts_with(wrappers::Unit::kFamily)) return false;
  const auto unit = wrappers::unit_name(stub.key, component().name);
  return unit && restarted_units_.contains(*unit);
}

std::vector<StubShape> HostPatient::stubs() const {
  std::vector<StubShape> shapes;
  const system::Host& host = *system_.find_host(subject_.host);
  const auto access = wrappers::access_to(system_, host);
  for (const model::Stub& stub : project_.wrapper_of(system_.class_of(component()))->stubs) {
    StubShape shape{stub.name, role_of(stub), why_not(stub)};
    shape.has_program = stub.key != system::kVmKey;
    shape.has_connection = access && access->target.protocol == Protocol::kSsh;
    shape.kept_by = kept_by(stub, is_restarted(stub));
    shapes.push_back(std::move(shape));
  }
  return shapes;
}

Task<Result<int>> HostPatient::set_up(const model::Instances& instances, std::string class_name,
                                      std::string host) {
  auto subject = make_subject(system_, instances, class_name, host);
  if (!subject) co_return fail(std::move(subject.error()));
  subject_ = *std::move(subject);
  const auto reached = co_await caretaker_.reach(subject_.host);
  if (!reached) co_return fail(reached.error());
  shell_.mark(mark_ + ".c");
  const std::vector<system::ComponentId> companions = subject_.companions;
  for (const system::ComponentId companion : companions) {
    const auto refused = co_await refuse_running(companion);
    if (!refused) co_return fail(refused.error());
    const auto started = co_await start_companion(companion);
    if (!started) co_return fail(started.error());
  }
  const auto refused = co_await refuse_running(subject_.id);
  if (!refused) co_return fail(refused.error());
  may_touch_units_ = true;
  auto restarted = co_await caretaker_.restarted_units(place());
  if (!restarted) co_return fail(restarted.error());
  restarted_units_ = *std::move(restarted);
  co_return 0;
}

Task<Result<int>> HostPatient::start_companion(system::ComponentId id) {
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
  CallOutcome outcome = co_await caller_.deploy(id);
  for (size_t i = 0; i < stubs.size() && workflow::is_success(outcome); ++i) {
    auto call = caller_.call_of(id, stubs[i]);
    if (!call) co_return fail(std::move(call.error()));
    outcome = co_await caller_.carry_out(*std::move(call));
  }
  if (workflow::is_success(outcome)) co_return 0;
  const auto* exited = std::get_if<workflow::CallExited>(&outcome);
  co_return fail(ErrorCode::kFailed,
                 fmt::format("{}, which {} needs, cannot be started: {}", name, component().name,
                             exited == nullptr ? std::string(workflow::name_of(outcome)) : exited->message));
}

// A unit, an agent's resource, a machine are the host's, and not in a folder of our own: what runs there is
// somebody's. Asked before anything of the component is called, companions included: they are stopped too.
Task<Result<int>> HostPatient::refuse_running(system::ComponentId id) {
  const model::Wrapper* wrapper = project_.wrapper_of(system_.class_of(*system_.find(id)));
  std::set<std::string> keys;
  for (size_t i = 0; wrapper != nullptr && i < wrapper->stubs.size(); ++i) keys.insert(wrapper->stubs[i].key);
  for (const std::string& key : keys) {
    Result<int> refused = 0;
    if (key == system::kVmKey) refused = co_await refuse_machine(id);
    if (is_the_hosts(key)) refused = co_await refuse_what_answers(id, key);
    if (!refused) co_return fail(refused.error());
  }
  co_return 0;
}

Task<Result<int>> HostPatient::refuse_what_answers(system::ComponentId id, std::string key) {
  const system::Host* at = system_.host_of(*system_.find(id));
  if (at == nullptr) co_return 0;
  const std::string host = at->name;
  const workflow::Call asks = question(*system_.find(id), key, host);
  const CallOutcome outcome = co_await caller_.carry_out(asks);
  if (workflow::is_success(outcome)) co_return fail(runs_already(key, host));
  const auto* exited = std::get_if<workflow::CallExited>(&outcome);
  if (exited != nullptr && exited->code != workflow::CallExited::kNotRun) co_return 0;
  co_return fail(
      ErrorCode::kUnreachable,
      fmt::format("whether {} runs on {} already cannot be told, and torture would end it: {}", key, host,
                  exited == nullptr ? workflow::to_text(asks, outcome) : exited->message));
}

// Its UUID is made of the project's name, which is another one here: by that nobody's would be found.
Task<Result<int>> HostPatient::refuse_machine(system::ComponentId id) {
  const system::Host* host = system_.host_of(*system_.find(id));
  if (host == nullptr) co_return 0;
  const std::string name = wrappers::vm_domain_name(world_, *system_.find(id)), on = host->name;
  const auto uri = wrappers::hypervisor_uri(system_, *host);
  if (!uri) co_return fail(uri.error());
  const auto domains = co_await world_.hypervisor.domains(*uri);
  if (!domains) co_return fail(domains.error());
  for (const ports::Domain& domain : *domains)
    if (domain.name == name)
      co_return fail(ErrorCode::kExists,
                     fmt::format("{} has a machine {} already, which is somebody's: choose another host with "
                                 "--host, or take it away there",
                                 on, name));
  co_return 0;
}

Task<Result<int>> HostPatient::tear_down() {
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
    const auto removed = co_await caretaker_.remove(host, mark_);
    if (!removed) problem = removed.error().message;
  }
  co_await caller_.close();
  if (!problem.empty()) co_return fail(ErrorCode::kFailed, problem);
  co_return 0;
}

}  // namespace attune::torture
