// SPDX-License-Identifier: Apache-2.0
#include "runtime/main/lsp/project_symbols.h"

#include <utility>
#include <variant>

#include "dsl/source.h"
#include "runtime/main/lsp/text_position.h"
#include "runtime/model/navigation.h"

namespace attune::lsp {

namespace {

using model::Kind;
using Of = Kind::Of;
using Root = model::Navigation::Root;
using Sort = Symbol::Sort;

// The words of $a.b.c, or ${a.b.c}, which begins at `place`, with the place of each.
std::vector<dsl::Text> words_at(const Place& place) {
  const std::string_view line = line_of(place.file->text, place.line - 1);
  size_t at = byte_of_column(line, place.column);
  while (at < line.size() && (line[at] == '$' || line[at] == '{')) ++at;
  std::vector<dsl::Text> words;
  for (;;) {
    size_t end = at;
    while (end < line.size() && (std::isalnum(static_cast<unsigned char>(line[end])) || line[end] == '_'))
      ++end;
    if (end == at) return words;
    Place word = place;
    word.column = dsl::code_points(line.substr(0, at)) + 1;
    word.length = static_cast<uint32_t>(end - at);
    words.push_back({std::string(line.substr(at, end - at)), word});
    if (end == line.size() || line[end] != '.') return words;
    at = end + 1;
  }
}

class NavigationWalker {
 public:
  NavigationWalker(const ProjectNames& names, Occurrences& to) : names_(names), to_(to) {}

  void add(Sort sort, std::string owner, std::string name, const Place& place, bool is_declaration = false) {
    to_.push_back({{sort, std::move(owner), std::move(name)}, place, is_declaration, {}});
  }

  void walk(const model::Template& text, const model::Class& of) {
    for (const auto& each : text.parts)
      if (const auto* navigation = std::get_if<model::Navigation>(&each)) walk(*navigation, of);
  }

 private:
  // Step by step, as long as it leads from component to component.
  void walk(const model::Navigation& navigation, const model::Class& from) {
    if (!navigation.place.file || navigation.root == Root::kArgument || navigation.root == Root::kManager)
      return;
    const std::vector<dsl::Text> words = words_at(navigation.place);
    if (words.size() != navigation.steps.size() + 1) return;  // an entity stands in it
    const dsl::Subject subject{from.name, names_.tree().concrete(from.name)};
    const dsl::KindRules rules(names_.tree(), subject);
    Kind at = rules.kind_of_subject();
    if (navigation.root == Root::kName) {
      const auto* other = rules.find_role(at, navigation.name) == nullptr
                              ? names_.project().find_class(navigation.name)
                              : nullptr;
      if (other != nullptr) {
        add(Sort::kClass, {}, other->name, words[0].place);
        at = rules.kind_of_class(*other);
      } else if (!step(rules, words[0], at)) {
        return;
      }
    }
    for (size_t i = 1; i < words.size() && step(rules, words[i], at); ++i) continue;
  }

  bool step(const dsl::KindRules& rules, const dsl::Text& word, Kind& at) {
    const auto kind = rules.member(at, word.text);
    if (!kind) return false;
    for (Symbol& one : members_of(rules, at, word.text))
      to_.push_back({std::move(one), word.place, false, *kind});
    at = *kind;
    return true;
  }

  const ProjectNames& names_;
  Occurrences& to_;
};

class DeploymentWalker {
 public:
  DeploymentWalker(const ProjectNames& names, const std::string& folder, Occurrences& to)
      : names_(names), folder_(folder), walker_(names, to) {}

  void walk(const dsl::ClassSyntax& one) {
    walker_.add(Sort::kClass, {}, one.name.text, one.name.place, true);
    const model::Class* of = names_.project().find_class(one.name.text);
    for (const dsl::MemberSyntax& member : one.members) {
      const bool has_value = member.value && !member.value->is_list;
      const dsl::Word value = has_value ? member.value->scalars.front().word : dsl::Word();
      if (has_value) walk_setting(member.name.text, value);
      if (of == nullptr || of->find_attribute(member.name.text) == nullptr) continue;
      const Symbol symbol = attribute_of(names_.project(), *of, member.name.text);
      walker_.add(symbol.sort, symbol.owner, symbol.name, member.name.place, true);
      Diagnostics ignored;
      if (has_value && member.value->scalars.front().is_quoted)
        walker_.walk(model::parse_template(value.text, value.place, ignored), *of);
    }
  }

  void walk(const dsl::RelationSyntax& relation) {
    walker_.add(Sort::kClass, {}, relation.from.text, relation.from.place);
    walker_.add(Sort::kClass, {}, relation.to.text, relation.to.place);
    const bool binds = relation.kind == dsl::RelationSyntax::Kind::kAssociation ||
                       relation.kind == dsl::RelationSyntax::Kind::kComposition;
    if (!binds) return;
    // A role that is not named is called as the class is, where the class is written.
    const dsl::Word& role = relation.role.empty() ? relation.to : relation.role;
    walker_.add(Sort::kRole, relation.from.text, role.text, role.place, true);
  }

  void walk(const dsl::DeploymentNote& note) {
    if (!note.about.empty()) walker_.add(Sort::kClass, {}, note.about.text, note.about.place);
  }

 private:
  void walk_setting(const std::string& setting, const dsl::Word& value) {
    if (setting == "host-family" || setting == "fence" || setting == "power" || setting == "site")
      walker_.add(Sort::kClass, {}, value.text, value.place);
    if (setting == "nodefile" || setting == "legacyFile")
      walker_.add(Sort::kFile, {}, folder_ + "/" + value.text, value.place);
    if (setting != "wrapper") return;
    const std::string end = "/wrappers/" + value.text;
    for (const auto& [name, wrapper] : names_.project().wrappers)
      if (wrapper.path.ends_with(end)) walker_.add(Sort::kFile, {}, wrapper.path, value.place);
  }

  const ProjectNames& names_;
  const std::string& folder_;
  NavigationWalker walker_;
};

}  // namespace

void add_deployment_symbols(const dsl::DeploymentSyntax& syntax, const ProjectNames& names,
                            const std::string& folder, Occurrences& to) {
  DeploymentWalker walker(names, folder, to);
  for (const dsl::ClassSyntax& one : syntax.classes) walker.walk(one);
  for (const dsl::RelationSyntax& one : syntax.relations) walker.walk(one);
  for (const dsl::DeploymentNote& one : syntax.notes) walker.walk(one);
}

void add_wrapper_symbols(const ProjectNames& names, Occurrences& to) {
  NavigationWalker walker(names, to);
  for (const auto& [name, wrapper] : names.project().wrappers) {
    for (const model::Stub& stub : wrapper.stubs) walker.add(Sort::kStub, name, stub.name, stub.place, true);
    for (const model::EventDeclaration& event : wrapper.events)
      walker.add(Sort::kEvent, {}, event.name, event.place, true);
    for (const model::Class& one : names.project().classes) {
      if (one.wrapper != name) continue;
      for (const model::Stub& stub : wrapper.stubs)
        for (const model::Template& param : stub.params) walker.walk(param, one);
    }
  }
}

}  // namespace attune::lsp
