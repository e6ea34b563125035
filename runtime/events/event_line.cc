// SPDX-License-Identifier: Apache-2.0
#include "runtime/events/event_line.h"

#include <algorithm>
#include <array>
#include <optional>

#include <fmt/format.h>

#include "runtime/base/utf8.h"

namespace attune::events {

namespace {

constexpr std::string_view kNoComponent = "-";

bool is_blank(char c) {
  return c == ' ' || c == '\t';
}

bool is_name_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' ||
         c == '.';
}

bool is_name(std::string_view word) {
  return !word.empty() && std::all_of(word.begin(), word.end(), is_name_character);
}

bool is_text(std::string_view line) {
  for (const char c : line)
    if ((static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7F) return false;
  return is_utf8(line);
}

// Goes through a line from left to right; the first thing that is wrong ends it.
class LineReader {
 public:
  explicit LineReader(std::string_view line) : line_(line) {}

  bool at_end() {
    while (at_ < line_.size() && is_blank(line_[at_])) ++at_;
    return at_ == line_.size();
  }

  // Up to the next blank or one of `stops`.
  std::string_view word(std::string_view stops = {}) {
    const size_t from = at_;
    while (at_ < line_.size() && !is_blank(line_[at_]) && stops.find(line_[at_]) == stops.npos) ++at_;
    return line_.substr(from, at_ - from);
  }

  bool take(char c) {
    if (at_ >= line_.size() || line_[at_] != c) return false;
    ++at_;
    return true;
  }

  // A bare word, or one in double quotes; nothing when the quotes are wrong.
  std::optional<std::string> value() {
    if (take('"')) return quoted();
    const std::string_view bare = word();
    if (bare.find('"') != bare.npos) return std::nullopt;
    return std::string(bare);
  }

  size_t column() const { return at_ + 1; }

 private:
  std::optional<std::string> quoted() {
    std::string text;
    while (at_ < line_.size() && line_[at_] != '"') {
      char c = line_[at_++];
      if (c == '\\') {
        if (at_ == line_.size() || (line_[at_] != '"' && line_[at_] != '\\')) return std::nullopt;
        c = line_[at_++];
      }
      text += c;
    }
    if (!take('"') || (at_ < line_.size() && !is_blank(line_[at_]))) return std::nullopt;
    return text;
  }

  std::string_view line_;
  size_t at_ = 0;
};

tl::unexpected<Rejection> reject(Fault fault, std::string why) {
  return tl::unexpected<Rejection>(Rejection{fault, std::move(why)});
}

tl::expected<void, Rejection> read_values(LineReader& reader, workflow::Event& event) {
  while (!reader.at_end()) {
    const size_t column = reader.column();
    const std::string_view key = reader.word("=\"");
    if (!is_name(key) || !reader.take('='))
      return reject(Fault::kMalformed, fmt::format("key=value was expected at byte {}", column));
    const auto is_same = [&](const auto& value) { return value.first == key; };
    if (std::any_of(event.values.begin(), event.values.end(), is_same))
      return reject(Fault::kMalformed, fmt::format("'{}' stands twice", key));
    auto value = reader.value();
    if (!value)
      return reject(
          Fault::kMalformed,
          fmt::format("the value of '{}' has wrong quotes: \"...\" with \\\" and \\\\ inside", key));
    event.values.emplace_back(key, std::move(*value));
  }
  return {};
}

}  // namespace

std::string_view name_of(Fault fault) {
  static constexpr std::array<std::string_view, kFaults> kNames = {
      "malformed", "unknown-event", "unknown-component", "bad-value",
      "too-long",  "binary",        "reserved",          "overflow"};
  return kNames[static_cast<size_t>(fault)];
}

tl::expected<workflow::Event, Rejection> parse_event_line(std::string_view line) {
  if (line.size() + 1 > kMaxLine) return reject(Fault::kTooLong, fmt::format("more than {} bytes", kMaxLine));
  if (!is_text(line)) return reject(Fault::kBinary, "control characters, or not UTF-8");
  LineReader reader(line);
  workflow::Event event;
  if (!reader.at_end()) event.name = reader.word();
  if (!is_name(event.name)) return reject(Fault::kMalformed, "the event's name was expected first");
  if (!reader.at_end()) event.component = reader.word();
  if (!is_name(event.component))
    return reject(Fault::kMalformed, "the component's name was expected second ('-' where it has none)");
  if (event.component == kNoComponent) event.component.clear();
  if (auto read = read_values(reader, event); !read)
    return tl::unexpected<Rejection>(std::move(read.error()));
  return event;
}

std::string to_line(const workflow::Event& event) {
  std::string line = event.name;
  line += ' ';
  line += event.component.empty() ? kNoComponent : std::string_view(event.component);
  for (const auto& [key, value] : event.values) {
    line += ' ';
    line += key;
    line += '=';
    if (value.find_first_of(" \t\"\\") == value.npos) {
      line += value;
      continue;
    }
    line += '"';
    for (const char c : value) {
      if (c == '"' || c == '\\') line += '\\';
      line += c;
    }
    line += '"';
  }
  return line;
}

}  // namespace attune::events
