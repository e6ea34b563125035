// SPDX-License-Identifier: Apache-2.0
// Command: one word of `attune`: what it takes, and what it does. commands.h has the table of all. One thread
// at a time.
#pragma once

#include <memory>
#include <span>
#include <string_view>

#include "runtime/main/cli/console.h"
#include "runtime/main/cli/options.h"

namespace attune::cli {

class Command {
 public:
  virtual ~Command() = default;
  // Called once, first.
  virtual void declare(Options& options) = 0;
  virtual ExitCode run(Console& console) = 0;
};

// What the table of commands says of one.
struct CommandEntry {
  std::string_view name;
  std::string_view group;    // those that belong together stand together in the help
  std::string_view summary;  // "parse and check a project"
  std::string_view example;  // one or more lines
  std::unique_ptr<Command> (*make)();
};

}  // namespace attune::cli
