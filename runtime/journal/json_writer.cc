// SPDX-License-Identifier: Apache-2.0
#include "runtime/journal/json_writer.h"

#include "runtime/base/utf8.h"
#include "runtime/base/wall_time.h"

namespace attune::journal {

namespace {

constexpr std::string_view kHex = "0123456789abcdef";
constexpr std::string_view kReplacement = "\xef\xbf\xbd";  // U+FFFD

bool is_plain(char c) {
  return c >= 0x20 && c < 0x7F && c != '"' && c != '\\';
}

void append_escaped(std::string& out, char control) {
  const auto byte = static_cast<unsigned char>(control);
  ((out += "\\u00") += kHex[byte >> 4]) += kHex[byte & 15];
}

}  // namespace

void JsonWriter::write(double number) {
  char digits[40];
  if (number == 0) number = 0;  // none below zero
  const auto end = std::to_chars(digits, digits + sizeof digits, number);
  const std::string_view text(digits, static_cast<size_t>(end.ptr - digits));
  if (std::isfinite(number))
    out_ += text;
  else
    write_name(text);  // JSON has no word for nan and inf
}

void JsonWriter::write(WallTime time) {
  write_name(to_text(time));
}

void JsonWriter::write(const std::pair<std::string, std::string>& pair) {
  out_ += '[';
  write_text(pair.first);
  out_ += ',';
  write_text(pair.second);
  out_ += ']';
}

void JsonWriter::write(const model::Value& value) {
  out_ += "{\"type\":";
  write_name(StoredNames<model::Value::Held>::kAll[value.held().index()]);
  out_ += ",\"value\":";
  std::visit([this](const auto& held) { write(held); }, value.held());
  out_ += '}';
}

void JsonWriter::write_text(std::string_view text) {
  out_ += '"';
  while (!text.empty()) {
    size_t plain = 0;
    while (plain < text.size() && is_plain(text[plain])) ++plain;
    out_ += text.substr(0, plain);
    text.remove_prefix(plain);
    if (text.empty()) break;
    const size_t length = utf8_length(text);
    if (text[0] == '"' || text[0] == '\\')
      (out_ += '\\') += text[0];
    else if (length == 1)
      append_escaped(out_, text[0]);
    else
      out_ += length == 0 ? kReplacement : text.substr(0, length);
    text.remove_prefix(length == 0 ? 1 : length);
  }
  out_ += '"';
}

}  // namespace attune::journal
