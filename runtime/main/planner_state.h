// SPDX-License-Identifier: Apache-2.0
// What the planner is told of a running system: its hosts and the virtual machines that may be elsewhere,
// with what they take, what they send each other, and what the project says must hold. And the way back: a
// plan as moves of components. The stage between System and runtime/placement. Pure; loop thread only.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "runtime/base/clock.h"
#include "runtime/main/dirty_rates.h"
#include "runtime/placement/plan.h"
#include "runtime/system/system.h"
#include "runtime/traffic/rates.h"
#include "runtime/workflow/planned_moves.h"

namespace attune::main {

// What a diagram asks for.
struct PlanWish {
  std::vector<placement::Objective> objectives;
  std::string emptied;  // a host that everything is to leave; may be empty
};
// From "improve" and its arguments, or "empty" and its. The Error names the question, or the objective, that
// there is not.
Result<PlanWish> wish_of(const std::string& question, const std::vector<std::string>& arguments);

// What is known beside the System.
struct PlanFacts {
  Instant now{};
  WallTime wall{};
  std::map<system::ComponentId, Instant> moved;  // the last time, of what has moved
  DirtyRates dirty_rates{};                      // of what was measured
};

// Hosts that are in use or could be: usable, and of known size. Machines that are not on one of these are
// left out; those that are declared only are to be placed; those that neither run nor rest stay. The Error
// says what keeps it from being a State that check() accepts.
Result<placement::State> state_of(const system::System& system, const PlanWish& wish,
                                  const traffic::Rates& rates, const PlanFacts& facts);

// The plan's moves as a run carries them out. A machine that is to be booted where it is placed already has
// none.
workflow::PlannedSteps steps_of(const placement::Plan& plan, const placement::State& state,
                                const system::System& system);

}  // namespace attune::main
