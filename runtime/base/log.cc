// SPDX-License-Identifier: Apache-2.0
#include "runtime/base/log.h"

#include <fmt/format.h>

#include "runtime/base/unprintable.h"
#include "runtime/base/utf8.h"

namespace attune {

namespace {

bool is_control(std::string_view sequence) {
  const auto b = static_cast<unsigned char>(sequence[0]);
  if (sequence.size() == 1) return b < 0x20 || b == 0x7F;
  return sequence.size() == 2 && b == 0xC2 && static_cast<unsigned char>(sequence[1]) < 0xA0;
}

// What turns the order in which text is read, or ends a line where none seems to end: U+2028 to U+202E, and
// U+2066 to U+2069.
bool is_reordering(std::string_view sequence) {
  if (sequence.size() != 3 || sequence[0] != '\xE2') return false;
  return (sequence[1] == '\x80' && sequence[2] >= '\xA8' && sequence[2] <= '\xAE') ||
         (sequence[1] == '\x81' && sequence[2] >= '\xA6' && sequence[2] <= '\xA9');
}

}  // namespace

bool is_unprintable(std::string_view sequence) {
  return is_control(sequence) || is_reordering(sequence);
}

std::string printable(std::string_view text) {
  std::string shown;
  shown.reserve(text.size());
  while (!text.empty()) {
    const size_t length = utf8_length(text);
    const std::string_view sequence = text.substr(0, length == 0 ? 1 : length);
    if (length == 0 || is_unprintable(sequence)) {
      for (const char c : sequence) shown += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
    } else {
      shown += sequence;
    }
    text.remove_prefix(sequence.size());
  }
  return shown;
}

}  // namespace attune
