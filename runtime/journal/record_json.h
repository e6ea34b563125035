// SPDX-License-Identifier: Apache-2.0
// A record as one line of JSON: what the journal stores, the control socket streams and `attune log --json`
// prints. docs/journal.md shows it. Pure; any thread.
#pragma once

#include <string>
#include <string_view>

#include "runtime/base/result.h"
#include "runtime/workflow/record.h"

namespace attune::journal {

// {"sequence":12,"at":"2026-05-04T12:00:31.000042Z","kind":"run-started","run":7,...} on one line, without
// its end. Bytes of a text that are not UTF-8 are written as U+FFFD.
std::string to_json(const workflow::Record& record);

// The record that to_json wrote. kCorrupt says what is wrong with the text; a kind that this version does not
// know is kInvalid. Fields that it does not know are passed over.
Result<workflow::Record> record_from_json(std::string_view text);

}  // namespace attune::journal
