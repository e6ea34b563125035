// SPDX-License-Identifier: Apache-2.0
#include "runtime/placement/state.h"

namespace attune::placement {

namespace {

constexpr std::string_view kNames[kObjectives] = {"run_time", "cost", "use_of_resources", "balance"};

}  // namespace

std::string_view name_of(ConstraintKind kind) {
  switch (kind) {
    case ConstraintKind::kPin:
      return "pin";
    case ConstraintKind::kTogether:
      return "together";
    case ConstraintKind::kApart:
      return "apart";
  }
  return "pin";
}

std::string_view name_of(Objective objective) {
  return kNames[static_cast<size_t>(objective)];
}

std::optional<Objective> find_objective(std::string_view name) {
  for (size_t i = 0; i < kObjectives; ++i)
    if (kNames[i] == name) return static_cast<Objective>(i);
  return std::nullopt;
}

}  // namespace attune::placement
