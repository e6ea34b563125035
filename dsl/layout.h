// SPDX-License-Identifier: Apache-2.0
// Layout: the lines that a formatter writes: no blanks at their ends, and of blank lines one at a time,
// between others. Private to the formatters of diagrams and of wrappers. One thread.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

namespace attune::dsl {

class Layout {
 public:
  static constexpr std::string_view kIndent = "  ";

  void line(size_t depth, std::string_view text) {
    if (is_blank_due_ && !text_.empty() && !is_opened_) text_ += '\n';
    is_blank_due_ = is_opened_ = false;
    for (size_t i = 0; i < depth; ++i) text_ += kIndent;
    text_ += text;
    text_ += '\n';
  }
  void blank() { is_blank_due_ = true; }
  // As it is.
  void verbatim(std::string_view text) {
    text_ += text;
    text_ += '\n';
  }
  // What has just been written opens a body, which begins with no blank line; nor does it end with one.
  void opened() { is_opened_ = true; }
  void closing() { is_blank_due_ = false; }

  std::string take() { return std::move(text_); }

 private:
  std::string text_;
  bool is_blank_due_ = false, is_opened_ = false;
};

}  // namespace attune::dsl
