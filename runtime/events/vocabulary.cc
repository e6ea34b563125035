// SPDX-License-Identifier: Apache-2.0
#include "runtime/events/vocabulary.h"

#include "runtime/workflow/event.h"

namespace attune::events {

Vocabulary::Vocabulary(const model::Project& project) {
  for (const std::string_view own :
       {workflow::kHostDown, workflow::kHostUp, workflow::kVmCrashed, workflow::kVmStopped,
        workflow::kVmMoved, workflow::kComponentFailed, workflow::kProbeFailed, workflow::kRunFailed,
        workflow::kRegroup, workflow::kHostEmpty, workflow::kOverloadSite})
    reserved_.emplace(own);
  names_ = reserved_;
  for (const std::string_view told : {workflow::kPriceChanged, workflow::kCapacityChanged})
    names_.emplace(told);
  for (const auto& [event, diagram] : project.diagrams) names_.insert(event);
  for (const auto& [name, wrapper] : project.wrappers)
    for (const model::EventDeclaration& declared : wrapper.events) {
      names_.insert(declared.name);
      reserved_.erase(declared.name);
    }
}

}  // namespace attune::events
