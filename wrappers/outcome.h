// SPDX-License-Identifier: Apache-2.0
// From the end of a command on a host to the outcome of the call that needed it. Pure; any thread.
#pragma once

#include <string>
#include <string_view>

#include "runtime/base/result.h"
#include "runtime/ports/shell.h"
#include "runtime/workflow/call.h"

namespace attune::wrappers {

// Code of a call that failed before, or without, a command of its own.
inline constexpr int kNotRun = workflow::CallExited::kNotRun;

// As shells have it, of a program that is there, and of none.
inline constexpr int kNotExecutable = 126, kNoProgram = 127;

workflow::CallOutcome succeeded(std::string message = {});
workflow::CallOutcome failed(std::string message, int code = kNotRun);
// Lost and cancelled stay that; any other Error has failed.
workflow::CallOutcome outcome_of_error(const Error& error);

// A command that ended with a code becomes an exited call; the message of one that failed is `what` and the
// last line that it wrote. What was lost, cancelled or timed out stays that.
workflow::CallOutcome outcome_of(const Result<ports::CommandEnd>& end, std::string_view what);

}  // namespace attune::wrappers
