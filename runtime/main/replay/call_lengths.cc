// SPDX-License-Identifier: Apache-2.0
#include "runtime/main/replay/call_lengths.h"

#include <algorithm>
#include <cstddef>

namespace attune::replay {

void CallLengths::add(std::string_view call, Duration took) {
  took_.try_emplace(std::string(call)).first->second.push_back(took);
}

std::map<std::string, Duration, std::less<>> CallLengths::medians() const {
  std::map<std::string, Duration, std::less<>> medians;
  for (auto [call, took] : took_) {
    const auto middle = took.begin() + static_cast<std::ptrdiff_t>(took.size() / 2);
    std::nth_element(took.begin(), middle, took.end());
    medians.emplace(call, *middle);
  }
  return medians;
}

}  // namespace attune::replay
