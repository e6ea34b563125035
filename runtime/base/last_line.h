// SPDX-License-Identifier: Apache-2.0
// The last thing that a program has said: what is told of what it printed. Pure; any thread.
#pragma once

#include <string_view>

namespace attune {

// The last line of `text` that is not blank, without blanks at its end; empty where there is none. As it was
// printed: make it printable() before it is shown.
std::string_view last_line(std::string_view text);

}  // namespace attune
