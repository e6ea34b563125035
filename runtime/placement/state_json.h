// SPDX-License-Identifier: Apache-2.0
// A State from its JSON, version 1: docs/placement.md. The first stage of `attune place`: text in, State or
// findings out. Pure; any thread.
#pragma once

#include <string_view>

#include "runtime/placement/finding.h"
#include "runtime/placement/state.h"

namespace attune::placement {

inline constexpr int kFormatVersion = 1;

struct ReadState {
  State state;        // to be used only where there are
  Findings findings;  // none, neither of its form nor by check()
};

ReadState read_state(std::string_view json);

}  // namespace attune::placement
