// SPDX-License-Identifier: Apache-2.0
// The parser of reconfiguration diagrams: text in, DiagramSyntax out. What it accepts, Mermaid accepts,
// renders, and understands alike. Any thread.
#pragma once

#include <optional>

#include "dsl/diagram_syntax.h"
#include "dsl/source.h"
#include "runtime/base/diagnostic.h"

namespace attune::dsl {

// Whether the body's first line says so. What is neither kind of diagram is taken for a deployment diagram.
bool says_state_diagram(const Source& source);

// Everything that is wrong in the file's text is found, in one go. The result is `broken` where something is,
// and absent where the file is no reconfiguration diagram at all.
std::optional<DiagramSyntax> parse_diagram(const Source& source, Diagnostics& found);

}  // namespace attune::dsl
