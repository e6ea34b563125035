// SPDX-License-Identifier: Apache-2.0
#include "dsl/source.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <utility>

#include <fmt/format.h>

#include "dsl/allowances.h"
#include "runtime/base/utf8.h"

namespace attune::dsl {

namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

bool is_continuation(char c) {
  return (static_cast<unsigned char>(c) & 0xC0) == 0x80;
}

// The C1 controls U+0080 to U+009F, as UTF-8.
bool is_c1(std::string_view sequence) {
  return sequence.size() == 2 && sequence[0] == '\xC2' && static_cast<unsigned char>(sequence[1]) < 0xA0;
}

bool is_control(std::string_view sequence) {
  const auto c = static_cast<unsigned char>(sequence[0]);
  return (c < 0x20 && c != '\t') || c == 0x7F || is_c1(sequence);
}

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";  // U+FFFD

struct BadByte {
  size_t offset = 0;  // in the mended text
  unsigned char byte = 0;
};

// The text with each byte that is not UTF-8 replaced, so that everything behind can rely on it.
std::vector<BadByte> mend(std::string& text) {
  std::vector<BadByte> bad;
  std::string mended;
  for (size_t at = 0; at < text.size();) {
    const size_t length = utf8_length(std::string_view(text).substr(at));
    if (length == 0) bad.push_back({mended.size(), static_cast<unsigned char>(text[at])});
    mended += length == 0 ? kReplacement : std::string_view(text).substr(at, length);
    at += std::max<size_t>(length, 1);
  }
  text = std::move(mended);
  return bad;
}

// Of what is wrong in a line only the first of each kind is told: a binary file is said to be one once a
// line.
void check_bytes(const Source& source, const std::vector<BadByte>& bad, Diagnostics& found) {
  auto next = bad.begin();
  for (const Line& line : source.lines) {
    const auto end = static_cast<size_t>(line.text.data() - source.file->text.data()) + line.text.size();
    if (next == bad.end() || next->offset >= end) continue;
    const size_t in_line = next->offset - (end - line.text.size());
    found.error("not-utf8", place_of(source, line, line.text.substr(in_line, kReplacement.size())),
                fmt::format("byte 0x{:02X} is not UTF-8", next->byte), "save the file in UTF-8");
    while (next != bad.end() && next->offset < end) ++next;
  }
}

void check_controls(const Source& source, const Line& line, Diagnostics& found) {
  for (size_t at = 0; at < line.text.size();) {
    const std::string_view sequence = line.text.substr(at, utf8_length(line.text.substr(at)));
    if (is_control(sequence)) {
      found.error("control-character", place_of(source, line, sequence),
                  fmt::format("control character U+{:04X}", static_cast<unsigned char>(sequence.back())),
                  "remove it");
      return;
    }
    at += sequence.size();
  }
}

void drop_carriage_returns(std::string& text) {
  size_t kept = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\r' && i + 1 < text.size() && text[i + 1] == '\n') continue;
    text[kept++] = text[i];
  }
  text.resize(kept);
}

bool is_blank(char c) {
  return c == ' ' || c == '\t';
}

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

}  // namespace

Result<std::string> load_text(const std::string& path) {
  std::error_code problem;
  const auto status = std::filesystem::status(path, problem);
  if (!std::filesystem::exists(status)) return fail(ErrorCode::kNotFound, path + ": no such file");
  if (!std::filesystem::is_regular_file(status)) return fail(ErrorCode::kInvalid, path + ": not a file");
  const uintmax_t bytes = std::filesystem::file_size(path, problem);
  if (!problem && bytes > kMaxSourceBytes)
    return fail(ErrorCode::kInvalid, fmt::format("{}: {} bytes, more than the {} that are read of a file",
                                                 path, bytes, kMaxSourceBytes));
  std::ifstream in(path, std::ios::binary);
  if (!in) return fail(ErrorCode::kDenied, fmt::format("{}: cannot be read: {}", path, std::strerror(errno)));
  std::ostringstream text;
  text << in.rdbuf();
  if (in.bad()) return fail(ErrorCode::kFailed, path + ": cannot be read to its end");
  return std::move(text).str();
}

Source make_source(std::string path, std::string text, Diagnostics& found) {
  const bool is_marked = text.starts_with(kByteOrderMark);
  if (is_marked) text.erase(0, kByteOrderMark.size());
  drop_carriage_returns(text);
  const std::vector<BadByte> bad = mend(text);
  Source source = source_of(std::make_shared<const SourceFile>(SourceFile{std::move(path), std::move(text)}));
  check_bytes(source, bad, found);
  for (const Line& line : source.lines) check_controls(source, line, found);
  if (is_marked && source.file->text.starts_with("---"))
    found.error("byte-order-mark", place_of(source, source.lines[0]),
                "a byte order mark before the front matter: Mermaid refuses the file",
                "save the file in UTF-8 without the mark");
  read_allowances(source, found);
  return source;
}

Source source_of(std::shared_ptr<const SourceFile> file) {
  Source source{std::move(file), {}};
  std::string_view rest = source.file->text;
  for (uint32_t number = 1; !rest.empty(); ++number) {
    const size_t end = std::min(rest.find('\n'), rest.size());
    source.lines.push_back({number, rest.substr(0, end)});
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return source;
}

uint32_t code_points(std::string_view text) {
  return static_cast<uint32_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return !is_continuation(c); }));
}

Place place_of(const Source& source, const Line& line, std::string_view part) {
  const auto before = static_cast<size_t>(part.data() - line.text.data());
  return {source.file, line.number, code_points(line.text.substr(0, before)) + 1,
          std::max<uint32_t>(code_points(part), 1)};
}

Place place_of(const Source& source, const Line& line) {
  return place_of(source, line, trimmed(line.text));
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text;
}

bool is_name(std::string_view text) {
  if (text.empty() || !is_letter(text.front()) || text.back() == '_') return false;
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return is_letter(c) || (c >= '0' && c <= '9') || c == '_'; });
}

}  // namespace attune::dsl
