// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <filesystem>

#include <fmt/format.h>

#include "dsl/known_settings.h"
#include "dsl/source.h"
#include "runtime/main/lsp/completion.h"

namespace attune::lsp {

namespace {

using Icon = Suggestion::Icon;
using Sort = dsl::ClassDraft::Sort;

constexpr model::Type kTypes[] = {model::Type::kString, model::Type::kInteger,  model::Type::kFloat,
                                  model::Type::kBool,   model::Type::kPercent,  model::Type::kSize,
                                  model::Type::kList,   model::Type::kDuration, model::Type::kSecret};

// The body of the class in which the text ends; nothing where it ends in none.
std::string_view open_class(std::string_view before) {
  const size_t begin = before.rfind("class ");
  if (begin == before.npos) return {};
  const std::string_view body = before.substr(begin);
  const size_t open = body.find('{'), line_end = body.find('\n');
  if (open == body.npos || open > line_end) return {};
  const bool is_closed = body.find("\n  }") != body.npos || body.find("\n}") != body.npos;
  return is_closed ? std::string_view() : body;
}

Sort sort_of(std::string_view body) {
  if (body.find("<<host-family>>") != body.npos) return Sort::kFamily;
  return body.find("<<site>>") != body.npos ? Sort::kSite : Sort::kClass;
}

void add_classes(const ProjectView& view, Suggestions& to) {
  if (!view.read().deployment) return;
  for (const dsl::ClassSyntax& one : view.read().deployment->classes)
    to.push_back({one.name.text, Icon::kClass, {}, {}});
}

void complete_value(const ProjectView& view, std::string_view setting, Suggestions& to) {
  if (setting == "wrapper") {
    add_words(view.files("wrappers", ".xml"), Icon::kFile, to);
    add_words(dsl::ProjectFolder(view.shipped().folder).list("wrappers", ".xml"), Icon::kFile, to);
  }
  if (setting == "nodefile") add_words(view.files("", ".nodes"), Icon::kFile, to);
  if (setting == "protocol")
    add_words(std::initializer_list<const char*>{"ssh", "local"}, Icon::kKeyword, to);
  if (setting == "host-family" || setting == "fence" || setting == "power" || setting == "site")
    add_classes(view, to);
}

void complete_member(const ProjectView& view, std::string_view line, Sort sort, Suggestions& to) {
  if (line.starts_with('+')) line.remove_prefix(1);
  const size_t colon = line.find(':'), equals = line.find('=');
  if (equals != line.npos && colon < equals)
    return complete_value(view, dsl::trimmed(line.substr(0, colon)), to);
  if (colon != line.npos) {
    for (const model::Type type : kTypes)
      to.push_back({std::string(model::name_of(type)), Icon::kClass, "type", {}});
    return;
  }
  if (!dsl::trimmed(line).empty()) return;
  for (const dsl::KnownSetting& one : dsl::known_settings(sort)) {
    const std::string_view type = model::name_of(one.type);
    to.push_back({std::string(one.name), Icon::kProperty, std::string(type),
                  fmt::format("{}: {} = ", one.name, type)});
  }
}

}  // namespace

void complete_deployment(const ProjectView& view, const Typing& typing, Suggestions& to) {
  const std::string_view line = dsl::trimmed(typing.line);
  if (line.ends_with("<<"))
    return add_words(std::initializer_list<const char*>{"abstract", "host-family", "site"}, Icon::kKeyword,
                     to);
  if (const std::string_view body = open_class(typing.before); !body.empty())
    return complete_member(view, line, sort_of(body), to);
  if (line.find(':') != line.npos) return;
  add_classes(view, to);
  if (line.empty())
    add_words(std::initializer_list<const char*>{"class", "namespace", "note", "direction"}, Icon::kKeyword,
              to);
}

}  // namespace attune::lsp
