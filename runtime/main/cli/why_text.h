// SPDX-License-Identifier: Apache-2.0
// Explanations as a person reads them, from the JSON of control/why_view. All of it printable. One thread at
// a time.
#pragma once

#include <string>

#include <nlohmann/json_fwd.hpp>

#include "runtime/main/cli/output.h"

namespace attune::cli {

// Why a run did what it did: its event, its rule, step by step, and what would have changed it.
void write_run_why(const nlohmann::ordered_json& why, Output& out);
// What would come of an event now, and what came of it lately.
void write_event_why(const nlohmann::ordered_json& why, Output& out);

}  // namespace attune::cli
