// SPDX-License-Identifier: Apache-2.0
#include "runtime/main/cli/findings.h"

#include <algorithm>
#include <set>
#include <string_view>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "dsl/finding_codes.h"

namespace attune::cli {

using Json = nlohmann::ordered_json;

namespace {

constexpr size_t kMostShown = 200;  // to people, who look at the first ones

std::string plural(size_t count, std::string_view noun) {
  return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

size_t count_allowed(const Diagnostics& found) {
  return static_cast<size_t>(std::count_if(found.all().begin(), found.all().end(),
                                           [](const Diagnostic& one) { return !one.allowed.empty(); }));
}

void add_place(Json& json, const Place& place) {
  const bool is_somewhere = place.line > 0;
  json["file"] = place.file ? Json(place.file->path) : Json(nullptr);
  json["line"] = is_somewhere ? Json(place.line) : Json(nullptr);
  json["column"] = is_somewhere ? Json(place.column) : Json(nullptr);
  json["length"] = is_somewhere ? Json(place.length) : Json(nullptr);
}

Json finding_json(const Diagnostic& one) {
  Json json = {{"severity", name_of(one.severity)}, {"code", one.code}};
  add_place(json, one.place);
  json["message"] = one.message;
  json["why"] = dsl::why_it_matters(one.code);
  json["hint"] = one.hint;
  Json path = Json::array();
  for (const Waypoint& each : one.path) {
    Json point = {{"text", each.text}};
    add_place(point, each.place);
    path.push_back(std::move(point));
  }
  json["path"] = std::move(path);
  json["allowed"] = one.allowed.empty() ? Json(nullptr) : Json(one.allowed);
  return json;
}

}  // namespace

void write_findings(const Diagnostics& found, Output& out) {
  std::set<std::string_view> told;
  size_t shown = 0;
  const size_t all = found.all().size() - count_allowed(found);
  for (const Diagnostic& one : found.all()) {
    if (!one.allowed.empty()) continue;
    if (shown++ == kMostShown) {
      out.write(fmt::format("and {} more: mend these first\n", all - kMostShown));
      return;
    }
    std::string text = to_text(one);
    const std::string word = fmt::format("{}:", name_of(one.severity));
    const Paint paint = one.severity == Severity::kError ? Paint::kBad : Paint::kWarning;
    if (const size_t at = text.find(word); at != text.npos)
      text.replace(at, word.size(), out.painted(paint, word));
    const std::string_view why = dsl::why_it_matters(one.code);
    if (told.insert(one.code).second && !why.empty()) text += fmt::format("  why: {}\n", why);
    out.write(text);
  }
}

size_t count(const Diagnostics& found, Severity severity) {
  return static_cast<size_t>(
      std::count_if(found.all().begin(), found.all().end(),
                    [&](const Diagnostic& one) { return one.severity == severity && one.allowed.empty(); }));
}

std::string counts_text(const Diagnostics& found) {
  const size_t errors = count(found, Severity::kError), warnings = count(found, Severity::kWarning);
  const size_t allowed = count_allowed(found);
  std::string text = errors == 0 ? "no errors" : plural(errors, "error");
  if (warnings > 0) text += " and " + plural(warnings, "warning");
  if (allowed > 0) text += ", " + plural(allowed, "warning") + " allowed";
  return text;
}

std::string findings_json(const std::string& project, const Diagnostics& found) {
  Json findings = Json::array();
  for (const Diagnostic& one : found.all()) findings.push_back(finding_json(one));
  const Json all = {{"project", project},
                    {"errors", count(found, Severity::kError)},
                    {"warnings", count(found, Severity::kWarning)},
                    {"allowed", count_allowed(found)},
                    {"findings", std::move(findings)}};
  return all.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace attune::cli
