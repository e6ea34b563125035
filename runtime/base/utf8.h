// SPDX-License-Identifier: Apache-2.0
// What is valid UTF-8 (RFC 3629, section 4): for whatever reads bytes of the world. Any thread.
#pragma once

#include <cstddef>
#include <string_view>

namespace attune {

// Length in bytes of the valid sequence at the front of `text`; 0 where there is none or nothing is left.
size_t utf8_length(std::string_view text);

// Whether all of `text` is valid.
bool is_utf8(std::string_view text);

}  // namespace attune
