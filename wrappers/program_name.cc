// SPDX-License-Identifier: Apache-2.0
#include "wrappers/program_name.h"

#include <algorithm>

namespace attune::wrappers {

bool is_letter_or_digit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

std::string_view member_of(std::string_view key, std::string_view family) {
  return key.starts_with(family) ? key.substr(family.size()) : std::string_view();
}

bool is_program_name(std::string_view name) {
  return !name.empty() && is_letter_or_digit(name.front()) &&
         std::all_of(name.begin(), name.end(), [](char c) {
           return is_letter_or_digit(c) || c == '_' || c == '.' || c == '+' || c == '-';
         });
}

}  // namespace attune::wrappers
