// SPDX-License-Identifier: Apache-2.0
#include "dsl/diagram_builder.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "dsl/class_tree.h"
#include "dsl/flow_builder.h"
#include "dsl/flow_check.h"
#include "dsl/kind_rules.h"
#include "dsl/known_events.h"
#include "dsl/name_scope.h"
#include "dsl/reaction_settings.h"

namespace attune::dsl {

namespace {

class Builder {
 public:
  Builder(const DiagramTrees& trees, const model::Project& project, Diagnostics& found)
      : trees_(trees), project_(project), found_(found), tree_(project), events_(tree_, found) {}

  Diagrams run() {
    for (const auto& [event, syntax] : trees_) events_.add(event);
    Diagrams made;
    for (const auto& [event, syntax] : trees_) made.emplace(event, build(event, syntax));
    return made;
  }

 private:
  model::Diagram build(const std::string& event, const DiagramSyntax& syntax) {
    model::Diagram diagram;
    diagram.event = event;
    diagram.title = syntax.front.title;
    diagram.path = syntax.file->path;
    diagram.place = syntax.place;
    diagram.settings = read_reaction_settings(syntax.front, event, project_, found_);
    const Subject subject = subject_of(*events_.find(event), diagram.settings);
    diagram.subject_class = subject.class_name;
    const KindRules rules(tree_, subject);
    NameScope scope(rules, events_, event, syntax);
    scope.check_variables(found_);
    FlowBuilder(scope, found_).build(syntax, diagram);
    if (!syntax.broken) check_flow(diagram, found_);
    return diagram;
  }

  // As `on` says, else as the wrappers that declare the event; a timer's event is about nothing.
  Subject subject_of(const KnownEvent& event, const model::Settings& settings) const {
    if (!settings.on.empty()) return {settings.on, tree_.concrete(settings.on)};
    const bool is_life = event.name == kStart || event.name == kStop;
    if (is_life || event.is_about_host || settings.every || settings.at) return {};
    const model::Class* common = tree_.common(event.subjects);
    return {common == nullptr ? std::string() : common->name, event.subjects};
  }

  const DiagramTrees& trees_;
  const model::Project& project_;
  Diagnostics& found_;
  const ClassTree tree_;
  KnownEvents events_;
};

}  // namespace

Diagrams build_diagrams(const DiagramTrees& trees, const model::Project& project, Diagnostics& found) {
  return Builder(trees, project, found).run();
}

}  // namespace attune::dsl
