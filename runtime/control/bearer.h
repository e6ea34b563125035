// SPDX-License-Identifier: Apache-2.0
// The header Authorization of a request, as RFC 6750 has it: `Bearer TOKEN`. Pure; any thread.
#pragma once

#include <optional>
#include <string_view>

namespace attune::control {

// The token; nothing where it is another way of showing who one is, or no token.
std::optional<std::string_view> bearer_of(std::string_view authorization);

}  // namespace attune::control
