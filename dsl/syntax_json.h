// SPDX-License-Identifier: Apache-2.0
// SyntaxJson: a diagram's tree as one line of JSON, as `attune check --ast` prints it, to be compared with
// what Mermaid reads in the same file. tests/mermaid/README.md tells the shape. Any thread.
#pragma once

#include <string>

#include "dsl/deployment_syntax.h"
#include "dsl/diagram_syntax.h"
#include "runtime/base/diagnostic.h"

namespace attune::dsl {

std::string to_json(const DeploymentSyntax& syntax);
std::string to_json(const DiagramSyntax& syntax);

// The tree of the diagram in the text, whichever kind it is; {"file": ..., "errors": n} where it has errors.
// Without the line's end.
std::string syntax_json(const std::string& path, std::string text, Diagnostics& found);

}  // namespace attune::dsl
