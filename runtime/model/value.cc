// SPDX-License-Identifier: Apache-2.0
#include "runtime/model/value.h"

#include <array>
#include <charconv>
#include <cmath>
#include <limits>
#include <span>
#include <utility>

#include <fmt/format.h>

#include "runtime/base/secret.h"

namespace attune::model {

namespace {

constexpr std::array<std::string_view, 9> kTypeNames = {"String", "Integer",  "Float", "Bool",  "Percent",
                                                        "Size",   "Duration", "List",  "Secret"};

struct Unit {
  std::string_view name;
  int64_t factor;
};

// Larger units first: of two notations of equal length the first is taken.
constexpr std::array<Unit, 9> kSizeUnits = {{{"TiB", int64_t{1} << 40},
                                             {"GiB", int64_t{1} << 30},
                                             {"MiB", int64_t{1} << 20},
                                             {"KiB", int64_t{1} << 10},
                                             {"TB", 1'000'000'000'000},
                                             {"GB", 1'000'000'000},
                                             {"MB", 1'000'000},
                                             {"kB", 1'000},
                                             {"B", 1}}};
constexpr std::array<Unit, 7> kDurationUnits = {{{"d", 86'400'000'000'000},
                                                 {"h", 3'600'000'000'000},
                                                 {"min", 60'000'000'000},
                                                 {"s", 1'000'000'000},
                                                 {"ms", 1'000'000},
                                                 {"us", 1'000},
                                                 {"ns", 1}}};

constexpr std::string_view kBlanks = " \t";

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

std::string_view trimmed(std::string_view text) {
  const size_t first = text.find_first_not_of(kBlanks);
  if (first == text.npos) return {};
  return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

auto not_a(Type type, std::string_view text, std::string_view expected) {
  return fail(ErrorCode::kInvalid,
              fmt::format("'{}' is not {}: expected {}", text, phrase_of(type), expected));
}

auto too_large(Type type, std::string_view text) {
  return fail(ErrorCode::kInvalid, fmt::format("'{}' is too large for {}", text, phrase_of(type)));
}

template <class Number>
std::pair<std::errc, bool> read_number(std::string_view text, Number& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return {error, error == std::errc() && end == text.data() + text.size()};
}

Result<Value> parse_integer(std::string_view text) {
  int64_t number = 0;
  const auto [error, whole] = read_number(text, number);
  if (error == std::errc::result_out_of_range) return too_large(Type::kInteger, text);
  if (!whole) return not_a(Type::kInteger, text, "a whole number such as 42");
  return Value(number);
}

Result<double> parse_double(Type type, std::string_view number, std::string_view text,
                            std::string_view expected) {
  double value = 0;
  const size_t point = number.find('.');
  const bool bare_point =
      point != number.npos && (point == 0 || !is_digit(number[point - 1]) || point + 1 == number.size() ||
                               !is_digit(number[point + 1]));
  if (bare_point) return not_a(type, text, expected);
  const auto [error, whole] = read_number(number, value);
  if (error == std::errc::result_out_of_range) return too_large(type, text);
  if (!whole || !std::isfinite(value)) return not_a(type, text, expected);
  return value;
}

Result<Value> parse_percent(std::string_view text) {
  std::string_view number = text;
  if (!number.empty() && number.back() == '%') number.remove_suffix(1);
  auto value = parse_double(Type::kPercent, trimmed(number), text, "a number and '%', such as 80%");
  if (!value) return fail(std::move(value).error());
  return Value(Percent{*value});
}

// "-1.5" split into its sign and its digits, with how many of them stand behind the point.
struct Decimal {
  bool negative = false;
  std::string digits;
  size_t behind_point = 0;
};

std::optional<Decimal> read_decimal(std::string_view text) {
  Decimal decimal;
  decimal.negative = !text.empty() && text.front() == '-';
  if (decimal.negative) text.remove_prefix(1);
  const size_t point = text.find('.');
  decimal.digits = std::string(text.substr(0, point));
  if (decimal.digits.empty()) return std::nullopt;
  if (point != text.npos) {
    const std::string_view fraction = text.substr(point + 1);
    if (fraction.empty()) return std::nullopt;
    decimal.digits += fraction;
    decimal.behind_point = fraction.size();
  }
  for (const char c : decimal.digits) {
    if (!is_digit(c)) return std::nullopt;
  }
  return decimal;
}

__extension__ using Wide = __int128;

enum class Scaling { kExact, kOverflow, kFraction };

// decimal × factor as a whole number; kFraction where it is none.
Scaling scale(Decimal decimal, int64_t factor, int64_t& scaled) {
  while (decimal.behind_point > 0 && decimal.digits.back() == '0') {
    decimal.digits.pop_back();
    --decimal.behind_point;
  }
  constexpr Wide kMost = std::numeric_limits<int64_t>::max();
  Wide digits = 0;
  for (const char c : decimal.digits) {
    digits = digits * 10 + (c - '0');
    if (digits > kMost + 1) return decimal.behind_point > 0 ? Scaling::kFraction : Scaling::kOverflow;
  }
  Wide product = digits * factor;
  for (; decimal.behind_point > 0; --decimal.behind_point) {
    if (product % 10 != 0) return Scaling::kFraction;
    product /= 10;
  }
  if (decimal.negative) product = -product;
  if (product > kMost || product < std::numeric_limits<int64_t>::min()) return Scaling::kOverflow;
  scaled = static_cast<int64_t>(product);
  return Scaling::kExact;
}

Result<int64_t> parse_quantity(Type type, std::span<const Unit> units, std::string_view text,
                               std::string_view expected) {
  const size_t end = text.find_first_not_of("-0123456789.");
  const std::string_view unit_name = end == text.npos ? "" : trimmed(text.substr(end));
  const auto decimal = read_decimal(trimmed(text.substr(0, end)));
  if (!decimal) return not_a(type, text, expected);
  for (const Unit& unit : units) {
    if (unit.name != unit_name) continue;
    int64_t scaled = 0;
    switch (scale(*decimal, unit.factor, scaled)) {
      case Scaling::kExact:
        return scaled;
      case Scaling::kOverflow:
        return too_large(type, text);
      case Scaling::kFraction:
        return not_a(type, text, fmt::format("a whole number of {}", units.back().name));
    }
  }
  return not_a(type, text, expected);
}

Result<Value> parse_size(std::string_view text) {
  auto bytes = parse_quantity(Type::kSize, kSizeUnits, text,
                              "a number and B, kB, MB, GB, TB, KiB, MiB, GiB or TiB, such as 128MiB");
  if (!bytes) return fail(std::move(bytes).error());
  return Value(Size{*bytes});
}

Result<Value> parse_duration(std::string_view text) {
  auto count = parse_quantity(Type::kDuration, kDurationUnits, text,
                              "a number and ns, us, ms, s, min, h or d, such as 30s");
  if (!count) return fail(std::move(count).error());
  return Value(Duration(*count));
}

Value parse_list(std::string_view text) {
  List elements;
  if (trimmed(text).empty()) return elements;
  while (true) {
    const size_t comma = text.find(',');
    elements.emplace_back(std::string(trimmed(text.substr(0, comma))));
    if (comma == text.npos) return elements;
    text.remove_prefix(comma + 1);
  }
}

Result<Value> parse_secret(std::string_view text) {
  if (auto checked = check_secret_source(text); !checked) return fail(std::move(checked).error());
  return Value(Secret{std::string(text)});
}

// The shortest notation in whole units.
std::string quantity_text(int64_t count, std::span<const Unit> units) {
  std::string shortest;
  for (const Unit& unit : units) {
    if (count % unit.factor != 0 || (count == 0 && unit.factor != 1)) continue;
    std::string text = fmt::format("{}{}", count / unit.factor, unit.name);
    if (shortest.empty() || text.size() < shortest.size()) shortest = std::move(text);
  }
  return shortest;
}

struct ToText {
  std::string operator()(const std::string& text) const { return text; }
  std::string operator()(int64_t number) const { return fmt::format("{}", number); }
  std::string operator()(double number) const { return fmt::format("{}", number); }
  std::string operator()(bool truth) const { return truth ? "true" : "false"; }
  std::string operator()(Percent percent) const { return fmt::format("{}%", percent.value); }
  std::string operator()(Size size) const { return quantity_text(size.bytes, kSizeUnits); }
  std::string operator()(Duration duration) const {
    return duration.count() == 0 ? "0s" : quantity_text(duration.count(), kDurationUnits);
  }
  std::string operator()(const List& elements) const {
    std::string text;
    for (const Value& element : elements) {
      if (&element != &elements.front()) text += ',';
      text += to_text(element);
    }
    return text;
  }
  std::string operator()(const Secret& secret) const { return secret.source; }
};

}  // namespace

std::string_view name_of(Type type) {
  return kTypeNames[static_cast<size_t>(type)];
}

std::optional<Type> find_type(std::string_view name) {
  for (size_t i = 0; i < kTypeNames.size(); ++i) {
    if (kTypeNames[i] == name) return static_cast<Type>(i);
  }
  return std::nullopt;
}

std::string phrase_of(Type type) {
  return fmt::format("{} {}", type == Type::kInteger ? "an" : "a", name_of(type));
}

Result<Value> parse_value(Type type, std::string_view text) {
  if (type == Type::kString) return Value(std::string(text));
  if (type == Type::kList) return parse_list(text);
  text = trimmed(text);
  switch (type) {
    case Type::kInteger:
      return parse_integer(text);
    case Type::kFloat: {
      auto number = parse_double(type, text, text, "a number such as 3.5");
      if (!number) return fail(std::move(number).error());
      return Value(*number);
    }
    case Type::kBool:
      if (text == "true" || text == "false") return Value(text == "true");
      return not_a(type, text, "true or false");
    case Type::kPercent:
      return parse_percent(text);
    case Type::kSecret:
      return parse_secret(text);
    case Type::kSize:
      return parse_size(text);
    default:
      return parse_duration(text);
  }
}

std::string to_text(const Value& value) {
  return std::visit(ToText{}, value.held());
}

bool is_assignable(Type from, Type to) {
  return from == to || (from == Type::kInteger && (to == Type::kFloat || to == Type::kPercent));
}

}  // namespace attune::model
