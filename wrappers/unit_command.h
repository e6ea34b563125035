// SPDX-License-Identifier: Apache-2.0
// What is asked of a host's systemd, and what its answers mean. Pure; any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "runtime/base/result.h"
#include "runtime/ports/shell.h"
#include "runtime/workflow/call.h"

namespace attune::wrappers {

// The unit that a key names for a component: of a template its instance of the component's name. The Error
// says what was expected.
Result<std::string> unit_name(std::string_view key, std::string_view component);

// `run` has properties first (MemoryMax=512M), then the program and its arguments; the Error says what is
// wrong with them. Any other operation has no arguments.
Result<ports::Command> unit_command(std::string_view operation, const std::string& unit,
                                    const std::vector<std::string>& arguments);

// Of `status`: alive, kNotRun while it is between the two, or else not.
workflow::CallOutcome unit_outcome(const Result<ports::CommandEnd>& end, std::string_view operation,
                                   const std::string& unit, const std::string& host);

}  // namespace attune::wrappers
