// SPDX-License-Identifier: Apache-2.0
#include "runtime/base/last_line.h"

namespace attune {

std::string_view last_line(std::string_view text) {
  const size_t end = text.find_last_not_of(" \t\r\n");
  if (end == text.npos) return {};
  text = text.substr(0, end + 1);
  const size_t begin = text.find_last_of('\n');
  return begin == text.npos ? text : text.substr(begin + 1);
}

}  // namespace attune
