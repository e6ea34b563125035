// SPDX-License-Identifier: Apache-2.0
// The command line of attuned. Any thread.
#pragma once

#include <string>
#include <variant>

namespace attune::main {

struct AttunedOptions {
  std::string directory;   // the project's
  std::string project;     // its name, where it is not the folder's or attune.info's
  std::string run_base;    // in place of /run/attune
  std::string state_base;  // in place of /var/lib/attune
  std::string log_level;   // in place of log.level
};

// What is asked for; or, where everything is said already (help, the version, what is wrong), the exit code.
std::variant<AttunedOptions, int> read_attuned_options(int argc, const char* const* argv);

}  // namespace attune::main
