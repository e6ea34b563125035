// SPDX-License-Identifier: Apache-2.0
// What a class's settings say about where plans may have its instances: keep-apart, keep-together,
// prefer-apart, prefer-together, stay-at, may-move. Any thread.
#pragma once

#include <string>
#include <vector>

#include "dsl/class_draft.h"
#include "runtime/base/diagnostic.h"
#include "runtime/model/project.h"

namespace attune::dsl {

// The settings as rules; whether what `stay-at` names is there is looked at by check_placement().
model::PlacementRules read_placement_rules(const ClassDraft& draft, Diagnostics& found);

// Finds hosts and sites that a class's `stay-at` names and that there are not. `known`: all that there are.
void check_placement(const ClassDraft& draft, const model::PlacementRules& rules,
                     const std::vector<std::string>& known, Diagnostics& found);

}  // namespace attune::dsl
