// SPDX-License-Identifier: Apache-2.0
// OppositeChanges: pairs of diagrams of which one undoes what the other does, under conditions that may hold
// at once. Any thread.
#pragma once

#include "dsl/diagram_builder.h"
#include "dsl/guard_logic.h"
#include "runtime/base/diagnostic.h"

namespace attune::dsl {

// One creates instances of a class and the other removes them, or both choose a host for the same by policies
// that draw apart; and both ask for the same number on their way there, which may be so that both go it.
// Where they ask for nothing in common, nothing is known of when each runs, and nothing is told.
void check_opposite_changes(const Diagrams& diagrams, const KnownNumbers& known, Diagnostics& found);

}  // namespace attune::dsl
