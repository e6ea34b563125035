// SPDX-License-Identifier: Apache-2.0
// Document: a file as it stands in an editor: the text that the client opened, and what it has changed since.
// One thread at a time.
#pragma once

#include <string>
#include <string_view>

#include "runtime/main/lsp/text_position.h"

namespace attune::lsp {

class Document {
 public:
  explicit Document(std::string text) : text_(std::move(text)) {}

  const std::string& text() const { return text_; }
  std::string_view line(uint32_t number) const { return line_of(text_, number); }

  void replace(std::string text) { text_ = std::move(text); }
  // Puts `text` in place of what stands in the range. What lies behind the end means the end.
  void replace(const Range& range, std::string_view text, Encoding encoding);

  // From the beginning to the end.
  Range whole(Encoding encoding) const;

 private:
  size_t offset_of(const Position& position, Encoding encoding) const;

  std::string text_;
};

}  // namespace attune::lsp
