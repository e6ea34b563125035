// SPDX-License-Identifier: Apache-2.0
// Console: what a command talks to: results on one side, complaints on the other. One thread at a time.
#pragma once

#include <string>
#include <string_view>

#include "runtime/base/result.h"
#include "runtime/main/cli/exit_code.h"
#include "runtime/main/cli/output.h"

namespace attune::cli {

// JSON with what printable() would escape as \uXXXX, which means the same in a text of it; what is not UTF-8
// as \ufffd. A piece of JSON will do, and what only claims to be some.
std::string escaped_json(std::string_view json);

struct Console {
  Output& out;
  Output& err;

  // One line that says what is wrong and what to do; made printable. Gives back the code, to return it.
  ExitCode fail(ExitCode code, std::string_view message);
  // Escaped, and a line's end.
  void write_json(std::string_view json);
};

}  // namespace attune::cli
