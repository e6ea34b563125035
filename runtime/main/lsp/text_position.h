// SPDX-License-Identifier: Apache-2.0
// TextPosition: where a client of the language server says that something stands. It counts lines and, in
// them, units of an encoding that client and server agree on; diagnostics count code points from 1. Any
// thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "runtime/base/diagnostic.h"

namespace attune::lsp {

enum class Encoding { kUtf8, kUtf16, kUtf32 };
std::string_view name_of(Encoding encoding);  // "utf-16"
std::optional<Encoding> find_encoding(std::string_view name);

// Both count from 0.
struct Position {
  uint32_t line = 0;
  uint32_t character = 0;
  friend bool operator==(const Position&, const Position&) = default;
};
struct Range {
  Position begin, end;
  friend bool operator==(const Range&, const Range&) = default;
};

// Where the character begins in `line`, which is UTF-8, in bytes; the line's end where it is shorter.
size_t byte_at(std::string_view line, uint32_t character, Encoding encoding);
// How many units there are before the byte.
uint32_t character_at(std::string_view line, size_t byte, Encoding encoding);
// Where the code point begins that stands in the column, which counts from 1.
size_t byte_of_column(std::string_view line, uint32_t column);

// The line of the text, from 0, without its end; empty behind the last one.
std::string_view line_of(std::string_view text, uint32_t number);

// The place in its file's text; the file's beginning where it is nowhere.
Range range_of(const Place& place, Encoding encoding);

}  // namespace attune::lsp
