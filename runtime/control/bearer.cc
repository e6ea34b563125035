// SPDX-License-Identifier: Apache-2.0
#include "runtime/control/bearer.h"

#include <algorithm>

namespace attune::control {

namespace {

constexpr std::string_view kScheme = "bearer";
constexpr size_t kLongest = 512;

bool is_scheme(std::string_view word) {
  return std::equal(word.begin(), word.end(), kScheme.begin(), kScheme.end(),
                    [](char one, char other) { return (one | 0x20) == other; });
}

}  // namespace

std::optional<std::string_view> bearer_of(std::string_view authorization) {
  const size_t blank = authorization.find(' ');
  if (blank == authorization.npos || !is_scheme(authorization.substr(0, blank))) return std::nullopt;
  std::string_view token = authorization.substr(blank);
  token.remove_prefix(std::min(token.find_first_not_of(' '), token.size()));
  const bool is_plain = std::all_of(token.begin(), token.end(), [](char c) { return c > ' ' && c < 0x7f; });
  if (token.empty() || token.size() > kLongest || !is_plain) return std::nullopt;
  return token;
}

}  // namespace attune::control
