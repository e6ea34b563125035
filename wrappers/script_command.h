// SPDX-License-Identifier: Apache-2.0
// The command that runs a script of ours on a host. Pure; any thread.
#pragma once

#include <string>
#include <vector>

#include "runtime/ports/shell.h"

namespace attune::wrappers {

// `text` is POSIX sh, and has the arguments as $1, $2 ... In the words by which a host that is reached over
// SSH knows that it needs no second shell (transport/prologue.cc).
ports::Command script_command(std::string text, std::vector<std::string> arguments);

}  // namespace attune::wrappers
