// SPDX-License-Identifier: Apache-2.0
#include "runtime/main/lsp/questions.h"

#include <filesystem>
#include <map>

#include <nlohmann/json.hpp>

#include "dsl/formatter.h"
#include "dsl/source.h"
#include "runtime/main/lsp/file_uri.h"

namespace attune::lsp {

namespace {

// The open document that the question is about.
struct Asked {
  std::string path;  // without links
  Document* document = nullptr;
  Position position;
};

Asked asked(const Desk& desk, const Json& params) {
  const auto path = path_of_uri(text_of(part(part(params, "textDocument"), "uri")));
  if (!path) return {};
  return {Workspace::real_path(*path), desk.workspace.find_document(*path),
          position_of(part(params, "position"))};
}

Result<Json> format(const Desk& desk, const Json& params) {
  const Asked about = asked(desk, params);
  if (about.document == nullptr || std::filesystem::path(about.path).extension() != ".mmd") return Json();
  Diagnostics found;
  const auto made = dsl::formatted(dsl::make_source(about.path, about.document->text(), found), found);
  if (!made) return fail(ErrorCode::kInvalid, "the diagram has errors: what cannot be read is not formatted");
  if (*made == about.document->text()) return Json::array();
  const Json edit = {{"range", json_of(about.document->whole(desk.encoding))}, {"newText", *made}};
  return Json::array({edit});
}

const std::map<std::string_view, Question> kQuestions = {
    {"textDocument/formatting", format},
};

}  // namespace

std::string Uris::of(const std::string& real) const {
  const auto at = open_.find(real);
  return at == open_.end() ? uri_of_path(real) : at->second;
}

const Question* find_question(std::string_view method) {
  const auto at = kQuestions.find(method);
  return at == kQuestions.end() ? nullptr : &at->second;
}

}  // namespace attune::lsp
