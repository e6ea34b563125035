// SPDX-License-Identifier: Apache-2.0
#include "runtime/main/lsp/frame_reader.h"

#include <algorithm>
#include <cctype>
#include <charconv>

#include <fmt/format.h>

namespace attune::lsp {

namespace {

constexpr std::string_view kLength = "content-length", kEnd = "\r\n\r\n", kLineEnd = "\r\n";

std::string lower(std::string_view text) {
  std::string made(text);
  std::transform(made.begin(), made.end(), made.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return made;
}

std::string_view without_blanks(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  return text;
}

Result<size_t> read_length(std::string_view text) {
  size_t length = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), length);
  if (text.empty() || error != std::errc() || end != text.data() + text.size())
    return fail(ErrorCode::kInvalid, "a header's Content-Length is no number");
  if (length > kMaxMessageBytes)
    return fail(ErrorCode::kInvalid, fmt::format("a message of {} bytes, more than the {} that are read",
                                                 length, kMaxMessageBytes));
  return length;
}

// Of the lines before the empty one.
Result<size_t> content_length(std::string_view header) {
  std::optional<size_t> length;
  while (!header.empty()) {
    const size_t end = std::min(header.find(kLineEnd), header.size());
    const std::string_view line = header.substr(0, end);
    header.remove_prefix(std::min(end + kLineEnd.size(), header.size()));
    const size_t colon = line.find(':');
    if (colon == line.npos) return fail(ErrorCode::kInvalid, "a header's line has no colon");
    if (lower(line.substr(0, colon)) != kLength) continue;
    auto read = read_length(without_blanks(line.substr(colon + 1)));
    if (!read) return fail(std::move(read.error()));
    length = *read;
  }
  if (!length) return fail(ErrorCode::kInvalid, "a header without Content-Length");
  return *length;
}

}  // namespace

Result<std::optional<std::string>> FrameReader::next() {
  const size_t header = waiting_.find(kEnd);
  if (header == waiting_.npos) {
    if (waiting_.size() > kMaxHeaderBytes) return fail(ErrorCode::kInvalid, "a header that does not end");
    return std::nullopt;
  }
  if (header > kMaxHeaderBytes) return fail(ErrorCode::kInvalid, "a header that is too long");
  const auto length = content_length(std::string_view(waiting_).substr(0, header));
  if (!length) return fail(length.error());
  const size_t body = header + kEnd.size();
  if (waiting_.size() - body < *length) return std::nullopt;
  std::string message = waiting_.substr(body, *length);
  waiting_.erase(0, body + *length);
  return message;
}

std::string frame(std::string_view message) {
  return fmt::format("Content-Length: {}\r\n\r\n{}", message.size(), message);
}

}  // namespace attune::lsp
