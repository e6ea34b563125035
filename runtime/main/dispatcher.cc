// SPDX-License-Identifier: Apache-2.0
#include "runtime/main/dispatcher.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace attune::main {

using workflow::CallOutcome;

struct Dispatcher::Open {
  workflow::Call call;
  wrappers::Implementation* implementation = nullptr;
  std::stop_source stop;
  bool timed_out = false;
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
  const auto has_key = [&](const auto* one) { return one->key() == key; };
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
    return end(id, workflow::CallExited{125,
                                        fmt::format("nothing implements key '{}' of {}.{}", open->call.key,
                                                    open->call.component_name, open->call.stub),
                                        {}});
  if (open->stop.stop_requested()) return end(id, workflow::CallCancelled{});
  if (open->call.timeout > Duration::zero())
    open->timer = loop_.after(open->call.timeout, [this, open = open.get()] { time_out(*open); });
  attune::start<CallOutcome>(open->implementation->invoke(open->call, open->stop.get_token()),
                             [this, alive = alive_, id](CallOutcome outcome) {
                               if (*alive) end(id, std::move(outcome));
                             });
}

void Dispatcher::time_out(Open& open) {
  open.timed_out = true;
  ask_to_end(open);
}

// Stops the clock of the call and starts that of its end.
void Dispatcher::ask_to_end(Open& open) {
  if (open.stop.stop_requested()) return;
  const workflow::CallId id = open.call.id;
  open.timer = loop_.after(kGrace, [this, id] {
    end(id,
        workflow::CallLost{fmt::format("it did not end within {} s of being told to",
                                       std::chrono::duration_cast<std::chrono::seconds>(kGrace).count())});
  });
  const auto source = open.stop;  // the call may end, and `open` with it, within the request
  source.request_stop();
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

void Dispatcher::end(workflow::CallId call, CallOutcome outcome) {
  const auto found = open_.find(call);
  if (found == open_.end()) return;  // given up as lost before
  const auto open = std::move(found->second);
  open_.erase(found);
  if (open->timed_out && std::holds_alternative<workflow::CallCancelled>(outcome))
    outcome = workflow::CallTimedOut{};
  ended_(call, std::move(outcome));
  if (open_.empty() && idle_) std::exchange(idle_, nullptr)();
}

void Dispatcher::when_idle(std::function<void()> idle) {
  if (open_.empty()) return idle();
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
