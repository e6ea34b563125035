// SPDX-License-Identifier: Apache-2.0
// Comparison: the six relations of an Expression as they turn into each other. Any thread.
#pragma once

#include "runtime/model/expression.h"

namespace attune::model {

// One of ==, !=, <, <=, >, >= between two sides.
bool is_comparison(const Expression& expression);

// What holds where `relation` does not: < of >=.
Operator negated(Operator relation);
// The same seen from the other side: > of <.
Operator mirrored(Operator relation);

}  // namespace attune::model
