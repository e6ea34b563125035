// SPDX-License-Identifier: Apache-2.0
#include "dsl/syntax_json.h"

#include <nlohmann/json.hpp>

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
          {"label", relation.role.text}};
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

}  // namespace attune::dsl
