// SPDX-License-Identifier: Apache-2.0
#include "runtime/control/reload.h"

#include <utility>

#include <nlohmann/json.hpp>

#include "runtime/control/arguments.h"

namespace attune::control {

namespace {

using Json = nlohmann::ordered_json;

Json text_or_null(const std::string& text) {
  return text.empty() ? Json(nullptr) : Json(text);
}

Json view(const model::Difference& one) {
  return {{"change", model::name_of(one.how)},
          {"what", one.what},
          {"name", one.name},
          {"before", text_or_null(one.before)},
          {"after", text_or_null(one.after)},
          {"text", to_text(one)}};
}

Json view(const Diagnostic& one) {
  return {{"severity", name_of(one.severity)},
          {"code", one.code},
          {"file", one.place.file ? Json(one.place.file->path) : Json(nullptr)},
          {"line", one.place.line},
          {"column", one.place.column},
          {"message", one.message},
          {"text", to_text(one)}};
}

Response response_of(const ReloadAnswer& answer) {
  Json differences = Json::array(), findings = Json::array();
  for (const model::Difference& one : answer.differences) differences.push_back(view(one));
  for (const Diagnostic& one : answer.findings) findings.push_back(view(one));
  const Json body = {{"reloads", answer.reloads},
                     {"obstacle", text_or_null(answer.obstacle)},
                     {"not_run", text_or_null(answer.not_run)},
                     {"differences", std::move(differences)},
                     {"findings", std::move(findings)}};
  return {answer.reloads ? 202 : 200, body.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n",
          nullptr};
}

}  // namespace

void add_reload(Router& router, Reloads& reloads) {
  router.add(Role::kAdminister, "POST", "/v1/reload",
             [&reloads](const Request& request, const PathWords&, const Respond& respond) {
               auto arguments = Arguments::of(request);
               if (!arguments) return respond(error_response(arguments.error()));
               ReloadRequest asked;
               asked.dry_run = arguments->flag("dry_run", false);
               asked.wait = arguments->flag("wait", false);
               asked.by = request.peer;
               if (auto read = arguments->finish(); !read) return respond(error_response(read.error()));
               reloads.reload(asked, [respond](const Result<ReloadAnswer>& answer) {
                 respond(answer ? response_of(*answer) : error_response(answer.error()));
               });
             });
}

}  // namespace attune::control
