// SPDX-License-Identifier: Apache-2.0
#include "wrappers/plugin_output.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <utility>

#include <fmt/format.h>

#include "runtime/base/utf8.h"
#include "wrappers/program_name.h"

namespace attune::wrappers {

namespace {

constexpr std::array<std::string_view, 4> kStates = {"OK", "WARNING", "CRITICAL", "UNKNOWN"};
constexpr size_t kMaxNumber = 40;  // characters: more is no measurement
constexpr size_t kMaxUnit = 16;
constexpr size_t kMaxValues = 256;  // measurements of one run

bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

bool is_part_of_number(char c) {
  return (c >= '0' && c <= '9') || c == '.' || c == ',' || c == '-' || c == '+';
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text;
}

// As an event may hold it.
std::string told(std::string_view text) {
  std::string result(text.substr(0, PluginOutput::kMaxText));
  // The cut may have gone through a character.
  for (size_t i = 0; i < 3 && text.size() > result.size() && !is_utf8(result); ++i) result.pop_back();
  const bool is_text = is_utf8(result);
  for (char& c : result) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7F) c = ' ';
    if (byte >= 0x80 && !is_text) c = '?';
  }
  return std::string(trimmed(result));
}

std::optional<double> number_in(std::string_view text) {
  if (text.empty() || text.size() > kMaxNumber) return std::nullopt;
  if (text.front() == '+') text.remove_prefix(1);
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || !std::isfinite(value)) return std::nullopt;
  return value;
}

// The text where it is a number, with a dot whatever the plugin's locale has; else nothing.
std::string plain_number(std::string_view text) {
  std::string number(text.substr(0, kMaxNumber + 1));
  std::replace(number.begin(), number.end(), ',', '.');
  return number_in(number) ? number : std::string();
}

// How much of the text is the number in front of the unit; an exponent belongs to it.
size_t number_length(std::string_view text) {
  size_t at = 0;
  while (at < text.size() && is_part_of_number(text[at])) ++at;
  if (at == 0 || at + 1 >= text.size() || (text[at] != 'e' && text[at] != 'E')) return at;
  size_t end = at + 1;
  if (text[end] == '-' || text[end] == '+') ++end;
  const size_t digits = end;
  while (end < text.size() && text[end] >= '0' && text[end] <= '9') ++end;
  return end == digits ? at : end;
}

// Goes through performance data from left to right; what is none it passes over up to the next blank.
class PerformanceReader {
 public:
  explicit PerformanceReader(std::string_view text) : text_(text) {}

  void read(std::vector<Measurement>& into) {
    while (skip_blanks(), at_ < text_.size() && into.size() < kMaxValues) {
      auto label = text_[at_] == '\'' ? quoted() : bare();
      const std::string_view rest = word();
      if (!label || label->empty()) continue;
      into.push_back(measurement(*std::move(label), rest));
    }
  }

 private:
  void skip_blanks() {
    while (at_ < text_.size() && is_blank(text_[at_])) ++at_;
  }

  std::string_view word() {
    const size_t from = at_;
    while (at_ < text_.size() && !is_blank(text_[at_])) ++at_;
    return text_.substr(from, at_ - from);
  }

  // Up to its equals sign, which is taken; nothing where none follows.
  std::optional<std::string> bare() {
    const size_t from = at_;
    while (at_ < text_.size() && !is_blank(text_[at_]) && text_[at_] != '=') ++at_;
    if (at_ == text_.size() || text_[at_] != '=') return std::nullopt;
    return std::string(text_.substr(from, at_++ - from));
  }

  // '' within the quotes is one quote.
  std::optional<std::string> quoted() {
    std::string label;
    for (++at_; at_ < text_.size(); ++at_) {
      if (text_[at_] != '\'') {
        label += text_[at_];
        continue;
      }
      ++at_;
      if (at_ < text_.size() && text_[at_] == '\'') {
        label += '\'';
        continue;
      }
      if (at_ == text_.size() || text_[at_] != '=') return std::nullopt;
      ++at_;
      return label;
    }
    return std::nullopt;
  }

  static Measurement measurement(std::string label, std::string_view rest) {
    std::array<std::string_view, 5> fields{};
    for (std::string_view& field : fields) {
      const size_t end = std::min(rest.find(';'), rest.size());
      field = rest.substr(0, end);
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    const size_t length = number_length(fields[0]);
    return {.label = std::move(label),
            .unit = fields[0].size() - length > kMaxUnit ? std::string() : told(fields[0].substr(length)),
            .number = plain_number(fields[0].substr(0, length)),
            .warning = plain_number(fields[1]),
            .critical = plain_number(fields[2]),
            .least = plain_number(fields[3]),
            .most = plain_number(fields[4])};
  }

  std::string_view text_;
  size_t at_ = 0;
};

// Seconds in the unit, or bytes; zero where it is no such unit. Plugins count sizes by 1024.
double factor_of(std::string_view unit, model::Type type) {
  struct Unit {
    std::string_view name;
    model::Type type;
    double factor;
  };
  static constexpr double kKilo = 1024;
  static constexpr std::array<Unit, 12> kUnits = {{
      {"s", model::Type::kDuration, 1},
      {"ms", model::Type::kDuration, 1e-3},
      {"us", model::Type::kDuration, 1e-6},
      {"B", model::Type::kSize, 1},
      {"KB", model::Type::kSize, kKilo},
      {"kB", model::Type::kSize, kKilo},
      {"KiB", model::Type::kSize, kKilo},
      {"MB", model::Type::kSize, kKilo * kKilo},
      {"MiB", model::Type::kSize, kKilo * kKilo},
      {"GB", model::Type::kSize, kKilo * kKilo * kKilo},
      {"GiB", model::Type::kSize, kKilo * kKilo * kKilo},
      {"TB", model::Type::kSize, kKilo * kKilo * kKilo * kKilo},
  }};
  const auto found = std::find_if(kUnits.begin(), kUnits.end(),
                                  [&](const Unit& one) { return one.name == unit && one.type == type; });
  return found == kUnits.end() ? 0 : found->factor;
}

std::optional<std::string> in_words(double value, std::string_view number, std::string_view unit,
                                    model::Type type) {
  switch (type) {
    case model::Type::kString:
      return fmt::format("{}{}", number, unit);
    case model::Type::kFloat:
      return fmt::format("{}", value);
    case model::Type::kInteger:
      return fmt::format("{:.0f}", value);
    case model::Type::kPercent:
      if (unit != "%" && !unit.empty()) return std::nullopt;
      return fmt::format("{}%", value);
    case model::Type::kDuration:
      return fmt::format("{:.9f}s", value * factor_of(unit, type));
    case model::Type::kSize:
      return fmt::format("{:.0f}B", value * factor_of(unit, type));
    default:
      return std::nullopt;
  }
}

}  // namespace

std::string_view name_of(PluginState state) {
  return kStates[static_cast<size_t>(state)];
}

PluginOutput parse_plugin_output(int code, std::string_view output) {
  PluginOutput result;
  if (code >= 0 && code < static_cast<int>(kStates.size())) result.state = static_cast<PluginState>(code);
  const size_t end = std::min(output.find('\n'), output.size());
  const std::string_view first = output.substr(0, end);
  const size_t bar = std::min(first.find('|'), first.size());
  result.text = told(trimmed(first.substr(0, bar)));
  PerformanceReader(first.substr(std::min(bar + 1, first.size()))).read(result.measurements);
  // In the lines behind it a second bar begins more of it, which goes on to the end.
  const size_t second = output.find('|', end);
  if (second != output.npos) PerformanceReader(output.substr(second + 1)).read(result.measurements);
  return result;
}

std::string value_name(std::string_view label) {
  if (label == "/") return "root";
  std::string name;
  for (const char c : label) {
    if (is_letter_or_digit(c))
      name += c;
    else if (!name.empty() && name.back() != '_')
      name += '_';
  }
  if (!name.empty() && name.back() == '_') name.pop_back();
  if (!name.empty() && name.front() >= '0' && name.front() <= '9') name.insert(name.begin(), 'x');
  return name;
}

std::optional<std::string> as_type(std::string_view number, std::string_view unit, model::Type type) {
  const auto value = number_in(number);
  if (!value) return std::nullopt;
  const bool needs_unit = type == model::Type::kDuration || type == model::Type::kSize;
  if (needs_unit && factor_of(unit, type) == 0) return std::nullopt;
  auto text = in_words(*value, number, unit, type);
  if (!text || !model::parse_value(type, *text)) return std::nullopt;
  return text;
}

}  // namespace attune::wrappers
