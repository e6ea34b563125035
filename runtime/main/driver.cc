// SPDX-License-Identifier: Apache-2.0
#include "runtime/main/driver.h"

#include <algorithm>
#include <utility>
#include <variant>

namespace attune::main {

namespace {

// Whether somebody looks at it once it is durable.
bool is_awaited(const workflow::Record& record) {
  const auto* changed = std::get_if<workflow::SystemChanged>(&record.what);
  return std::holds_alternative<workflow::Alerted>(record.what) ||
         std::holds_alternative<workflow::RunEnded>(record.what) ||
         std::holds_alternative<workflow::CallEnded>(record.what) ||
         (changed != nullptr && std::holds_alternative<system::ComponentCreated>(changed->change));
}

// What was heard and not answered: many, and nothing follows from them.
bool is_hearsay(const std::vector<workflow::Record>& records) {
  return std::all_of(records.begin(), records.end(), [](const workflow::Record& record) {
    return std::holds_alternative<workflow::EventSuppressed>(record.what);
  });
}

}  // namespace

Driver::Driver(workflow::Engine& engine, workflow::Store& store, ports::Loop& loop, const Clock& clock)
    : engine_(engine),
      store_(store),
      loop_(loop),
      clock_(clock),
      dispatcher_(loop, [this](workflow::CallId call, workflow::CallOutcome outcome) {
        if (!closed_) carry_out(ended(call, std::move(outcome)));
      }) {}

// The engine knows when it decided on a call, which may be long before the disk let it begin.
workflow::Effects Driver::ended(workflow::CallId call, workflow::CallOutcome outcome) {
  const auto begun = begun_.extract(call);
  workflow::Effects effects = engine_.ended(call, std::move(outcome), now());
  if (begun.empty()) return effects;
  for (workflow::Record& record : effects.records) {
    auto* end = std::get_if<workflow::CallEnded>(&record.what);
    if (end != nullptr && end->call == call) end->took = clock_.now() - begun.mapped();
  }
  return effects;
}

// Cancelling comes last: a call may end within it, and what that leads to must follow these records.
void Driver::carry_out(workflow::Effects effects, Durable durable) {
  const std::vector<workflow::CallId> cancels = std::move(effects.cancels);
  write(std::move(effects), std::move(durable));
  for (const workflow::CallId call : cancels) cancel(call);
  arm();
}

void Driver::write(workflow::Effects effects, Durable durable) {
  if (broken_) {
    if (durable) durable(fail(*broken_));
    return;
  }
  if (effects.records.empty()) {
    issue(std::move(effects.calls));
    if (durable) durable({});
    return;
  }
  std::vector<workflow::Record> later;
  look_on(effects.records, later);
  const size_t count = effects.records.size();
  const uint64_t last = effects.records.back().sequence;
  unwritten_ += count;
  const bool somebody_waits = durable || !effects.calls.empty() || !is_hearsay(effects.records);
  auto finished = [this, count, last, later = std::move(later), calls = std::move(effects.calls),
                   durable = std::move(durable)](Result<void> end) mutable {
    finish(count, last, std::move(later), std::move(calls), durable, std::move(end));
  };
  if (somebody_waits) return store_.append(std::move(effects.records), std::move(finished));
  store_.note(std::move(effects.records), std::move(finished));
}

// Keeps those records that are looked at once they are durable.
void Driver::look_on(const std::vector<workflow::Record>& records, std::vector<workflow::Record>& later) {
  for (const workflow::Record& record : records) {
    for (const Look& look : decided_) look(record);
    if (is_awaited(record)) later.push_back(record);
  }
}

void Driver::finish(size_t records, uint64_t last, std::vector<workflow::Record> later,
                    std::vector<workflow::Call> calls, const Durable& durable, Result<void> end) {
  const bool was_behind = is_behind();
  unwritten_ -= records;
  if (!end) {
    if (!broken_ && broken_call_) broken_call_(end.error());
    broken_ = end.error();
    if (durable) durable(std::move(end));
    return;
  }
  written_count_ = last;
  issue(std::move(calls));
  if (durable) durable({});  // first: who started a run may now wait for its end, which may be among these
  for (const workflow::Record& record : later)
    for (const Look& look : durable_) look(record);
  for (const auto& written : written_) written(written_count_);
  if (!was_behind || is_behind()) return;
  if (caught_up_) caught_up_();
  arm();
}

void Driver::issue(std::vector<workflow::Call> calls) {
  if (closed_) return;
  for (workflow::Call& call : calls) {
    const workflow::CallId id = call.id;
    begun_[id] = clock_.now();
    dispatcher_.start(std::move(call));
    if (cancelled_early_.erase(id) > 0) dispatcher_.cancel(id);
  }
}

// One whose intent is not durable yet is not issued yet: it is cancelled when it is.
void Driver::cancel(workflow::CallId call) {
  if (dispatcher_.is_open(call))
    dispatcher_.cancel(call);
  else
    cancelled_early_.insert(call);
}

void Driver::close() {
  closed_ = true;
  timer_.reset();
}

void Driver::hold(bool held) {
  held_ = held;
  arm();
}

// An earlier timer than needed stays: it looks again when it fires.
void Driver::arm() {
  if (rests()) return;
  const auto deadline = engine_.next_deadline();
  if (!deadline || (timer_ && *armed_for_ <= *deadline)) return;
  armed_for_ = deadline;
  timer_ = loop_.after(std::max(Duration::zero(), *deadline - clock_.now()), [this] { tick(); });
}

void Driver::tick() {
  timer_.reset();
  if (!rests()) carry_out(engine_.tick(now()));
}

}  // namespace attune::main
