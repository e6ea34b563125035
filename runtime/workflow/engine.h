// SPDX-License-Identifier: Apache-2.0
// Engine: the deterministic core. Events, outcomes and the time come in; records, calls and cancellations
// come out; in between it runs diagrams on the system. It does no I/O, knows no thread and no clock of its
// own, so the daemon, the tests and the simulator drive the very same one. Loop thread only.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/base/clock.h"
#include "runtime/base/result.h"
#include "runtime/model/project.h"
#include "runtime/system/system.h"
#include "runtime/workflow/call.h"
#include "runtime/workflow/event.h"
#include "runtime/workflow/record.h"

namespace attune::workflow {

struct Now {
  Instant steady{};
  WallTime wall{};
};

// What one input leads to, in this order: the records must be durable before any of the calls is issued.
// Cancellations need not wait.
struct Effects {
  std::vector<Record> records;
  std::vector<Call> calls;
  std::vector<CallId> cancels;

  bool empty() const { return records.empty() && calls.empty() && cancels.empty(); }
};

// A run as it stands, for status and the API.
struct RunView {
  RunId id = 0;
  std::string diagram, subject;
  std::vector<std::string> states;  // the present ones; several in a fork
  bool waiting = false;
  std::string waits_for;
};

// Where the numbering goes on; what an earlier journal ended with, plus one.
struct Numbers {
  uint64_t record = 1, event = 1;
  RunId run = 1;
  CallId call = 1;
};

class Engine {
 public:
  // The project and the system must outlive it.
  Engine(const model::Project& project, system::System& system, Numbers next = {});
  ~Engine();

  // An event. kNotFound: no such event or component in this project; kInvalid: a value does not fit its type.
  // The caller counts and logs those. Else it is accepted: a run starts, waits, or it is suppressed by a
  // stated rule.
  Result<Effects> accept(const Event& event, Now now);
  Effects ended(CallId call, CallOutcome outcome, Now now);
  Effects tick(Now now);                         // timers that are due
  std::optional<Instant> next_deadline() const;  // when tick() is next needed

  // By hand. Each is journalled; the Error says why it is not possible.
  Result<Effects> call(std::string_view component, std::string_view stub, std::vector<std::string> arguments,
                       std::string by, Now now);
  Result<Effects> change(system::Change change, std::string by, Now now);
  Result<Effects> cancel(RunId run, std::string by, Now now);
  // What the world did by itself: a VM moved, a host's capacity became known. Not refused by rules of
  // cardinality.
  Effects observed(system::Change change, std::string source, Now now);

  std::vector<RunView> runs() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace attune::workflow
