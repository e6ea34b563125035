// SPDX-License-Identifier: Apache-2.0
// Replay: a project's own diagrams on what happened once: the real engine on a virtual clock, in a world
// where hosts and loads are as the trace says and calls work and take as long as it says. One thread at a
// time.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/base/clock.h"
#include "runtime/base/result.h"
#include "runtime/main/replay/trace.h"
#include "runtime/model/instances.h"
#include "runtime/model/project.h"
#include "runtime/system/system.h"
#include "runtime/workflow/effects.h"

namespace attune::replay {

// One thing that came of the trace, in the order of time.
struct Happening {
  enum class What { kRunBegan, kRunEnded, kPlaced, kCreated, kRemoved, kAlert, kHost };
  WallTime at{};
  What what = What::kRunBegan;
  std::string who;   // the diagram, the component or the host
  std::string text;  // "of vm1", "failed: ...", the host, "down"
  uint64_t run = 0;  // of a run
};

// What is counted of a replay; of "runs" and "calls" also by name: "runs(cpu_high)", "calls(vm.migrate)".
inline constexpr std::string_view kFigures[] = {
    "events", "suppressed", "refused", "runs",   "failed_runs", "unfinished_runs", "calls", "migrations",
    "moves",  "created",    "removed", "alerts", "cost"};

// As a person reads it: a count in all its digits, what costs with as many as tell something.
std::string figure_text(double value);

struct Played {
  WallTime begin{}, end{};  // of the trace
  std::map<std::string, double, std::less<>> figures;
  std::vector<Happening> happenings;
  std::map<std::string, size_t> refused;  // events that the project does not know, by why
};

// Who looks on: at the system after each step, and at each event of the trace before it is answered.
struct Onlooker {
  std::function<void(const system::System&, workflow::Now)> step = [](const system::System&, workflow::Now) {
  };
  std::function<void(const workflow::Event&, WallTime)> event = [](const workflow::Event&, WallTime) {};
};

class Replay {
 public:
  // The trace must outlive it.
  Replay(model::Project project, const Trace& trace);
  ~Replay();

  // From the project's first components, started, to the end of the trace and of the runs that go on then,
  // which get an hour. Once. The Error says why that cannot even begin, or that a diagram goes round without
  // end.
  Result<Played> run(const model::Instances& instances, const Onlooker& onlooker = {});

  // As it is after that.
  const system::System& system() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace attune::replay
