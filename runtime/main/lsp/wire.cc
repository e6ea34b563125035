// SPDX-License-Identifier: Apache-2.0
#include "runtime/main/lsp/wire.h"

#include <limits>

#include <nlohmann/json.hpp>

namespace attune::lsp {

namespace {

constexpr int kErrorSeverity = 1, kWarningSeverity = 2;

Json json_of(const Position& position) {
  return {{"line", position.line}, {"character", position.character}};
}

}  // namespace

const Json& part(const Json& of, std::string_view name) {
  static const Json kNothing;
  if (!of.is_object()) return kNothing;
  const auto at = of.find(name);
  return at == of.end() ? kNothing : *at;
}

std::string text_of(const Json& json) {
  return json.is_string() ? json.get<std::string>() : std::string();
}

std::optional<uint32_t> number_of(const Json& json) {
  if (!json.is_number_unsigned()) return std::nullopt;
  const auto number = json.get<uint64_t>();
  if (number > std::numeric_limits<uint32_t>::max()) return std::nullopt;
  return static_cast<uint32_t>(number);
}

Position position_of(const Json& json) {
  return {number_of(part(json, "line")).value_or(0), number_of(part(json, "character")).value_or(0)};
}

std::optional<Range> range_of(const Json& json) {
  if (!json.is_object()) return std::nullopt;
  return Range{position_of(part(json, "start")), position_of(part(json, "end"))};
}

Json json_of(const Range& range) {
  return {{"start", json_of(range.begin)}, {"end", json_of(range.end)}};
}

Json json_of(const Diagnostic& one, Encoding encoding) {
  const bool is_error = one.severity == Severity::kError;
  return {{"range", json_of(range_of(one.place, encoding))},
          {"severity", is_error ? kErrorSeverity : kWarningSeverity},
          {"code", one.code},
          {"source", "attune"},
          {"message", one.hint.empty() ? one.message : one.message + "\nhint: " + one.hint}};
}

Json location_of(const std::string& uri, const Range& range) {
  return {{"uri", uri}, {"range", json_of(range)}};
}

std::string line_of(const Json& message) {
  return message.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace attune::lsp
