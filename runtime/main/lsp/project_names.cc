// SPDX-License-Identifier: Apache-2.0
#include "runtime/main/lsp/project_names.h"

#include <utility>

namespace attune::lsp {

struct ProjectNames::Scope {
  Scope(const dsl::ClassTree& tree, const dsl::KnownEvents& events, const std::string& event,
        const dsl::DiagramSyntax& syntax)
      : rules(tree, *events.find(event)->answered), names(rules, events, event, syntax) {}

  dsl::KindRules rules;
  dsl::NameScope names;
};

ProjectNames::ProjectNames(const model::Project& project, const dsl::DiagramTrees& diagrams)
    : project_(project), diagrams_(diagrams), tree_(project), events_(tree_, ignored_) {
  for (const auto& [event, syntax] : diagrams) events_.add(event);
  for (const auto& [event, syntax] : diagrams) events_.answer(event, subject_of(event, syntax));
}

ProjectNames::~ProjectNames() = default;

// As `on` says, else as the wrappers that declare the event.
dsl::Subject ProjectNames::subject_of(const std::string& event, const dsl::DiagramSyntax& syntax) const {
  for (const dsl::Setting& setting : syntax.front.attune)
    if (setting.key == "on") return {setting.value, tree_.concrete(setting.value)};
  const dsl::KnownEvent& known = *events_.find(event);
  if (known.is_about_host) return {};
  const model::Class* common = tree_.common(known.subjects);
  return {common == nullptr ? std::string() : common->name, known.subjects};
}

dsl::NameScope* ProjectNames::find_scope(const std::string& event) {
  const auto syntax = diagrams_.find(event);
  if (syntax == diagrams_.end()) return nullptr;
  auto& scope = scopes_[event];
  if (!scope) scope = std::make_unique<Scope>(tree_, events_, event, syntax->second);
  return &scope->names;
}

}  // namespace attune::lsp
