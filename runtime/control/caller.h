// SPDX-License-Identifier: Apache-2.0
// Caller: who asks, and what they may do, whichever door they came in by. A value; any thread.
#pragma once

#include <string>

#include "runtime/control/role.h"

namespace attune::control {

struct Caller {
  std::string name;  // "attune (root)", "attune (prometheus@192.0.2.7)"
  Role role = Role::kNone;
  bool has_token = false;  // the role is a token's, not a group's
};

}  // namespace attune::control
