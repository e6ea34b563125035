// SPDX-License-Identifier: Apache-2.0
// ReactionCheck: what the diagrams of a project do together: whether something raises the events that they
// answer, whether they raise each other without end, and whether one undoes what the other does. Any thread.
#pragma once

#include "dsl/diagram_builder.h"
#include "dsl/guard_logic.h"
#include "dsl/known_events.h"
#include "runtime/base/diagnostic.h"

namespace attune::dsl {

// Whether something raises the event of each: a wrapper's component, another diagram, a timer. The diagrams
// may have errors, but all their actions are known.
void check_raised(const Diagrams& diagrams, const KnownEvents& events, const ClassTree& tree,
                  Diagnostics& found);

// The diagrams have no errors.
void check_reactions(const Diagrams& diagrams, const KnownNumbers& known, Diagnostics& found);

}  // namespace attune::dsl
