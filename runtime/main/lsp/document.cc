// SPDX-License-Identifier: Apache-2.0
#include "runtime/main/lsp/document.h"

#include <algorithm>

namespace attune::lsp {

size_t Document::offset_of(const Position& position, Encoding encoding) const {
  size_t begin = 0;
  for (uint32_t line = 0; line < position.line; ++line) {
    const size_t end = text_.find('\n', begin);
    if (end == text_.npos) return text_.size();
    begin = end + 1;
  }
  return begin + byte_at(line_of(std::string_view(text_).substr(begin), 0), position.character, encoding);
}

void Document::replace(const Range& range, std::string_view text, Encoding encoding) {
  const size_t begin = offset_of(range.begin, encoding);
  const size_t end = std::max(offset_of(range.end, encoding), begin);
  text_.replace(begin, end - begin, text);
}

Range Document::whole(Encoding encoding) const {
  const auto lines = static_cast<uint32_t>(std::count(text_.begin(), text_.end(), '\n'));
  const std::string_view last = std::string_view(text_).substr(text_.rfind('\n') + 1);
  return {{0, 0}, {lines, character_at(last, last.size(), encoding)}};
}

}  // namespace attune::lsp
