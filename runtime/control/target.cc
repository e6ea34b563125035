// SPDX-License-Identifier: Apache-2.0
#include "runtime/control/target.h"

#include <charconv>
#include <optional>

#include <fmt/format.h>

namespace attune::control {

namespace {

std::optional<std::string> decoded(std::string_view text) {
  std::string plain;
  while (!text.empty()) {
    char c = text.front();
    size_t length = 1;
    if (c == '%') {
      unsigned char byte = 0;
      length = 3;
      const auto end =
          std::from_chars(text.data() + 1, text.data() + std::min(length, text.size()), byte, 16);
      if (text.size() < length || end.ptr != text.data() + length) return std::nullopt;
      c = static_cast<char>(byte);
    }
    plain += c;
    text.remove_prefix(length);
  }
  return plain;
}

bool is_unreserved(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
         c == '_' || c == '~';
}

tl::unexpected<Error> malformed(std::string_view text) {
  return fail(ErrorCode::kInvalid, fmt::format("'{}' is not a path and query with % and two digits", text));
}

}  // namespace

Result<void> read_target(std::string_view target, Request& request) {
  const size_t mark = target.find('?');
  const auto path = decoded(target.substr(0, mark));
  if (!path || path->empty() || path->front() != '/') return malformed(target);
  request.path = *path;
  std::string_view query = mark == target.npos ? std::string_view() : target.substr(mark + 1);
  while (!query.empty()) {
    const std::string_view pair = query.substr(0, query.find('&'));
    const size_t sign = pair.find('=');
    const auto name = decoded(pair.substr(0, sign));
    const auto value = decoded(sign == pair.npos ? std::string_view() : pair.substr(sign + 1));
    if (!name || !value) return malformed(target);
    request.query[*name] = *value;
    query.remove_prefix(std::min(query.size(), pair.size() + 1));
  }
  return {};
}

std::string encoded(std::string_view word) {
  std::string text;
  for (const char c : word)
    text += is_unreserved(c) ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned char>(c));
  return text;
}

}  // namespace attune::control
