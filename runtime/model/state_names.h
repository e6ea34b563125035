// SPDX-License-Identifier: Apache-2.0
// StateNames: what `state` can be in the languages: of a component, in the order of system::Lifecycle, and of
// a host, in that of system::HostState. Constants; any thread.
#pragma once

#include <array>
#include <string_view>

namespace attune::model {

inline constexpr std::array<std::string_view, 8> kComponentStates = {
    "declared", "deployed", "starting", "started", "stopping", "stopped", "failed", "lost"};
inline constexpr std::array<std::string_view, 4> kHostStates = {"unknown", "up", "down", "off"};

}  // namespace attune::model
