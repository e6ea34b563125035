// SPDX-License-Identifier: Apache-2.0
// ProjectSymbols: what the names in a deployment diagram and in wrappers stand for. One thread at a time.
#pragma once

#include "dsl/deployment_syntax.h"
#include "runtime/main/lsp/project_names.h"
#include "runtime/main/lsp/symbol.h"

namespace attune::lsp {

// Added to `to`. `folder` is the project's.
void add_deployment_symbols(const dsl::DeploymentSyntax& syntax, const ProjectNames& names,
                            const std::string& folder, Occurrences& to);
void add_wrapper_symbols(const ProjectNames& names, Occurrences& to);

}  // namespace attune::lsp
