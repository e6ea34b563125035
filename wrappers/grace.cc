// SPDX-License-Identifier: Apache-2.0
#include "wrappers/grace.h"

#include <algorithm>

namespace attune::wrappers {

namespace {

constexpr Duration kHardEnd =
    std::chrono::seconds(2);  // what the way there and back and the hard end may take

// Of a call's time, what is left for it to end by itself: half of a short one.
Duration most_of(Duration timeout) {
  return timeout - std::max(timeout / 10, std::min(timeout / 2, kHardEnd));
}

}  // namespace

Duration stop_grace(const system::System& system, const workflow::Call& call, Duration otherwise) {
  const auto value = system.attribute(*system.find(call.component), "stop_grace");
  const Duration* wanted = value ? value->get_if<Duration>() : nullptr;
  const Duration grace = wanted == nullptr ? otherwise : *wanted;
  return call.timeout > Duration::zero() ? std::min(grace, most_of(call.timeout)) : grace;
}

}  // namespace attune::wrappers
