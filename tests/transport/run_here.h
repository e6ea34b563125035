// SPDX-License-Identifier: Apache-2.0
// Runs a program of this machine to its end, for tests that ask a real shell.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "runtime/transport/local_shell.h"
#include "tests/support/test_loop.h"

namespace attune::transport {

inline ports::Exited run_here(std::vector<std::string> argv) {
  test::TestLoop loop;
  LocalShell shell(loop);
  ports::Command command;
  command.argv = std::move(argv);
  const auto end =
      loop.run(shell.run({.name = "here", .protocol = Protocol::kLocal}, std::move(command), {}));
  return std::get<ports::Exited>(*end);
}

}  // namespace attune::transport
