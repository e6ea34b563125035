// SPDX-License-Identifier: Apache-2.0
#include "runtime/main/lsp/rename.h"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "dsl/class_draft.h"
#include "dsl/source.h"
#include "runtime/main/lsp/document.h"
#include "runtime/main/lsp/text_position.h"

namespace attune::lsp {

namespace {

using Sort = Symbol::Sort;

constexpr std::string_view kAgents = "ocf:";  // each attribute of the class is a parameter of the agent

std::set<Symbol> symbols_of(const SymbolIndex& index, const std::vector<const Occurrence*>& about) {
  std::set<Symbol> symbols;
  for (const Occurrence* one : about) symbols.insert(one->symbol);
  return index.together(std::move(symbols));
}

std::string_view word_at(const Place& place) {
  const std::string_view line = line_of(place.file->text, place.line - 1);
  const size_t begin = byte_of_column(line, place.column);
  return line.substr(begin, byte_of_column(line, place.column + place.length) - begin);
}

size_t errors_in(const Diagnostics& found) {
  const auto is_error = [](const Diagnostic& one) { return one.severity == Severity::kError; };
  return static_cast<size_t>(std::count_if(found.all().begin(), found.all().end(), is_error));
}

// The key that reads the attribute under its own name, as one of its class' stubs; empty where none does.
std::string key_that_reads(const ProjectView& view, const Symbol& attribute) {
  const model::Project& project = view.project();
  for (const model::Class& one : project.classes) {
    const model::Wrapper* wrapper = project.wrapper_of(one);
    if (wrapper == nullptr || one.find_attribute(attribute.name) == nullptr ||
        attribute_of(project, one, attribute.name) != attribute)
      continue;
    for (const model::Stub& stub : wrapper->stubs) {
      const model::Key* key = view.shipped().catalog.find_key(stub.key);
      if (key == nullptr) continue;
      const bool is_read = std::any_of(key->attributes.begin(), key->attributes.end(),
                                       [&](const auto& each) { return each.name == attribute.name; });
      if (is_read || key->name == kAgents) return stub.key;
    }
  }
  return {};
}

// Until they are mended nothing can be told of the diagrams.
bool are_declarations_broken(const ProjectView& view) {
  const std::string diagrams = view.folder() + "/diagrams/";
  const auto& all = view.found().all();
  return std::any_of(all.begin(), all.end(), [&](const Diagnostic& one) {
    const bool is_of_diagram = one.place.file && one.place.file->path.starts_with(diagrams);
    return one.severity == Severity::kError && !is_of_diagram;
  });
}

// What would be found in the project were it so.
Diagnostics tried(const ProjectView& view, const std::vector<Place>& places, const std::string& name) {
  std::map<std::string, Document> documents;
  // From behind, so that the places before stay where they are.
  for (auto place = places.rbegin(); place != places.rend(); ++place) {
    Document& document = documents.try_emplace(place->file->path, Document(place->file->text)).first->second;
    document.replace(range_of(*place, Encoding::kUtf8), name, Encoding::kUtf8);
  }
  dsl::OpenProject open;
  open.texts = view.read().texts;
  for (const auto& [path, document] : documents) open.texts[path] = document.text();
  Diagnostics found;
  dsl::load_open_project(open, view.folder(), view.shipped().catalog, view.shipped().folder, found,
                         view.shipped().rules);
  return found;
}

Result<void> check_name(const std::string& name) {
  if (!dsl::is_name(name))
    return fail(
        ErrorCode::kInvalid,
        fmt::format("'{}' cannot be a name: a name is a letter, then letters, digits and '_', the last "
                    "one not '_'",
                    name));
  if (dsl::is_expression_word(name))
    return fail(ErrorCode::kInvalid, fmt::format("'{}' means something else in diagrams", name));
  return {};
}

}  // namespace

Result<void> can_be_renamed(const ProjectView& view, const SymbolIndex& index,
                            const std::vector<const Occurrence*>& about) {
  if (about.empty()) return fail(ErrorCode::kInvalid, "here is nothing that has a name of its own");
  const std::set<Symbol> symbols = symbols_of(index, about);
  for (const Symbol& one : symbols) {
    if (one.sort == Sort::kWord)
      return fail(ErrorCode::kInvalid, fmt::format("'{}' is not the project's to name", one.name));
    if (one.sort == Sort::kFile || one.sort == Sort::kEvent)
      return fail(ErrorCode::kInvalid,
                  fmt::format("'{}' is {}: it is called so by others than this project's text", one.name,
                              one.sort == Sort::kFile ? "a file" : "an event"));
  }
  for (const Symbol& one : symbols)
    if (const std::string key = one.sort == Sort::kAttribute ? key_that_reads(view, one) : std::string();
        !key.empty())
      return fail(ErrorCode::kInvalid,
                  fmt::format("'{}' is what the key {} reads: it would be left unread by "
                              "another name",
                              one.name, key));
  if (are_declarations_broken(view))
    return fail(
        ErrorCode::kInvalid,
        "the declarations have errors: until they are mended nobody can tell what another name breaks");
  const std::string inside = view.folder() + "/";
  for (const Occurrence* one : index.of(symbols))
    if (!one->place.file->path.starts_with(inside))
      return fail(ErrorCode::kInvalid, fmt::format("'{}' is declared in {}, which ships", one->symbol.name,
                                                   one->place.file->path));
  return {};
}

Result<std::vector<Place>> renamed(const ProjectView& view, const SymbolIndex& index,
                                   const std::vector<const Occurrence*>& about, const std::string& name) {
  if (auto can = can_be_renamed(view, index, about); !can) return fail(std::move(can.error()));
  if (auto good = check_name(name); !good) return fail(std::move(good.error()));
  std::vector<Place> places;
  const std::set<Symbol> symbols = symbols_of(index, about);
  for (const Symbol& one : symbols)
    if (!index.of({{one.sort, one.owner, name}}).empty() && one.name != name)
      return fail(ErrorCode::kInvalid, fmt::format("there is already a {} '{}'", name_of(one.sort), name));
  for (const Occurrence* one : index.of(symbols))
    if (word_at(one->place) == one->symbol.name) places.push_back(one->place);  // not where it says `peers`
  std::sort(places.begin(), places.end(), [](const Place& a, const Place& b) {
    return std::tie(a.file->path, a.line, a.column) < std::tie(b.file->path, b.line, b.column);
  });
  const Diagnostics found = tried(view, places, name);
  if (errors_in(found) <= errors_in(view.found())) return places;
  for (const Diagnostic& one : found.all())
    if (one.severity == Severity::kError && one.place.file)
      return fail(ErrorCode::kInvalid, fmt::format("called '{}', it would break {}, line {}: {}", name,
                                                   one.place.file->path, one.place.line, one.message));
  return fail(ErrorCode::kInvalid, fmt::format("called '{}', it would break the project", name));
}

}  // namespace attune::lsp
