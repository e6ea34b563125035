// SPDX-License-Identifier: Apache-2.0
// What was left behind on a host: components that were given another one while it did not answer. Pure; loop
// thread only.
#pragma once

#include <string_view>
#include <vector>

#include "runtime/system/system.h"

namespace attune::wrappers {

// Those whose `start` has the key, and which are not on the host now, by id. A content goes with its
// container.
std::vector<system::ComponentId> left_behind(const system::System& system, std::string_view host,
                                             std::string_view key);
// Whether nothing of it, its contents included, is started by another key.
bool starts_only_by(const system::System& system, system::ComponentId component, std::string_view key);
bool is_left_behind(const system::System& system, system::ComponentId component, std::string_view host);

}  // namespace attune::wrappers
