// SPDX-License-Identifier: Apache-2.0
// The records of one run, out of the journal's file, for who has nobody else waiting; the loop goes by pieces
// (run_explanations.h). Any thread.
#pragma once

#include <string>
#include <vector>

#include "runtime/base/result.h"
#include "runtime/main/run_search.h"
#include "runtime/workflow/record.h"

namespace attune::main {

// The run's event, where its record is still there, then all that is said of the run, in order. kNotFound:
// there is no such run in the journal (any more).
Result<std::vector<workflow::Record>> records_of_run(const std::string& journal, workflow::RunId run);

}  // namespace attune::main
