// SPDX-License-Identifier: Apache-2.0
// Text in URIs (RFC 3986). Any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace attune {

// Letters, digits and "-._~" stay, and the characters in `kept`; each other byte becomes % and two digits.
std::string percent_encoded(std::string_view text, std::string_view kept = {});
// Nothing where two hexadecimal digits are missing behind a %.
std::optional<std::string> percent_decoded(std::string_view text);

}  // namespace attune
