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

const std::vector<system::Change>& changes_of(const CallOutcome& outcome) {
  static const std::vector<system::Change> kNone;
  if (const auto* exited = std::get_if<CallExited>(&outcome)) return exited->changes;
  if (const auto* timed_out = std::get_if<CallTimedOut>(&outcome)) return timed_out->changes;
  if (const auto* cancelled = std::get_if<CallCancelled>(&outcome)) return cancelled->changes;
  return kNone;
}

}  // namespace attune::workflow
