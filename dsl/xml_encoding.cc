// SPDX-License-Identifier: Apache-2.0
#include "dsl/xml_encoding.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <string_view>

#include <fmt/format.h>

#include "dsl/source.h"

namespace attune::dsl {

namespace {

// What the bytes from 0x80 to 0x9F mean in Windows-1252; zero: nothing.
constexpr std::array<char16_t, 32> kWindows1252 = {
    0x20AC, 0,      0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
    0x2039, 0x0152, 0,      0x017D, 0,      0,      0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
    0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0,      0x017E, 0x0178};

char16_t iso_8859_15(unsigned char byte) {
  switch (byte) {
    case 0xA4:
      return 0x20AC;
    case 0xA6:
      return 0x0160;
    case 0xA8:
      return 0x0161;
    case 0xB4:
      return 0x017D;
    case 0xB8:
      return 0x017E;
    case 0xBC:
      return 0x0152;
    case 0xBD:
      return 0x0153;
    case 0xBE:
      return 0x0178;
    default:
      return byte;
  }
}

void append_utf8(char16_t code, std::string& text) {
  if (code < 0x80) {
    text += static_cast<char>(code);
  } else if (code < 0x800) {
    text += static_cast<char>(0xC0 | (code >> 6));
    text += static_cast<char>(0x80 | (code & 0x3F));
  } else {
    text += static_cast<char>(0xE0 | (code >> 12));
    text += static_cast<char>(0x80 | ((code >> 6) & 0x3F));
    text += static_cast<char>(0x80 | (code & 0x3F));
  }
}

enum class Encoding { kUtf8, kLatin1, kLatin9, kWindows, kUnknown };

char16_t decoded(Encoding encoding, unsigned char byte) {
  if (encoding == Encoding::kLatin9) return iso_8859_15(byte);
  if (encoding == Encoding::kWindows && byte >= 0x80 && byte < 0xA0 && kWindows1252[byte - 0x80] != 0) {
    return kWindows1252[byte - 0x80];
  }
  return byte;
}

Encoding find_encoding(std::string_view name) {
  std::string lower;
  for (const char c : name) lower += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  if (lower == "utf-8" || lower == "utf8" || lower == "us-ascii" || lower == "ascii") return Encoding::kUtf8;
  if (lower == "iso-8859-1" || lower == "latin1" || lower == "iso8859-1") return Encoding::kLatin1;
  if (lower == "iso-8859-15" || lower == "latin9") return Encoding::kLatin9;
  if (lower == "windows-1252" || lower == "cp1252") return Encoding::kWindows;
  return Encoding::kUnknown;
}

// By its byte order mark, in either order.
bool is_utf16(std::string_view text) {
  return text.starts_with("\xFF\xFE") || text.starts_with("\xFE\xFF");
}

// What stands in encoding='...' of the declaration at the front; empty where it is silent.
std::string_view declared_encoding(std::string_view text) {
  if (!text.starts_with("<?xml")) return {};
  const std::string_view declaration = text.substr(0, text.find("?>"));
  const size_t key = declaration.find("encoding");
  const size_t from = declaration.find_first_of("'\"", std::min(key, declaration.size()));
  if (key == declaration.npos || from == declaration.npos) return {};
  const size_t end = declaration.find(declaration[from], from + 1);
  return end == declaration.npos ? std::string_view() : declaration.substr(from + 1, end - from - 1);
}

// As the file will be shown: what is wrong with its bytes is told by who makes it a source.
void tell_unknown(const std::string& path, const std::string& text, Diagnostics& found) {
  Diagnostics told_later;
  const Source source = make_source(path, text, told_later);
  std::string_view name = declared_encoding(source.file->text);
  name = name.substr(0, name.find('\n'));
  const bool is_wide = is_utf16(text);
  constexpr std::string_view kHint =
      "save the file in UTF-8; known: UTF-8, ISO-8859-1, ISO-8859-15, Windows-1252, US-ASCII";
  for (const Line& line : source.lines) {
    const char* const end = line.text.data() + line.text.size();
    if (!is_wide && end < name.data() + name.size()) continue;
    found.error("unknown-encoding", place_of(source, line, is_wide ? line.text.substr(0, 0) : name),
                fmt::format("the encoding '{}' is not known", is_wide ? "UTF-16" : name), std::string(kHint));
    return;
  }
}

}  // namespace

std::string decode_xml(const std::string& path, std::string text, Diagnostics& found) {
  const std::string_view name = declared_encoding(text);
  const Encoding encoding = name.empty() ? Encoding::kUtf8 : find_encoding(name);
  if (encoding == Encoding::kUnknown || is_utf16(text)) {
    tell_unknown(path, text, found);
    return text;
  }
  if (encoding == Encoding::kUtf8) return text;
  std::string converted;
  converted.reserve(text.size());
  for (const char c : text) append_utf8(decoded(encoding, static_cast<unsigned char>(c)), converted);
  return converted;
}

}  // namespace attune::dsl
