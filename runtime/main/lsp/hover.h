// SPDX-License-Identifier: Apache-2.0
// Hover: what a person is told of the name under the pointer, as Markdown: what it is, where it is declared
// and what is said there, its kind, and what a running manager knows of it. One thread at a time.
#pragma once

#include <string>
#include <vector>

#include "runtime/main/lsp/live.h"
#include "runtime/main/lsp/project_view.h"
#include "runtime/main/lsp/symbol_index.h"

namespace attune::lsp {

// Empty where there is nothing to say. `live` may be empty.
std::string hover_text(const ProjectView& view, SymbolIndex& index,
                       const std::vector<const Occurrence*>& about, const Live& live);

}  // namespace attune::lsp
