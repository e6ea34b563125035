// SPDX-License-Identifier: Apache-2.0
#include "runtime/workflow/call.h"

#include <array>

namespace attune::workflow {

std::string_view name_of(const CallOutcome& outcome) {
  constexpr std::array<std::string_view, 4> kNames = {"exited", "timed-out", "cancelled", "lost"};
  return kNames[outcome.index()];
}

bool is_success(const CallOutcome& outcome) {
  const auto* exited = std::get_if<CallExited>(&outcome);
  return exited != nullptr && exited->code == 0;
}

}  // namespace attune::workflow
