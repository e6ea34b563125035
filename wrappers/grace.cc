// SPDX-License-Identifier: Apache-2.0
#include "wrappers/grace.h"

#include <algorithm>

namespace attune::wrappers {

Duration stop_grace(const system::System& system, const workflow::Call& call, Duration otherwise) {
  const auto value = system.attribute(*system.find(call.component), "stop_grace");
  const Duration* wanted = value ? value->get_if<Duration>() : nullptr;
  const Duration grace = wanted == nullptr ? otherwise : *wanted;
  return call.timeout > Duration::zero() ? std::min(grace, call.timeout * 9 / 10) : grace;
}

}  // namespace attune::wrappers
