// SPDX-License-Identifier: Apache-2.0
// Names behind the colon of a key, each of which becomes the name of a file on a host. Pure; any thread.
#pragma once

#include <string_view>

namespace attune::wrappers {

// Of ASCII, whatever the locale.
bool is_letter_or_digit(char c);

// What stands behind the family: check_http of nagios:check_http. Empty where it is none of the family's.
std::string_view member_of(std::string_view key, std::string_view family);

// Letters, digits and _ . + -, a letter or a digit first: it leads to no other folder.
bool is_program_name(std::string_view name);

}  // namespace attune::wrappers
