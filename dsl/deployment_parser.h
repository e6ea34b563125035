// SPDX-License-Identifier: Apache-2.0
// DeploymentParser: a deployment diagram's text as a tree. What Mermaid refuses, cannot draw or understands
// otherwise is found here, and only here. Any thread.
#pragma once

#include "dsl/deployment_syntax.h"
#include "dsl/source.h"
#include "runtime/base/diagnostic.h"

namespace attune::dsl {

// The tree holds what could be read. All that is wrong is found in one go.
DeploymentSyntax parse_deployment(const Source& source, Diagnostics& found);

}  // namespace attune::dsl
