// SPDX-License-Identifier: Apache-2.0
#include "runtime/main/lsp/questions.h"

#include <filesystem>
#include <map>
#include <memory>
#include <set>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "dsl/formatter.h"
#include "dsl/source.h"
#include "runtime/main/lsp/completion.h"
#include "runtime/main/lsp/file_uri.h"
#include "runtime/main/lsp/hover.h"
#include "runtime/main/lsp/rename.h"
#include "runtime/main/lsp/symbol_index.h"

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
  const auto extension = std::filesystem::path(about.path).extension();
  if (about.document == nullptr || (extension != ".mmd" && extension != ".xml")) return Json();
  Diagnostics found;
  const std::string& text = about.document->text();
  const auto made = dsl::formatted(dsl::make_source(about.path, text, found), found);
  if (!made) return fail(ErrorCode::kInvalid, "the file has errors: what cannot be read is not formatted");
  const std::string whole = dsl::with_ends_of(text, *made);
  if (whole == text) return Json::array();
  const Json edit = {{"range", json_of(about.document->whole(desk.encoding))}, {"newText", whole}};
  return Json::array({edit});
}

// What stands where the question points to, and the project as it is now.
struct Found {
  ProjectView* view = nullptr;  // nullptr: in no project
  std::unique_ptr<SymbolIndex> index;
  std::vector<const Occurrence*> about;
};

Found found_at(const Desk& desk, const Json& params) {
  const Asked about = asked(desk, params);
  Found found;
  if (about.document == nullptr) return found;
  found.view = desk.workspace.project_of(about.path);
  if (found.view == nullptr) return found;
  found.index = std::make_unique<SymbolIndex>(*found.view);
  const std::string_view line = about.document->line(about.position.line);
  const size_t byte = byte_at(line, about.position.character, desk.encoding);
  found.about =
      found.index->at(about.path, about.position.line + 1, character_at(line, byte, Encoding::kUtf32) + 1);
  return found;
}

std::set<Symbol> symbols_of(const std::vector<const Occurrence*>& about) {
  std::set<Symbol> symbols;
  for (const Occurrence* one : about) symbols.insert(one->symbol);
  return symbols;
}

Json location_of(const Desk& desk, const Place& place) {
  return location_of(desk.uris.of(place.file->path), range_of(place, desk.encoding));
}

Result<Json> definition(const Desk& desk, const Json& params) {
  const Found found = found_at(desk, params);
  Json locations = Json::array();
  if (found.view == nullptr) return locations;
  for (const Occurrence* one : found.about)
    if (one->symbol.sort == Symbol::Sort::kFile)
      locations.push_back(location_of(desk.uris.of(one->symbol.name), Range()));
  for (const Occurrence* one : found.index->of(symbols_of(found.about)))
    if (one->is_declaration) locations.push_back(location_of(desk, one->place));
  return locations;
}

Result<Json> references(const Desk& desk, const Json& params) {
  const Found found = found_at(desk, params);
  Json locations = Json::array();
  if (found.view == nullptr) return locations;
  const bool are_all = part(part(params, "context"), "includeDeclaration") == true;
  for (const Occurrence* one : found.index->of(symbols_of(found.about)))
    if (are_all || !one->is_declaration) locations.push_back(location_of(desk, one->place));
  return locations;
}

Result<Json> hover(const Desk& desk, const Json& params) {
  const Found found = found_at(desk, params);
  if (found.view == nullptr || found.about.empty()) return Json();
  const std::string text = hover_text(*found.view, *found.index, found.about, desk.live);
  return Json{{"contents", {{"kind", "markdown"}, {"value", text}}},
              {"range", json_of(range_of(found.about.front()->place, desk.encoding))}};
}

Result<Json> prepare_rename(const Desk& desk, const Json& params) {
  const Found found = found_at(desk, params);
  if (found.view == nullptr) return Json();
  if (auto can = can_be_renamed(*found.view, *found.index, found.about); !can)
    return fail(std::move(can.error()));
  return json_of(range_of(found.about.front()->place, desk.encoding));
}

Result<Json> rename(const Desk& desk, const Json& params) {
  const Found found = found_at(desk, params);
  if (found.view == nullptr) return fail(ErrorCode::kInvalid, "the file belongs to no project");
  const std::string name = text_of(part(params, "newName"));
  const auto places = renamed(*found.view, *found.index, found.about, name);
  if (!places) return fail(places.error());
  Json changes = Json::object();
  for (const Place& place : *places) {
    Json& edits = changes[desk.uris.of(place.file->path)];
    edits.push_back({{"range", json_of(range_of(place, desk.encoding))}, {"newText", name}});
  }
  return Json{{"changes", std::move(changes)}};
}

Json json_of(const Suggestion& one, const Range& word) {
  const std::string& text = one.text.empty() ? one.label : one.text;
  Json item = {{"label", one.label},
               {"kind", static_cast<int>(one.icon)},
               {"textEdit", {{"range", json_of(word)}, {"newText", text}}}};
  if (!one.detail.empty()) item["detail"] = one.detail;
  return item;
}

Result<Json> completion(const Desk& desk, const Json& params) {
  const Asked about = asked(desk, params);
  ProjectView* view = about.document == nullptr ? nullptr : desk.workspace.known_project_of(about.path);
  if (view == nullptr) return Json::array();
  const std::string_view line = about.document->line(about.position.line);
  const size_t byte = byte_at(line, about.position.character, desk.encoding);
  const std::string_view begun = begun_word(line.substr(0, byte));
  const std::string_view before = line.substr(0, byte - begun.size());
  const std::string_view text = about.document->text();
  const size_t begin =
      line.data() == nullptr ? text.size() : static_cast<size_t>(line.data() - text.data()) + before.size();
  const Range word{{about.position.line, character_at(line, before.size(), desk.encoding)},
                   {about.position.line, character_at(line, byte, desk.encoding)}};
  Json items = Json::array();
  for (const Suggestion& one : complete(*view, {about.path, text.substr(0, begin), before}))
    items.push_back(json_of(one, word));
  return items;
}

const std::map<std::string_view, Question> kQuestions = {
    {"textDocument/formatting", format},     {"textDocument/definition", definition},
    {"textDocument/references", references}, {"textDocument/hover", hover},
    {"textDocument/completion", completion}, {"textDocument/prepareRename", prepare_rename},
    {"textDocument/rename", rename},
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
