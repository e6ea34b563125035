// SPDX-License-Identifier: Apache-2.0
// What the records of a journal lead to, as text: two managers that take over are the same where this is.
// With a checkpoint on the way, or without. For tests.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "runtime/model/project.h"
#include "runtime/workflow/record.h"

namespace attune::workflow {

// All that a taking-over manager can see, after the records; or what is wrong with one of them.
std::string replayed(const model::Project& project, const std::vector<Record>& journal);

// The same, from a checkpoint after so many of them and those that follow.
std::string replayed_from(size_t checkpoint, const model::Project& project,
                          const std::vector<Record>& journal);

}  // namespace attune::workflow
