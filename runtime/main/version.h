// SPDX-License-Identifier: Apache-2.0
// The version of these programs, as CMake has it. Any thread.
#pragma once

#include <string_view>

namespace attune::main {

inline constexpr std::string_view kVersion = ATTUNE_VERSION;

}  // namespace attune::main
