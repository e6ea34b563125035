// SPDX-License-Identifier: Apache-2.0
#include "dsl/action_parts.h"

namespace attune::dsl {

const std::string& variable_set_by(const model::Action& action) {
  static const std::string kNone;
  if (const auto* assign = std::get_if<model::AssignAction>(&action.what)) return assign->variable;
  if (const auto* create = std::get_if<model::CreateAction>(&action.what)) return create->variable;
  if (const auto* plan = std::get_if<model::PlanAction>(&action.what)) return plan->variable;
  return kNone;
}

}  // namespace attune::dsl
