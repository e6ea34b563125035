// SPDX-License-Identifier: Apache-2.0
// Driver: carries out what the engine decides: records to the journal; once they are durable, calls to the
// dispatcher; outcomes and the time back into the engine. The one place where intent and action meet. Loop
// thread only.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <vector>

#include "runtime/base/clock.h"
#include "runtime/base/result.h"
#include "runtime/main/dispatcher.h"
#include "runtime/ports/loop.h"
#include "runtime/workflow/engine.h"
#include "runtime/workflow/store.h"

namespace attune::main {

class Driver {
 public:
  // All must outlive it.
  Driver(workflow::Engine& engine, workflow::Store& store, ports::Loop& loop, const Clock& clock);

  Dispatcher& dispatcher() { return dispatcher_; }
  workflow::Now now() const { return {clock_.now(), clock_.wall()}; }

  // Writes the records, then issues the calls, then tells `durable`. Cancellations do not wait for that.
  // After the journal has refused, or after close(), nothing is issued any more.
  using Durable = std::function<void(Result<void>)>;
  void carry_out(workflow::Effects effects, Durable durable = {});

  // The engine gets no outcome and no time any more.
  void close();

  // Who looks on. Of each record at once, when it is decided; of alerts, new components, and ends of
  // calls and runs when they are durable.
  using Look = std::function<void(const workflow::Record&)>;
  void on_decided(Look look) { decided_.push_back(std::move(look)); }
  void on_durable(Look look) { durable_.push_back(std::move(look)); }
  // When records have become durable: how many are, in all.
  void on_written(std::function<void(uint64_t)> written) { written_.push_back(std::move(written)); }
  // Once, when the journal has refused.
  void on_broken(std::function<void(const Error&)> broken) { broken_call_ = std::move(broken); }

  // No time comes into the engine until hold(false): nothing is to be begun.
  void hold(bool held);

  // Too much waits for the disk: who feeds the engine holds back until `caught_up` is called, and no time
  // comes into it either.
  static constexpr size_t kMostUnwritten = 50'000;  // records
  bool is_behind() const { return unwritten_ > kMostUnwritten; }
  void on_caught_up(std::function<void()> caught_up) { caught_up_ = std::move(caught_up); }

  // How many records are durable. A journal that goes on has some from the beginning.
  uint64_t written() const { return written_count_; }
  void go_on_from(uint64_t written) { written_count_ = written; }

 private:
  void write(workflow::Effects effects, Durable durable);
  void look_on(const std::vector<workflow::Record>& records, std::vector<workflow::Record>& later);
  void finish(size_t records, uint64_t last, std::vector<workflow::Record> later,
              std::vector<workflow::Call> calls, const Durable& durable, Result<void> end);
  void issue(std::vector<workflow::Call> calls);
  workflow::Effects ended(workflow::CallId call, workflow::CallOutcome outcome);
  void cancel(workflow::CallId call);
  bool rests() const { return closed_ || held_ || is_behind(); }
  void arm();
  void tick();

  workflow::Engine& engine_;
  workflow::Store& store_;
  ports::Loop& loop_;
  const Clock& clock_;
  Dispatcher dispatcher_;
  std::vector<Look> decided_, durable_;
  std::vector<std::function<void(uint64_t)>> written_;
  std::function<void(const Error&)> broken_call_;
  std::function<void()> caught_up_;
  std::optional<Error> broken_;
  bool closed_ = false;
  bool held_ = false;
  std::set<workflow::CallId> cancelled_early_;
  std::map<workflow::CallId, Instant> begun_;  // of those that are under way
  size_t unwritten_ = 0;                       // records
  uint64_t written_count_ = 0;
  std::optional<Instant> armed_for_;
  std::unique_ptr<ports::Loop::Timer> timer_;
};

}  // namespace attune::main
