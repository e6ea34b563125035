// SPDX-License-Identifier: Apache-2.0
// ExportTrace: an exported journal as a trace. Any thread.
#pragma once

#include "runtime/main/replay/trace.h"

namespace attune::replay {

// What Excerpt takes of the records. docs/journal.md has the lines.
Trace read_export(const dsl::Source& source, Diagnostics& found);

}  // namespace attune::replay
