// SPDX-License-Identifier: Apache-2.0
#include "runtime/base/log.h"

#include <fmt/format.h>

#include "runtime/base/utf8.h"

namespace attune {

namespace {

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
