// SPDX-License-Identifier: Apache-2.0
// RecordLogFields: what a record's line in the log is about, for who searches the log by fields. Loop thread
// only.
#pragma once

#include "runtime/main/journald.h"
#include "runtime/system/system.h"
#include "runtime/workflow/record.h"

namespace attune::main {

// The run, the component, the host and the event, where the record names them; the component's host where it
// names none itself.
LogFields log_fields_of(const workflow::Record& record, const system::System& system);

}  // namespace attune::main
