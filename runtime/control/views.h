// SPDX-License-Identifier: Apache-2.0
// Views: the daemon's state as the JSON that the API gives: docs/control-api.md. Loop thread only.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "runtime/control/daemon.h"
#include "runtime/system/system.h"

namespace attune::control {

using Json = nlohmann::ordered_json;

Json status_view(const Daemon& daemon);
// Components with their contents in them, those that are nobody's content outermost.
Json tree_view(const system::System& system);
Json components_view(const system::System& system);
Json component_view(const system::System& system, const system::Component& component);
Json hosts_view(const system::System& system, Instant now);
Json runs_view(const Daemon& daemon);
Json events_view(const EventFigures& figures);

}  // namespace attune::control
