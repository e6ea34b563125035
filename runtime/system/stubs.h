// SPDX-License-Identifier: Apache-2.0
// The stubs of a live component: those of the wrapper that its class has. Pure; loop thread only.
#pragma once

#include <string_view>

#include "runtime/model/wrapper.h"
#include "runtime/system/system.h"

namespace attune::system {

inline constexpr std::string_view kVmKey = "VM";  // implements what runs on one host at most

// nullptr where it has no such stub, or no wrapper at all.
const model::Stub* stub_of(const System& system, const Component& component, std::string_view name);

// What implements its `start`: what kind of thing runs. Empty where it has none.
std::string_view start_key_of(const System& system, const Component& component);

}  // namespace attune::system
