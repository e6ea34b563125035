// SPDX-License-Identifier: Apache-2.0
#include "runtime/base/inner_path.h"

#include <algorithm>
#include <filesystem>

namespace attune {

bool stays_inside(std::string_view path) {
  if (path.empty() || has_control_character(path)) return false;
  const std::filesystem::path normal = std::filesystem::path(path).lexically_normal();
  return normal.is_relative() && *normal.begin() != ".." && normal != ".";
}

bool has_control_character(std::string_view text) {
  return std::any_of(text.begin(), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
}

}  // namespace attune
