// SPDX-License-Identifier: Apache-2.0
#include "runtime/main/cli/sarif.h"

#include <algorithm>
#include <set>
#include <string_view>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "dsl/finding_codes.h"
#include "runtime/base/percent_encoding.h"
#include "runtime/main/version.h"

namespace attune::cli {

using Json = nlohmann::ordered_json;

namespace {

// Where the page of findings is installed: SARIF wants an absolute URI, and there is no address on the web.
constexpr std::string_view kPage = "file:///usr/share/doc/attune/docs/findings.md";

Json text(std::string_view message) {
  return {{"text", message}};
}

Json location(const Place& place) {
  Json physical = {{"artifactLocation", {{"uri", percent_encoded(place.file->path, "/")}}}};
  if (place.line > 0)
    physical["region"] = {
        {"startLine", place.line}, {"startColumn", place.column}, {"endColumn", place.column + place.length}};
  return {{"physicalLocation", std::move(physical)}};
}

// The points of the path that stand in a file.
Json code_flow(const Diagnostic& one) {
  Json locations = Json::array();
  for (const Waypoint& each : one.path) {
    if (!each.place.file) continue;
    Json at = location(each.place);
    at["message"] = text(each.text);
    locations.push_back({{"location", std::move(at)}});
  }
  return {{"threadFlows", Json::array({{{"locations", std::move(locations)}}})}};
}

Json result(const Diagnostic& one) {
  const std::string message =
      one.hint.empty() ? one.message : fmt::format("{}. To mend it: {}", one.message, one.hint);
  Json json = {{"ruleId", one.code}, {"level", name_of(one.severity)}, {"message", text(message)}};
  if (one.place.file) json["locations"] = Json::array({location(one.place)});
  if (!one.path.empty()) json["codeFlows"] = Json::array({code_flow(one)});
  if (!one.allowed.empty())
    json["suppressions"] = Json::array({{{"kind", "inSource"}, {"justification", one.allowed}}});
  return json;
}

Json rules(const Diagnostics& found) {
  std::set<std::string_view> codes;
  for (const Diagnostic& one : found.all()) codes.insert(one.code);
  Json rules = Json::array();
  for (const std::string_view code : codes)
    rules.push_back({{"id", code},
                     {"shortDescription", text(dsl::why_it_matters(code))},
                     {"helpUri", fmt::format("{}#{}", kPage, code)}});
  return rules;
}

}  // namespace

std::string findings_sarif(const Diagnostics& found) {
  Json results = Json::array();
  for (const Diagnostic& one : found.all()) results.push_back(result(one));
  const Json driver = {{"name", "attune"}, {"version", main::kVersion}, {"rules", rules(found)}};
  const Json run = {
      {"tool", {{"driver", driver}}}, {"columnKind", "unicodeCodePoints"}, {"results", std::move(results)}};
  const Json log = {{"$schema", "https://json.schemastore.org/sarif-2.1.0.json"},
                    {"version", "2.1.0"},
                    {"runs", Json::array({run})}};
  return log.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace attune::cli
