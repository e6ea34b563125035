// SPDX-License-Identifier: Apache-2.0
// A diagram as the rule that a decision followed: where it is written, and on which terms it answers. Pure;
// any thread.
#pragma once

#include <string>

#include "runtime/model/diagram.h"
#include "runtime/model/project.h"

namespace attune::workflow {

// "diagrams/cpu_high.mmd:1", in the project's folder where it stands there; empty: it is no file.
std::string rule_text(const model::Diagram& diagram, const model::Project& project);
// "hold 10s, cooldown 1min, 2 runs at once, priority 5": what the front matter says; may be empty.
std::string terms_text(const model::Settings& settings);

// The way's guard as its author wrote it, without the brackets.
std::string guard_text(const model::Way& way);

}  // namespace attune::workflow
