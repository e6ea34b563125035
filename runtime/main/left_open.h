// SPDX-License-Identifier: Apache-2.0
// LeftOpen: what one manager leaves open for the next in the same process, so that nobody is turned away in
// between, and what became of one in between. A value; loop thread only.
#pragma once

#include <string>

#include "runtime/base/unique_fd.h"

namespace attune::main {

struct LeftOpen {
  UniqueFd pipe;             // holds what is written to it until that is read again
  UniqueFd control;          // the socket that listens
  std::string not_run = {};  // why the project that was to be run next is not; empty: there was none
};

}  // namespace attune::main
