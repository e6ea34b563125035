// SPDX-License-Identifier: Apache-2.0
// DryRun: the real planner, driven by nobody: the engine on a system built from the project, in a world where
// every call works and takes as long as every other. What comes of it is the plan. Touches nothing; one
// thread at a time.
#pragma once

#include <string>
#include <vector>

#include "runtime/base/result.h"
#include "runtime/model/instances.h"
#include "runtime/model/project.h"
#include "runtime/system/system.h"
#include "runtime/workflow/engine.h"

namespace attune::cli {

struct PlannedCall {
  std::string component, stub, host;
  std::vector<std::string> arguments;
};

// Calls that can go on at once: each as early as the diagram lets it.
struct PlanStep {
  std::vector<std::string> notes;  // what was decided before: a guard that held, a host chosen, a wait
  std::vector<PlannedCall> calls;
};

struct Plan {
  std::vector<PlanStep> steps;
  std::string problem;  // why `start` would not end well; empty: it would
};

class DryRun {
 public:
  explicit DryRun(model::Project project);

  // Plays from an empty system to the end of `start`. Once. The Error says why that cannot even begin: a
  // component fits on no host.
  Result<Plan> play(const model::Instances& instances);

  // As it is after all calls.
  const system::System& system() const { return system_; }

 private:
  void take(workflow::Effects effects);
  bool pass_time();

  const model::Project project_;
  system::System system_;
  workflow::Engine engine_;
  workflow::Now now_;
  workflow::RunId run_ = 0;
  bool is_over_ = false;
  Plan plan_;
  std::vector<std::string> notes_;
  std::vector<workflow::Call> next_;  // the calls of the next step
};

}  // namespace attune::cli
