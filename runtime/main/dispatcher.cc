// SPDX-License-Identifier: Apache-2.0
#include "runtime/main/dispatcher.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "runtime/workflow/stub_call.h"
#include "wrappers/catalog.h"

namespace attune::main {

using workflow::CallOutcome;

struct Dispatcher::Open {
  workflow::Call call;
  wrappers::Implementation* implementation = nullptr;
  std::stop_source stop;
  bool timed_out = false;
  bool given_up = false;
  bool is_resolving = false;  // it has ended, and its component is being asked what came of that
  std::unique_ptr<ports::Loop::Timer> timer;
  std::string progress;
};

Dispatcher::~Dispatcher() {
  *alive_ = false;
}

void Dispatcher::add(wrappers::Implementation& implementation) {
  implementations_.push_back(&implementation);
}

wrappers::Implementation* Dispatcher::find(std::string_view key) const {
  const model::Key* family = wrappers::catalog().find_key(key);
  const std::string_view own = family == nullptr ? key : std::string_view(family->name);
  const auto has_key = [&](const auto* one) { return one->key() == own; };
  const auto found = std::find_if(implementations_.begin(), implementations_.end(), has_key);
  return found == implementations_.end() ? nullptr : *found;
}

void Dispatcher::start(workflow::Call call) {
  const auto open = std::make_shared<Open>();
  open->call = std::move(call);
  open->implementation = find(open->call.key);
  open_[open->call.id] = open;
  loop_.post([this, alive = alive_, open] {
    if (*alive) begin(open);
  });
}

void Dispatcher::begin(const std::shared_ptr<Open>& open) {
  const workflow::CallId id = open->call.id;
  if (open->implementation == nullptr)
    return end(id, workflow::CallExited{workflow::CallExited::kNotRun,
                                        fmt::format("nothing implements key '{}' of {}.{}", open->call.key,
                                                    open->call.component_name, open->call.stub),
                                        {}});
  if (open->stop.stop_requested()) return ended(id, workflow::CallCancelled{});
  if (open->call.timeout > Duration::zero())
    open->timer = loop_.after(open->call.timeout, [this, open = open.get()] { time_out(*open); });
  ++at_work_;
  attune::start<CallOutcome>(open->implementation->invoke(open->call, open->stop.get_token()),
                             [this, alive = alive_, id](CallOutcome outcome) {
                               if (!*alive) return;
                               --at_work_;
                               ended(id, std::move(outcome));
                               if (*alive) tell_idle();
                             });
}

void Dispatcher::time_out(Open& open) {
  open.timed_out = true;
  ask_to_end(open);
}

// Stops the clock of the call and starts that of its end.
void Dispatcher::ask_to_end(Open& open) {
  if (open.stop.stop_requested() || open.is_resolving) return;
  const workflow::CallId id = open.call.id;
  open.timer = loop_.after(kGrace, [this, id] { give_up(id); });
  const auto source = open.stop;  // the call may end, and `open` with it, within the request
  source.request_stop();
}

// It may still be at work: what its component is found in is no proof that it has not been carried out.
void Dispatcher::give_up(workflow::CallId call) {
  const auto found = open_.find(call);
  if (found == open_.end()) return;
  found->second->given_up = true;
  ended(call,
        workflow::CallLost{fmt::format("it did not end within {} s of being told to",
                                       std::chrono::duration_cast<std::chrono::seconds>(kGrace).count())});
}

void Dispatcher::cancel(workflow::CallId call) {
  if (const auto found = open_.find(call); found != open_.end()) ask_to_end(*found->second);
}

void Dispatcher::cancel_all() {
  std::vector<workflow::CallId> all;
  for (const auto& [id, open] : open_) all.push_back(id);
  for (const workflow::CallId id : all) cancel(id);
}

bool Dispatcher::is_calling(system::ComponentId component) const {
  return std::any_of(open_.begin(), open_.end(),
                     [&](const auto& open) { return open.second->call.component == component; });
}

namespace {

// Where a call is to bring its component; nothing where it is not about that.
std::optional<system::Lifecycle> aim_of(const workflow::Call& call) {
  if (call.stub == workflow::kStart) return system::Lifecycle::kStarted;
  if (call.stub == workflow::kStop) return system::Lifecycle::kStopped;
  return std::nullopt;
}

// Whether it is more than what was known before: that it is on its way, or lost.
bool tells(system::Lifecycle found) {
  return found != system::Lifecycle::kStarting && found != system::Lifecycle::kStopping &&
         found != system::Lifecycle::kLost;
}

// Whether it may or may not have brought its component where it should be. Deploying can simply be repeated.
bool leaves_open(const workflow::Call& call, const CallOutcome& outcome) {
  if (call.key == workflow::kComponentKey) return false;
  if (std::holds_alternative<workflow::CallLost>(outcome)) return true;
  const auto* exited = std::get_if<workflow::CallExited>(&outcome);
  if (exited == nullptr) return aim_of(call).has_value();
  return call.stub == workflow::kStop && exited->code != 0 && exited->code != workflow::CallExited::kNotRun;
}

// What the call came to, now that its component was found so.
CallOutcome found_out(const workflow::Call& call, CallOutcome outcome, system::Lifecycle found,
                      const wrappers::Implementation& by, bool given_up) {
  const std::vector<system::Change> changes = {system::LifecycleChanged{call.component, found}};
  if (std::holds_alternative<workflow::CallTimedOut>(outcome)) return workflow::CallTimedOut{changes};
  if (std::holds_alternative<workflow::CallCancelled>(outcome)) return workflow::CallCancelled{changes};
  if (auto* exited = std::get_if<workflow::CallExited>(&outcome)) {
    exited->changes.insert(exited->changes.end(), changes.begin(), changes.end());
    return outcome;
  }
  const bool arrived =
      found == aim_of(call) || (found == system::Lifecycle::kStarted && by.has_come_about(call));
  workflow::CallExited exited;
  exited.code = arrived ? 0 : given_up ? workflow::CallExited::kGivenUp : workflow::CallExited::kUncertain;
  exited.message =
      fmt::format("{}; it may have run, and {} was found {}", std::get<workflow::CallLost>(outcome).why,
                  call.component_name, system::name_of(found));
  if (!arrived) exited.changes = changes;
  return exited;
}

}  // namespace

void Dispatcher::ended(workflow::CallId call, CallOutcome outcome) {
  const auto found = open_.find(call);
  if (found == open_.end() || found->second->is_resolving) return;  // given up before
  Open& open = *found->second;
  if (open.timed_out && std::holds_alternative<workflow::CallCancelled>(outcome))
    outcome = workflow::CallTimedOut{};
  if (leaves_open(open.call, outcome)) return resolve(open, std::move(outcome));
  end(call, std::move(outcome));
}

void Dispatcher::resolve(Open& open, CallOutcome outcome) {
  const workflow::CallId id = open.call.id;
  open.is_resolving = true;
  open.timer = loop_.after(kGrace, [this, id, outcome] { end(id, outcome); });
  ++at_work_;
  attune::start<Result<system::Lifecycle>>(
      open.implementation->adopt(open.call.component),
      [this, alive = alive_, call = open.call, outcome, by = open.implementation,
       given_up = open.given_up](const Result<system::Lifecycle>& state) {
        if (!*alive) return;
        --at_work_;
        end(call.id, state && tells(*state) ? found_out(call, outcome, *state, *by, given_up) : outcome);
        if (*alive) tell_idle();
      });
}

void Dispatcher::end(workflow::CallId call, CallOutcome outcome) {
  const auto found = open_.find(call);
  if (found == open_.end()) return;  // given up before
  const auto open = std::move(found->second);
  open_.erase(found);
  ended_(call, std::move(outcome));
  tell_idle();
}

void Dispatcher::tell_idle() {
  if (is_idle() && idle_) std::exchange(idle_, nullptr)();
}

void Dispatcher::when_idle(std::function<void()> idle) {
  if (is_idle()) return idle();
  idle_ = std::move(idle);
}

void Dispatcher::progress(workflow::CallId call, std::string text) {
  if (const auto found = open_.find(call); found != open_.end()) found->second->progress = std::move(text);
}

std::vector<Dispatcher::OpenCall> Dispatcher::open_calls() const {
  std::vector<OpenCall> all;
  for (const auto& [id, open] : open_) all.push_back({open->call, open->progress});
  return all;
}

}  // namespace attune::main
