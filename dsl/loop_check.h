// SPDX-License-Identifier: Apache-2.0
// LoopCheck: loops of a diagram that nothing bounds. Any thread.
#pragma once

#include "dsl/flow_graph.h"
#include "runtime/base/diagnostic.h"

namespace attune::dsl {

// A loop is bounded by a guard on what the loop itself changes (`attempts`, a variable, the number of
// instances, an attribute), or by an `after` of a composite state around it. What else it waits for may never
// come.
void check_loops(const FlowGraph& graph, Diagnostics& found);

}  // namespace attune::dsl
