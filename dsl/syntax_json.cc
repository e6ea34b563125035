// SPDX-License-Identifier: Apache-2.0
#include "dsl/syntax_json.h"

#include <algorithm>
#include <utility>

#include <nlohmann/json.hpp>

#include "dsl/deployment_parser.h"
#include "dsl/diagram_parser.h"
#include "dsl/front_matter.h"
#include "dsl/mermaid_text.h"
#include "dsl/source.h"

namespace attune::dsl {

namespace {

using Json = nlohmann::ordered_json;

Json json_of(const ClassSyntax& one) {
  Json stereotypes = Json::array(), members = Json::array();
  for (const Word& stereotype : one.stereotypes) stereotypes.push_back(stereotype.text);
  for (const MemberSyntax& member : one.members) members.push_back(member.text);
  return {{"name", one.name.text},
          {"label", one.label.text},
          {"namespace", one.namespace_name},
          {"stereotypes", std::move(stereotypes)},
          {"members", std::move(members)}};
}

Json json_of(const RelationSyntax& relation) {
  return {{"type", name_of(relation.kind)},
          {"from", relation.from.text},
          {"from_cardinality", relation.from_cardinality.text},
          {"to", relation.to.text},
          {"to_cardinality", relation.to_cardinality.text},
          {"label", relation.kind == RelationSyntax::Kind::kLink
                        ? relation.latency.text + " " + relation.bandwidth.text
                        : relation.role.text}};
}

std::string_view name_of(StateSyntax::Kind kind) {
  switch (kind) {
    case StateSyntax::Kind::kChoice:
      return "choice";
    case StateSyntax::Kind::kFork:
      return "fork";
    case StateSyntax::Kind::kJoin:
      return "join";
    case StateSyntax::Kind::kComposite:
      return "composite";
    case StateSyntax::Kind::kRegion:
      return "region";
    case StateSyntax::Kind::kState:
      break;
  }
  return "state";
}

Json json_of(const StateSyntax& state) {
  Json descriptions = Json::array();
  std::string label = state.label.text;  // stands among them, where it was written
  for (const Description& description : state.descriptions) {
    if (!label.empty() && state.label.place.line < description.text.place.line)
      descriptions.push_back(std::exchange(label, {}));
    descriptions.push_back(description.text.text);
  }
  if (!label.empty()) descriptions.push_back(std::move(label));
  return {{"id", state.id},
          {"kind", name_of(state.kind)},
          {"parent", state.parent},
          {"descriptions", std::move(descriptions)}};
}

Json json_of(const TransitionSyntax& transition) {
  return {{"parent", transition.parent},
          {"from", transition.from.text},
          {"to", transition.to.text},
          {"label", transition.label.text}};
}

// Text that is not UTF-8 has been found before; here it must not be fatal.
std::string dumped(const Json& tree) {
  return tree.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace

std::string to_json(const DeploymentSyntax& syntax) {
  Json classes = Json::array(), relations = Json::array(), notes = Json::array();
  for (const ClassSyntax& one : syntax.classes) classes.push_back(json_of(one));
  for (const RelationSyntax& relation : syntax.relations) relations.push_back(json_of(relation));
  for (const DeploymentNote& note : syntax.notes)
    notes.push_back({{"for", note.about.text}, {"text", note.text.text}});
  return dumped({{"file", syntax.file->path},
                 {"diagram", "class"},
                 {"namespaces", syntax.namespaces},
                 {"classes", std::move(classes)},
                 {"relations", std::move(relations)},
                 {"notes", std::move(notes)}});
}

std::string to_json(const DiagramSyntax& syntax) {
  Json states = Json::array(), transitions = Json::array(), notes = Json::array();
  for (const StateSyntax& state : syntax.states) states.push_back(json_of(state));
  for (const TransitionSyntax& transition : syntax.transitions) transitions.push_back(json_of(transition));
  for (const NoteSyntax& note : syntax.notes)
    notes.push_back({{"for", note.state.text}, {"text", note.text}});
  return dumped({{"file", syntax.file->path},
                 {"diagram", "state"},
                 {"states", std::move(states)},
                 {"transitions", std::move(transitions)},
                 {"notes", std::move(notes)}});
}

namespace {

std::string tree_of(const Source& source, Diagnostics& found) {
  if (!says_state_diagram(source)) return to_json(parse_deployment(source, found));
  const auto tree = parse_diagram(source, found);
  return tree ? to_json(*tree) : std::string();
}

}  // namespace

std::string syntax_json(const std::string& path, std::string text, Diagnostics& found) {
  const auto errors = [&] {
    return std::count_if(found.all().begin(), found.all().end(),
                         [](const Diagnostic& one) { return one.severity == Severity::kError; });
  };
  const auto before = errors();
  std::string json = tree_of(make_source(path, std::move(text), found), found);
  if (errors() == before) return json;
  return dumped({{"file", path}, {"errors", errors() - before}});
}

}  // namespace attune::dsl
