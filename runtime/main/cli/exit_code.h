// SPDX-License-Identifier: Apache-2.0
// ExitCode: what `attune` says to whoever started it: docs/command-line.md. Any thread.
#pragma once

#include <string_view>

namespace attune::cli {

enum class ExitCode {
  kDone = 0,
  kFailed = 1,    // it was tried, and went wrong
  kUsage = 2,     // the command line makes no sense
  kNoDaemon = 3,  // no attuned could be asked
  kRefused = 4,   // attuned refused, and nothing was changed
};

// For people, a line each.
inline constexpr std::string_view kExitCodes =
    "  0  done\n"
    "  1  tried, and it went wrong: findings, a run that failed, a plan that cannot be\n"
    "  2  the command line makes no sense\n"
    "  3  no attuned could be asked: none runs, several do, it is not for this user\n"
    "  4  attuned refused, and nothing was changed\n";

}  // namespace attune::cli
