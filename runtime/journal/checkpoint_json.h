// SPDX-License-Identifier: Apache-2.0
// A checkpoint as JSON: the form in which the journal keeps it (docs/journal.md). Pure; any thread.
#pragma once

#include <string>
#include <string_view>

#include "runtime/base/result.h"
#include "runtime/workflow/checkpoint.h"

namespace attune::journal {

// One object, on one line without its end.
std::string to_json(const workflow::Checkpoint& checkpoint);

// The checkpoint that to_json wrote; kCorrupt says where it is something else.
Result<workflow::Checkpoint> checkpoint_from_json(std::string_view text);

}  // namespace attune::journal
