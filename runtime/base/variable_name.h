// SPDX-License-Identifier: Apache-2.0
// What may be the name of an environment variable (POSIX.1-2017, 3.235, with small letters too). Pure; any
// thread.
#pragma once

#include <algorithm>
#include <string_view>

namespace attune {

// Letters of ASCII, digits and '_', and no digit first.
constexpr bool is_variable_name(std::string_view name) {
  const auto is_letter = [](char c) { return c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
  return !name.empty() && is_letter(name[0]) && std::all_of(name.begin(), name.end(), [&](char c) {
    return is_letter(c) || (c >= '0' && c <= '9');
  });
}

}  // namespace attune
