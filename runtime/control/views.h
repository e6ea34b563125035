// SPDX-License-Identifier: Apache-2.0
// Views: the daemon's state as the JSON that the API gives: docs/control-api.md. Loop thread only.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include <nlohmann/json_fwd.hpp>

#include "runtime/control/daemon.h"
#include "runtime/system/system.h"

namespace attune::control {

using Json = nlohmann::ordered_json;

Json status_view(const Daemon& daemon);
// Components with their contents in them, those that are nobody's content outermost.
Json tree_view(const system::System& system);

// Which of many: those whose ids come after `after`, at most `limit` of them.
struct Page {
  std::optional<uint64_t> after;
  size_t limit = SIZE_MAX;
};
Json components_view(const system::System& system, const Page& page);
Json component_view(const system::System& system, const system::Component& component);
Json hosts_view(const Daemon& daemon, const Page& page);
Json runs_view(const Daemon& daemon);
Json modes_view(const Daemon& daemon);
Json events_view(const EventFigures& figures);

}  // namespace attune::control
