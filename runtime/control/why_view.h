// SPDX-License-Identifier: Apache-2.0
// Explanations as the JSON that the API and `attune why --json` give: docs/control-api.md. Any thread.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "runtime/control/daemon.h"
#include "runtime/workflow/explanation.h"

namespace attune::control {

nlohmann::ordered_json run_why_view(const workflow::RunExplanation& explanation);
nlohmann::ordered_json event_why_view(const workflow::Event& event, const EventWhy& why);

}  // namespace attune::control
