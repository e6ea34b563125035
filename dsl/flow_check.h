// SPDX-License-Identifier: Apache-2.0
// FlowCheck: whether the states of a diagram hang together: each is reached and comes to an end, each way can
// be taken, forks and joins belong together. Any thread.
#pragma once

#include "runtime/base/diagnostic.h"
#include "runtime/model/diagram.h"

namespace attune::dsl {

// The diagram as FlowBuilder made it.
void check_flow(const model::Diagram& diagram, Diagnostics& found);

}  // namespace attune::dsl
