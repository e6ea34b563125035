// SPDX-License-Identifier: Apache-2.0
// A machine has left its host, nobody who answers has it, and nobody ended it: it runs where nobody was
// asked. VmWatch and adoption find that out; until somebody knows better it is lost. Loop thread only.
#pragma once

#include <string>
#include <vector>

#include "wrappers/implementation.h"

namespace attune::wrappers {

// Hosts that were said to be off may be on again: from now on each counts as down, so that whoever looks for
// a machine takes it for silent, a fence switches it off once more, and a person is asked. `component` has
// left `from`, by the word of that.
void distrust(World& world, const std::vector<std::string>& off, const std::string& component,
              const std::string& from);

// "vm1 was migrated away from lab1, and no host of its family has it: ...", and what a person can do.
std::string astray_text(const std::string& name, const std::string& component, const std::string& from);

}  // namespace attune::wrappers
