// SPDX-License-Identifier: Apache-2.0
// A plan as runs know it: moves of components in steps, as a text that a variable holds, the journal keeps
// and people read: "vm1 from lab1 to lab2, vm3 from lab2 to lab1; vm2 from lab1 to lab2". A comma parts moves
// that go on at once, a semicolon steps that follow each other. Pure; loop thread only.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "runtime/base/result.h"
#include "runtime/model/project.h"
#include "runtime/workflow/errands.h"

namespace attune::workflow {

struct PlannedMove {
  std::string component, from, to;  // hosts
  friend bool operator==(const PlannedMove&, const PlannedMove&) = default;
};
using PlannedSteps = std::vector<std::vector<PlannedMove>>;

// Empty where there is nothing to move.
std::string to_text(const PlannedSteps& steps);
// kInvalid: it is no plan.
Result<PlannedSteps> parse_plan(std::string_view text);

// Whether plans place instances of the class: virtual machines that can be migrated, on hosts of a family.
bool is_planned(const model::Project& project, const model::Class& of);

// The plan's moves as errands. The Error names what is not there any more, may not move, or is not where the
// plan found it: then nothing of it is to be done.
Result<std::vector<ErrandStep>> carrying_out(const system::System& system, const PlannedSteps& steps);

}  // namespace attune::workflow
