// SPDX-License-Identifier: Apache-2.0
// NextWord: lines of words, one blank apart, word by word. Any thread.
#pragma once

#include <algorithm>
#include <string_view>

namespace attune {

// What stands before the first blank, which is taken off the line with it; the rest where there is none.
inline std::string_view next_word(std::string_view& line) {
  const size_t end = std::min(line.find(' '), line.size());
  const std::string_view word = line.substr(0, end);
  line.remove_prefix(std::min(end + 1, line.size()));
  return word;
}

}  // namespace attune
