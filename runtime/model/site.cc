// SPDX-License-Identifier: Apache-2.0
#include "runtime/model/site.h"

#include <algorithm>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "runtime/base/wall_time.h"

namespace attune::model {

namespace {

using Least = PropertyRule::Least;

// Larger values are mistakes, and sums of products of them would not be finite; nor would be what is divided
// by smaller ones.
constexpr double kMost = 1e18, kLeast = 1e-6;

bool is_allowed(double number, Least least) {
  switch (least) {
    case Least::kNotNegative:
      return number >= 0;
    case Least::kAboveZero:
      return number >= kLeast;
    case Least::kOneAtLeast:
      return number >= 1;
    case Least::kAny:
      break;
  }
  return true;
}

std::string_view text_of(Least least) {
  switch (least) {
    case Least::kNotNegative:
      return "0 or more";
    case Least::kAboveZero:
      return "0.000001 or more";
    case Least::kOneAtLeast:
      return "1 or more";
    case Least::kAny:
      break;
  }
  return "any";
}

double number_of(const Value& value) {
  if (const auto* length = value.get_if<Duration>()) return static_cast<double>(length->count());
  return *value.get_if<double>();
}

// Of a type that is no String.
Result<Value> read(const PropertyRule& rule, std::string_view text) {
  Result<Value> value = parse_value(rule.type, text);
  if (!value) return fail(std::move(value).error().within(std::string(rule.name)));
  const double number = number_of(*value);
  if (is_allowed(number, rule.least) && number <= kMost) return value;
  return fail(ErrorCode::kInvalid, fmt::format("{} cannot be {}: it is {}, and 1e18 at most", rule.name, text,
                                               text_of(rule.least)));
}

template <size_t N>
Result<Value> read(const PropertyRule (&rules)[N], std::string_view of, std::string_view property,
                   std::string_view text) {
  const PropertyRule* rule = find_rule(rules, property);
  if (rule == nullptr) return fail(ErrorCode::kInvalid, fmt::format("{} has no '{}'", of, property));
  if (rule->type == Type::kString) return Value(std::string(text));
  return read(*rule, text);
}

Result<void> set_until(std::optional<WallTime>& until, std::string_view text) {
  const auto read = parse_until(text);
  if (!read) return fail(read.error());
  until = *read;
  return {};
}

}  // namespace

const PropertyRule* find_rule(std::span<const PropertyRule> rules, std::string_view name) {
  const auto found =
      std::find_if(rules.begin(), rules.end(), [&](const PropertyRule& one) { return one.name == name; });
  return found == rules.end() ? nullptr : &*found;
}

Result<void> set_property(Site& site, std::string_view property, std::string_view text) {
  const Result<Value> value = read(kSiteRules, "a site", property, text);
  if (!value) return fail(value.error());
  if (property == "available_until") return set_until(site.available_until, text);
  if (property == "latency") {
    site.latency = *value->get_if<Duration>();
  } else {
    double& place = property == "host_price"      ? site.host_price
                    : property == "vm_price"      ? site.vm_price
                    : property == "traffic_price" ? site.traffic_price
                                                  : site.bandwidth_mbit;
    place = *value->get_if<double>();
  }
  return {};
}

Result<void> set_property(Link& link, std::string_view property, std::string_view text) {
  const Result<Value> value = read(kLinkRules, "a link", property, text);
  if (!value) return fail(value.error());
  if (property == "latency")
    link.latency = *value->get_if<Duration>();
  else
    link.bandwidth_mbit = *value->get_if<double>();
  return {};
}

Result<void> set_property(HostTerms& terms, std::string_view property, std::string_view text) {
  const Result<Value> value = read(kHostRules, "a host", property, text);
  if (!value) return fail(value.error());
  if (property == "available_until") return set_until(terms.available_until, text);
  double& place = property == "core_speed"          ? terms.core_speed
                  : property == "cpu_overcommit"    ? terms.cpu_overcommit
                  : property == "memory_overcommit" ? terms.memory_overcommit
                                                    : terms.price;
  place = *value->get_if<double>();
  return {};
}

std::optional<Value> property_of(const HostTerms& terms, std::string_view property) {
  if (property == "core_speed") return Value(terms.core_speed);
  if (property == "cpu_overcommit") return Value(terms.cpu_overcommit);
  if (property == "memory_overcommit") return Value(terms.memory_overcommit);
  if (property == "price") return Value(terms.price);
  if (property == "available_until" && terms.available_until)
    return Value(attune::to_text(*terms.available_until));
  return std::nullopt;
}

Result<std::optional<WallTime>> parse_until(std::string_view text) {
  constexpr std::string_view kSeconds = "2026-12-31T18:00:00Z";
  if (text == "never") return std::optional<WallTime>();
  std::string whole(text);
  if (whole.size() == kSeconds.size() && whole.back() == 'Z') whole.insert(whole.size() - 1, ".000000");
  const Result<WallTime> time = parse_wall_time(whole);
  if (time) return std::optional(*time);
  return fail(ErrorCode::kInvalid,
              fmt::format("'{}' is no time: expected UTC such as {}, or never", text, kSeconds));
}

Result<double> parse_bandwidth(std::string_view text) {
  const auto wrong = [&] {
    return fail(
        ErrorCode::kInvalid,
        fmt::format("'{}' is no bandwidth: expected a number with its unit, 0.001kbit or more, such as "
                    "100Mbit, 1.5Gbit or 64kbit",
                    text));
  };
  const size_t unit_at = text.find_first_not_of("0123456789.");
  if (unit_at == text.npos) return wrong();
  const std::string_view unit = text.substr(unit_at);
  const double scale = unit == "kbit" ? 1e-3 : unit == "Mbit" ? 1 : unit == "Gbit" ? 1e3 : 0;
  const Result<Value> number = parse_value(Type::kFloat, text.substr(0, unit_at));
  if (!number || scale == 0) return wrong();
  const double mbit = *number->get_if<double>() * scale;
  return mbit >= kLeast && mbit <= kMost ? Result<double>(mbit) : Result<double>(wrong());
}

}  // namespace attune::model
