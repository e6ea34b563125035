// SPDX-License-Identifier: Apache-2.0
#include "runtime/main/lsp/text_position.h"

#include <algorithm>
#include <array>

#include "runtime/base/utf8.h"

namespace attune::lsp {

namespace {

constexpr std::array<std::string_view, 3> kNames = {"utf-8", "utf-16", "utf-32"};

// Of a byte that is no UTF-8: as one character.
size_t length_at(std::string_view line, size_t byte) {
  return std::max<size_t>(utf8_length(line.substr(byte)), 1);
}

uint32_t units_of(size_t bytes, Encoding encoding) {
  if (encoding == Encoding::kUtf8) return static_cast<uint32_t>(bytes);
  return encoding == Encoding::kUtf16 && bytes == 4 ? 2 : 1;
}

}  // namespace

std::string_view name_of(Encoding encoding) {
  return kNames[static_cast<size_t>(encoding)];
}

std::optional<Encoding> find_encoding(std::string_view name) {
  const auto* at = std::find(kNames.begin(), kNames.end(), name);
  if (at == kNames.end()) return std::nullopt;
  return static_cast<Encoding>(at - kNames.begin());
}

size_t byte_at(std::string_view line, uint32_t character, Encoding encoding) {
  size_t byte = 0;
  for (uint32_t units = 0; byte < line.size();) {
    const size_t length = length_at(line, byte);
    units += units_of(length, encoding);
    if (units > character) break;
    byte += length;
  }
  return byte;
}

uint32_t character_at(std::string_view line, size_t byte, Encoding encoding) {
  uint32_t units = 0;
  for (size_t at = 0; at < std::min(byte, line.size());) {
    const size_t length = length_at(line, at);
    units += units_of(length, encoding);
    at += length;
  }
  return units;
}

size_t byte_of_column(std::string_view line, uint32_t column) {
  return byte_at(line, column == 0 ? 0 : column - 1, Encoding::kUtf32);
}

std::string_view line_of(std::string_view text, uint32_t number) {
  for (; number > 0; --number) {
    const size_t end = text.find('\n');
    if (end == text.npos) return {};
    text.remove_prefix(end + 1);
  }
  text = text.substr(0, text.find('\n'));
  if (text.ends_with('\r')) text.remove_suffix(1);
  return text;
}

Range range_of(const Place& place, Encoding encoding) {
  if (!place.file || place.line == 0) return {};
  const std::string_view line = line_of(place.file->text, place.line - 1);
  const auto character = [&](uint32_t column) {
    return character_at(line, byte_of_column(line, column), encoding);
  };
  return {{place.line - 1, character(place.column)},
          {place.line - 1, character(place.column + place.length)}};
}

}  // namespace attune::lsp
