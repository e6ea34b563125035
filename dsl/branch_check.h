// SPDX-License-Identifier: Apache-2.0
// BranchCheck: branches of a diagram that go on at once and change the same. Any thread.
#pragma once

#include "dsl/flow_graph.h"
#include "dsl/kind_rules.h"
#include "runtime/base/diagnostic.h"

namespace attune::dsl {

// The branches of a fork up to its join, and the parts of a composite state. They meet where two of them
// call, bind or set what is written alike, or one all instances of a class and the other some or one of them,
// which may be of a class that inherits from it, or of one class among others, as `this` may.
void check_branches(const FlowGraph& graph, const KindRules& rules, Diagnostics& found);

}  // namespace attune::dsl
