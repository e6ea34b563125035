// SPDX-License-Identifier: Apache-2.0
// VariableFlow: whether the variables of a diagram are set before they are read, on every way that leads
// there, as far as the ways tell. Any thread.
#pragma once

#include "runtime/base/diagnostic.h"
#include "runtime/model/diagram.h"

namespace attune::dsl {

// The diagram's flow has been checked and has no errors. What is set on no way is an error, what is set on
// some ways only a warning; each variable is told of once.
void check_variable_flow(const model::Diagram& diagram, Diagnostics& found);

}  // namespace attune::dsl
