// SPDX-License-Identifier: Apache-2.0
#include "runtime/main/lsp/completion.h"

#include <algorithm>
#include <filesystem>
#include <set>

#include "dsl/known_settings.h"
#include "dsl/source.h"
#include "runtime/main/lsp/expression_completion.h"
#include "runtime/model/settings.h"
#include "runtime/model/site.h"

namespace attune::lsp {

namespace {

using Icon = Suggestion::Icon;

bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
}

// Whether the line stands between the two --- at the text's head.
bool is_front_matter(std::string_view before) {
  return before.starts_with("---\n") && before.find("\n---\n", 3) == before.npos;
}

void complete_front_matter(std::string_view line, ProjectNames& names, dsl::NameScope* scope,
                           Suggestions& to) {
  const size_t colon = line.find(':');
  if (colon == line.npos) {
    if (line.starts_with(' '))
      add_words(dsl::kReactionSettings, Icon::kProperty, to, "setting of the diagram");
    else
      for (const char* word : {"title", "attune"}) to.push_back({word, Icon::kKeyword, {}, {}});
    return;
  }
  const std::string_view key = dsl::trimmed(line.substr(0, colon));
  if (key == "on")
    for (const model::Class& one : names.project().classes) to.push_back({one.name, Icon::kClass, {}, {}});
  if (key == "ensure" && scope != nullptr) complete_guard(line.substr(colon + 1), *scope, to);
}

void add_states(const dsl::DiagramSyntax& syntax, Suggestions& to) {
  for (const dsl::StateSyntax& state : syntax.states)
    if (state.kind != dsl::StateSyntax::Kind::kRegion) to.push_back({state.id, Icon::kVariable, "state", {}});
  to.push_back({"[*]", Icon::kKeyword, "the beginning, or the end", {}});
}

void complete_label(std::string_view label, dsl::NameScope& scope, Suggestions& to) {
  if (const size_t open = label.find('['); open != label.npos)
    return complete_guard(label.substr(open + 1), scope, to);
  if (dsl::trimmed(label).empty())
    for (const char* word : {"[else]", "on error", "after 10s"}) to.push_back({word, Icon::kKeyword, {}, {}});
}

}  // namespace

std::string_view begun_word(std::string_view before) {
  size_t begin = before.size();
  while (begin > 0 && is_word(before[begin - 1])) --begin;
  // A '-' that begins no word is an operator, or part of an arrow.
  while (begin < before.size() && before[begin] == '-') ++begin;
  return before.substr(begin);
}

void complete_diagram(const ProjectView& view, const Typing& typing, Suggestions& to) {
  ProjectNames names(view.project(), view.read().diagrams);
  const std::string event = std::filesystem::path(typing.path).stem();
  dsl::NameScope* scope = names.find_scope(event);
  if (is_front_matter(typing.before)) return complete_front_matter(typing.line, names, scope, to);
  if (scope == nullptr) return;
  const std::string_view line = dsl::trimmed(typing.line);
  if (line.starts_with("state ") && line.ends_with("<<"))
    return add_words(std::initializer_list<const char*>{"choice", "fork", "join"}, Icon::kKeyword, to);
  const size_t arrow = line.find("-->");
  const size_t colon = line.find(':', arrow == line.npos ? 0 : arrow);
  if (colon == line.npos) {
    add_states(view.read().diagrams.at(event), to);
    if (line.empty())
      for (const char* word : {"state", "note", "direction"}) to.push_back({word, Icon::kKeyword, {}, {}});
    return;
  }
  if (arrow == line.npos)
    complete_action(line.substr(colon + 1), names, *scope, to);
  else
    complete_label(line.substr(colon + 1), *scope, to);
}

void complete_settings(const Typing& typing, Suggestions& to) {
  // The names of the levels that are open.
  std::vector<std::string> levels;
  std::string word;
  for (const char c : typing.before) {
    if (is_word(c)) {
      word += c;
      continue;
    }
    if (c == '{') levels.push_back(word);
    if (c == '}' && !levels.empty()) levels.pop_back();
    if (c == '\n' || c == '}' || (c != '{' && !std::isspace(static_cast<unsigned char>(c)))) word.clear();
  }
  if (!dsl::trimmed(typing.line.substr(typing.line.find_last_of("{}") + 1)).empty()) return;  // a value
  std::string prefix;
  for (const std::string& level : levels) prefix += level + ".";
  std::set<std::string> known;
  for (const model::SettingDefinition& one : model::kSettings) {
    if (!one.name.starts_with(prefix)) continue;
    const std::string_view rest = one.name.substr(prefix.size());
    const size_t dot = rest.find('.');
    const std::string name(rest.substr(0, dot));
    if (!known.insert(name).second) continue;
    if (dot == rest.npos)
      to.push_back({name, Icon::kProperty, std::string(one.meaning), {}});
    else
      to.push_back({name, Icon::kModule, {}, name + " {"});
  }
  if (levels.empty()) to.push_back({std::string(model::kDiagramSettings), Icon::kModule, {}, {}});
}

void complete_nodes(const ProjectView& view, const Typing& typing, Suggestions& to) {
  if (dsl::trimmed(typing.line).empty()) return;  // the name
  if (typing.line.ends_with("site="))
    for (const model::Site& site : view.project().sites) to.push_back({site.name, Icon::kModule, {}, {}});
  if (!typing.line.ends_with(' ')) return;
  for (const char* key : {"address", "cpus", "memory", "site"})
    to.push_back({key, Icon::kProperty, {}, std::string(key) + "="});
  for (const model::PropertyRule& rule : model::kHostRules)
    to.push_back({std::string(rule.name), Icon::kProperty, std::string(model::name_of(rule.type)),
                  std::string(rule.name) + "="});
}

namespace {

bool is_node_file(const ProjectView& view, const std::filesystem::path& path) {
  const std::vector<std::string> names = view.node_files();
  return std::any_of(names.begin(), names.end(), [&](const std::string& name) {
    return path == (std::filesystem::path(view.folder()) / name).lexically_normal();
  });
}

}  // namespace

Suggestions complete(const ProjectView& view, const Typing& typing) {
  Suggestions all;
  const std::filesystem::path path = typing.path;
  if (path.filename() == "deployment.mmd")
    complete_deployment(view, typing, all);
  else if (path.extension() == ".mmd")
    complete_diagram(view, typing, all);
  else if (path.extension() == ".xml")
    complete_wrapper(view, typing, all);
  else if (path.filename() == "attune.info")
    complete_settings(typing, all);
  else if (path.extension() == ".nodes" || is_node_file(view, path))
    complete_nodes(view, typing, all);
  return all;
}

}  // namespace attune::lsp
