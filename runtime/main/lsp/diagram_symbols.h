// SPDX-License-Identifier: Apache-2.0
// DiagramSymbols: what the names in a diagram's actions, guards and front matter stand for. One thread at a
// time.
#pragma once

#include "dsl/diagram_syntax.h"
#include "dsl/name_scope.h"
#include "runtime/main/lsp/symbol.h"

namespace attune::lsp {

// Of all that could be read of the diagram, added to `to`.
void add_diagram_symbols(const dsl::DiagramSyntax& syntax, dsl::NameScope& scope, Occurrences& to);

}  // namespace attune::lsp
