// SPDX-License-Identifier: Apache-2.0
// The records of one run, out of the journal's file. Runs are numbered in the order of their records, so only
// what stands around the run is read, however long the journal is. Any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "runtime/base/result.h"
#include "runtime/workflow/record.h"

namespace attune::main {

// The run's event, where its record is still there, then all that is said of the run, in order. kNotFound:
// there is no such run in the journal (any more).
Result<std::vector<workflow::Record>> records_of_run(const std::string& journal, workflow::RunId run);

// What was said of events that were heard and not answered, of the last records: of this event about this
// component, or about any where that is empty.
Result<std::vector<workflow::Record>> last_suppressions(const std::string& journal, std::string_view event,
                                                        std::string_view component);

// The run that the record is about; 0: none.
workflow::RunId run_of(const workflow::Record& record);

}  // namespace attune::main
