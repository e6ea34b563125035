// SPDX-License-Identifier: Apache-2.0
#include "runtime/base/percent_encoding.h"

#include <algorithm>
#include <charconv>
#include <system_error>

#include <fmt/format.h>

namespace attune {

namespace {

bool is_unreserved(char c) {
  constexpr std::string_view kOthers = "-._~";
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         kOthers.find(c) != kOthers.npos;
}

}  // namespace

std::string percent_encoded(std::string_view text, std::string_view kept) {
  std::string made;
  for (const char c : text) {
    if (is_unreserved(c) || kept.find(c) != kept.npos)
      made += c;
    else
      made += fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return made;
}

std::optional<std::string> percent_decoded(std::string_view text) {
  std::string plain;
  while (!text.empty()) {
    auto byte = static_cast<unsigned char>(text.front());
    size_t length = 1;
    if (text.front() == '%') {
      length = 3;
      const char* const end = text.data() + std::min(length, text.size());
      const auto read = std::from_chars(text.data() + 1, end, byte, 16);
      if (text.size() < length || read.ec != std::errc() || read.ptr != end) return std::nullopt;
    }
    plain += static_cast<char>(byte);
    text.remove_prefix(length);
  }
  return plain;
}

}  // namespace attune
