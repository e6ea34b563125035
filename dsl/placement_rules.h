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

// The settings as rules; whether what `stay-at` names is there is looked at by check_stay_at().
model::PlacementRules read_placement_rules(const ClassDraft& draft, Diagnostics& found);

// Finds what a class's `stay-at` names and that is none of the places where the class can be: hosts and
// sites.
void check_stay_at(const ClassDraft& draft, const model::Class& of, const std::vector<std::string>& places,
                   Diagnostics& found);
// Warns of rules that hold for nothing, since plans never move the class: it is no virtual machine of a host
// family with a stub that migrates it. `wrapper`: its own.
void check_is_moved(const ClassDraft& draft, const model::Class& of, const model::Wrapper& wrapper,
                    Diagnostics& found);

}  // namespace attune::dsl
