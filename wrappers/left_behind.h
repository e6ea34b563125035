// SPDX-License-Identifier: Apache-2.0
// What was left behind on a host: components that were given another one while it did not answer. Pure; loop
// thread only.
#pragma once

#include <string_view>
#include <vector>

#include "runtime/system/system.h"
#include "wrappers/implementation.h"

namespace attune::wrappers {

// Those whose `start` has the key, or one of the family, and which are not on the host now, by id. A content
// goes with its container.
std::vector<system::ComponentId> left_behind(const system::System& system, std::string_view host,
                                             std::string_view key);
// Whether nothing of it, its contents included, is started by another key.
bool starts_only_by(const system::System& system, system::ComponentId component, std::string_view key);
// Says of each that what it started there may still run: of what nobody can tell whether it may be ended.
void tell_left_behind(const World& world, std::string_view host, std::string_view key);
// Whether what such a key starts is ended by nobody but its own stubs.
bool is_ended_by_stubs_only(std::string_view start_key);
bool is_left_behind(const system::System& system, system::ComponentId component, std::string_view host);

}  // namespace attune::wrappers
