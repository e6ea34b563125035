// SPDX-License-Identifier: Apache-2.0
// GuardCheck: guards that decide nothing, and states that no guard covers. Any thread.
#pragma once

#include "dsl/class_tree.h"
#include "dsl/guard_logic.h"
#include "runtime/base/diagnostic.h"
#include "runtime/model/diagram.h"

namespace attune::dsl {

// What the numbers of a project can be: how many instances its classes have.
KnownNumbers known_numbers(const ClassTree& tree);

// The diagram's flow has been checked and has no errors.
void check_guards(const model::Diagram& diagram, const KnownNumbers& known, Diagnostics& found);

}  // namespace attune::dsl
