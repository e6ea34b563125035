// SPDX-License-Identifier: Apache-2.0
#include "runtime/journal/canonical_reader.h"

#include <cmath>
#include <limits>

#include "runtime/base/utf8.h"
#include "runtime/base/wall_time.h"

namespace attune::journal {

namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool is_plain(char c) {
  return c >= 0x20 && c < 0x7F && c != '"' && c != '\\';
}

int hex_value(char c) {
  if (is_digit(c)) return c - '0';
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

}  // namespace

std::optional<std::string_view> CanonicalReader::take_word() {
  if (!take('"')) return std::nullopt;
  const size_t begin = at_;
  while (at_ < text_.size() && is_plain(text_[at_])) ++at_;
  const std::string_view word = text_.substr(begin, at_ - begin);
  return take('"') ? std::optional(word) : std::nullopt;
}

bool CanonicalReader::read(std::string& text) {
  if (!take('"')) return false;
  text.clear();
  for (;;) {
    const size_t begin = at_;
    while (at_ < text_.size() && is_plain(text_[at_])) ++at_;
    text.append(text_, begin, at_ - begin);
    if (take('"')) return true;
    if (take('\\')) {
      if (!take_escaped(text)) return false;
      continue;
    }
    const size_t length = utf8_length(text_.substr(at_));
    if (length < 2) return false;
    text.append(text_, at_, length);
    at_ += length;
  }
}

// JsonWriter escapes quotes, backslashes, and control characters as \u00XX.
bool CanonicalReader::take_escaped(std::string& text) {
  if (take('"')) return text += '"', true;
  if (take('\\')) return text += '\\', true;
  if (!take("u00") || text_.size() - at_ < 2) return false;
  const int high = hex_value(text_[at_]), low = hex_value(text_[at_ + 1]);
  if (high < 0 || high > 7 || low < 0) return false;
  text += static_cast<char>(high * 16 + low);
  at_ += 2;
  return true;
}

// As JSON has it: a digit in front, and no zeros before others.
bool CanonicalReader::is_plain_number(std::string_view text) {
  if (text.starts_with('-')) text.remove_prefix(1);
  if (text.empty() || !is_digit(text[0])) return false;
  return text.size() < 2 || text[0] != '0' || !is_digit(text[1]);
}

// A zero below zero, as older journals have it, is zero.
bool CanonicalReader::read(double& number) {
  if (at_ < text_.size() && text_[at_] == '"') {
    const auto word = take_word();
    if (word == "nan" || word == "-nan") return number = std::numeric_limits<double>::quiet_NaN(), true;
    if (word != "inf" && word != "-inf") return false;
    number = std::numeric_limits<double>::infinity() * (word == "inf" ? 1 : -1);
    return true;
  }
  const char* begin = text_.data() + at_;
  const auto [end, wrong] = std::from_chars(begin, text_.data() + text_.size(), number);
  const std::string_view digits(begin, static_cast<size_t>(end - begin));
  const size_t dot = digits.find('.');
  const bool is_whole =
      dot == std::string_view::npos || (dot + 1 < digits.size() && is_digit(digits[dot + 1]));
  if (wrong != std::errc() || !std::isfinite(number) || !is_whole || !is_plain_number(digits)) return false;
  if (number == 0) number = 0;
  at_ += digits.size();
  return true;
}

bool CanonicalReader::read(WallTime& time) {
  const auto word = take_word();
  const auto parsed = word ? parse_wall_time(*word) : fail(ErrorCode::kCorrupt, "");
  if (!parsed) return false;
  time = *parsed;
  return true;
}

bool CanonicalReader::read(model::Value& value) {
  size_t type = 0;
  if (!take("{\"type\":") || !read_name<model::Value::Held>(type) || !take(",\"value\":")) return false;
  model::Value::Held held;
  if (!read_at(type, held, [this](auto& of) { return read(of); })) return false;
  value = std::visit([](auto& of) { return model::Value(std::move(of)); }, held);
  return take('}');
}

}  // namespace attune::journal
