// SPDX-License-Identifier: Apache-2.0
// attune: the command line. commands.h has the table of what it can do.
#include <csignal>

#include <unistd.h>

#include "runtime/main/cli/command_line.h"

int main(int argc, char** argv) {
  std::signal(SIGPIPE, SIG_IGN);  // who reads may leave: Output bears it
  attune::cli::Output out = attune::cli::Output::standard(STDOUT_FILENO);
  attune::cli::Output err = attune::cli::Output::standard(STDERR_FILENO);
  attune::cli::Console console{out, err};
  return static_cast<int>(attune::cli::run(std::vector<std::string>(argv + 1, argv + argc), console));
}
