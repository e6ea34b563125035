// SPDX-License-Identifier: Apache-2.0
#include "runtime/workflow/record.h"

#include <array>

namespace attune::workflow {

std::string_view name_of(RunEnd end) {
  constexpr std::array<std::string_view, 4> kNames = {"done", "failed", "cancelled", "interrupted"};
  return kNames[static_cast<size_t>(end)];
}

}  // namespace attune::workflow
