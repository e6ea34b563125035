// SPDX-License-Identifier: Apache-2.0
// What printable() (log.h) escapes, for who escapes it in a way of their own. Any thread.
#pragma once

#include <string_view>

namespace attune {

// Whether this one UTF-8 sequence is a control character, or one that turns text around. Not empty.
bool is_unprintable(std::string_view sequence);

}  // namespace attune
