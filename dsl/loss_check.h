// SPDX-License-Identifier: Apache-2.0
// LossCheck: what a diagram loses on its way: instances that it has created and does nothing with, and
// failures that nobody hears of. Any thread.
#pragma once

#include "dsl/class_tree.h"
#include "dsl/flow_graph.h"
#include "runtime/base/diagnostic.h"

namespace attune::dsl {

// A new instance is lost where the run comes to its end, or creates the next one, and nothing that has worked
// named it. (A run that fails is put back, its instances too.)
void check_instances(const FlowGraph& graph, const ClassTree& tree, Diagnostics& found);

// A failure is hidden where `on error` leads to the end, and on the way nothing is called, changed or told.
void check_failures(const FlowGraph& graph, Diagnostics& found);

}  // namespace attune::dsl
