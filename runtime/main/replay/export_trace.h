// SPDX-License-Identifier: Apache-2.0
// ExportTrace: an exported journal as a trace. Any thread.
#pragma once

#include "runtime/main/replay/trace.h"

namespace attune::replay {

// What came from outside: events that neither a timer nor a run raised, hosts that came and went; and how
// long the calls took that worked, in the median. docs/journal.md has the lines.
Trace read_export(const dsl::Source& source, Diagnostics& found);

}  // namespace attune::replay
