// SPDX-License-Identifier: Apache-2.0
// The command line of `attune`: finds the command, reads what it takes, runs it, and says what is wrong with
// the rest. One thread at a time.
#pragma once

#include <string>
#include <vector>

#include "runtime/main/cli/console.h"

namespace attune::cli {

// Carries out the words after the program's name. All that is written is flushed.
ExitCode run(const std::vector<std::string>& words, Console& console);

}  // namespace attune::cli
