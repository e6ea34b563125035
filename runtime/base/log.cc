// SPDX-License-Identifier: Apache-2.0
#include "runtime/base/log.h"

#include <fmt/format.h>

namespace attune {

namespace {

// Length of the valid UTF-8 sequence at the front of `text`, 0 where there is none (RFC 3629, section 4).
size_t utf8_length(std::string_view text) {
  const auto byte = [&](size_t i) { return static_cast<unsigned char>(i < text.size() ? text[i] : 0); };
  const auto tail = [&](size_t i) { return (byte(i) & 0xC0) == 0x80; };
  const unsigned char b = byte(0);
  if (b < 0x80) return 1;
  if (b >= 0xC2 && b <= 0xDF && tail(1)) return 2;
  if (b >= 0xE0 && b <= 0xEF && tail(1) && tail(2)) {
    const bool overlong = b == 0xE0 && byte(1) < 0xA0;
    const bool surrogate = b == 0xED && byte(1) >= 0xA0;
    return overlong || surrogate ? 0 : 3;
  }
  if (b >= 0xF0 && b <= 0xF4 && tail(1) && tail(2) && tail(3)) {
    const bool overlong = b == 0xF0 && byte(1) < 0x90;
    const bool beyond = b == 0xF4 && byte(1) >= 0x90;
    return overlong || beyond ? 0 : 4;
  }
  return 0;
}

bool is_control(std::string_view sequence) {
  const auto b = static_cast<unsigned char>(sequence[0]);
  if (sequence.size() == 1) return b < 0x20 || b == 0x7F;
  return sequence.size() == 2 && b == 0xC2 && static_cast<unsigned char>(sequence[1]) < 0xA0;
}

}  // namespace

std::string printable(std::string_view text) {
  std::string shown;
  shown.reserve(text.size());
  while (!text.empty()) {
    const size_t length = utf8_length(text);
    const std::string_view sequence = text.substr(0, length == 0 ? 1 : length);
    if (length == 0 || is_control(sequence)) {
      for (const char c : sequence) shown += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
    } else {
      shown += sequence;
    }
    text.remove_prefix(sequence.size());
  }
  return shown;
}

}  // namespace attune
