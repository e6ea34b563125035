// SPDX-License-Identifier: Apache-2.0
// Rename: another name for a class, an attribute, a role, a variable or a stub, wherever a project calls it.
// Nothing is done that would break the project: the result is checked before it is given. One thread at a
// time.
#pragma once

#include <string>
#include <vector>

#include "runtime/base/result.h"
#include "runtime/main/lsp/project_view.h"
#include "runtime/main/lsp/symbol_index.h"

namespace attune::lsp {

// The places that are to be called anew. The Error says to a person why the name cannot be changed, or not
// so.
Result<std::vector<Place>> renamed(const ProjectView& view, const SymbolIndex& index,
                                   const std::vector<const Occurrence*>& about, const std::string& name);

// Whether what is called so can be renamed at all.
Result<void> can_be_renamed(const ProjectView& view, const SymbolIndex& index,
                            const std::vector<const Occurrence*>& about);

}  // namespace attune::lsp
