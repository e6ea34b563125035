// SPDX-License-Identifier: Apache-2.0
#include "runtime/main/cli/loaded_folder.h"

#include <algorithm>
#include <filesystem>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "runtime/main/places.h"
#include "wrappers/catalog.h"

namespace attune::cli {

using Json = nlohmann::ordered_json;

namespace {

std::string plural(size_t count, std::string_view noun) {
  return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

Json finding_json(const Diagnostic& one) {
  return {{"severity", name_of(one.severity)},
          {"code", one.code},
          {"file", one.place.file ? Json(one.place.file->path) : Json(nullptr)},
          {"line", one.place.line == 0 ? Json(nullptr) : Json(one.place.line)},
          {"column", one.place.line == 0 ? Json(nullptr) : Json(one.place.column)},
          {"length", one.place.line == 0 ? Json(nullptr) : Json(one.place.length)},
          {"message", one.message},
          {"hint", one.hint}};
}

}  // namespace

std::optional<LoadedFolder> load_folder(const std::string& path, Console& console) {
  std::error_code failure;
  if (!std::filesystem::is_directory(path, failure)) {
    console.fail(ExitCode::kUsage,
                 fmt::format("there is no folder '{}': name the one that holds the project's "
                             "deployment.mmd",
                             path));
    return std::nullopt;
  }
  LoadedFolder folder;
  const auto stock = main::stock_folder();
  folder.loaded = dsl::load_project(path, wrappers::catalog(), stock ? *stock : std::string(), folder.found,
                                    wrappers::file_rules());
  return folder;
}

void write_findings(const Diagnostics& found, Output& out) {
  for (const Diagnostic& one : found.all()) {
    std::string text = to_text(one);
    const std::string word = fmt::format("{}:", name_of(one.severity));
    const Paint paint = one.severity == Severity::kError ? Paint::kBad : Paint::kWarning;
    if (const size_t at = text.find(word); at != text.npos)
      text.replace(at, word.size(), out.painted(paint, word));
    out.write(text);
  }
}

size_t count(const Diagnostics& found, Severity severity) {
  return static_cast<size_t>(std::count_if(found.all().begin(), found.all().end(),
                                           [&](const Diagnostic& one) { return one.severity == severity; }));
}

std::string counts_text(const Diagnostics& found) {
  const size_t errors = count(found, Severity::kError), warnings = count(found, Severity::kWarning);
  std::string text = errors == 0 ? "no errors" : plural(errors, "error");
  if (warnings > 0) text += " and " + plural(warnings, "warning");
  return text;
}

std::string findings_json(const LoadedFolder& folder) {
  Json findings = Json::array();
  for (const Diagnostic& one : folder.found.all()) findings.push_back(finding_json(one));
  const Json all = {{"project", folder.loaded.project.name},
                    {"errors", count(folder.found, Severity::kError)},
                    {"warnings", count(folder.found, Severity::kWarning)},
                    {"findings", std::move(findings)}};
  return all.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace attune::cli
