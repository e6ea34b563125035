// SPDX-License-Identifier: Apache-2.0
#include "dsl/diagram_builder.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "dsl/branch_check.h"
#include "dsl/class_tree.h"
#include "dsl/ensure_reader.h"
#include "dsl/flow_builder.h"
#include "dsl/flow_check.h"
#include "dsl/flow_graph.h"
#include "dsl/guard_check.h"
#include "dsl/kind_rules.h"
#include "dsl/known_events.h"
#include "dsl/loop_check.h"
#include "dsl/loss_check.h"
#include "dsl/name_scope.h"
#include "dsl/reaction_check.h"
#include "dsl/reaction_settings.h"
#include "dsl/variable_flow.h"
#include "runtime/model/own_runs.h"

namespace attune::dsl {

namespace {

class Builder {
 public:
  Builder(const DiagramTrees& trees, const model::Project& project, Diagnostics& found)
      : trees_(trees),
        project_(project),
        found_(found),
        tree_(project),
        events_(tree_, found),
        known_(known_numbers(tree_)) {}

  Diagrams run() {
    Diagrams made;
    for (const auto& [event, syntax] : trees_) {
      events_.add(event);
      model::Diagram diagram;
      diagram.event = event;
      diagram.title = syntax.front.title;
      diagram.path = syntax.file->path;
      diagram.place = syntax.place;
      diagram.settings = read_reaction_settings(syntax.front, event, project_, found_);
      check_event(*events_.find(event), syntax);
      made.emplace(event, std::move(diagram));
    }
    for (auto& [event, diagram] : made) find_subject(diagram);
    for (auto& [event, diagram] : made) build(trees_.find(event)->second, diagram);
    if (is_whole()) check_raised(made, events_, tree_, found_);
    if (!found_.has_errors()) check_reactions(made, known_, found_);
    return made;
  }

 private:
  // Whether all that the diagrams emit and create is known.
  bool is_whole() const {
    return std::none_of(trees_.begin(), trees_.end(), [](const auto& each) { return each.second.broken; });
  }

  void check_event(const KnownEvent& event, const DiagramSyntax& syntax) {
    if (model::is_own_run(event.name))
      found_.error("reserved-name", syntax.place, fmt::format("an event cannot be called '{}'", event.name),
                   std::string(kOwnRunHelp));
  }

  // As `on` says, else as the wrappers that declare the event; a timer's event is about nothing.
  void find_subject(model::Diagram& diagram) {
    const KnownEvent& event = *events_.find(diagram.event);
    const model::Settings& settings = diagram.settings;
    Subject subject{settings.on, tree_.concrete(settings.on)};
    const bool is_life = event.name == kStart || event.name == kStop;
    const bool is_open = settings.on.empty() && !is_life && !settings.every && !settings.at;
    if (is_open && !event.is_about_host) {
      const model::Class* common = tree_.common(event.subjects);
      subject = {common == nullptr ? std::string() : common->name, event.subjects};
    }
    diagram.subject_class = subject.class_name;
    events_.answer(event.name, std::move(subject));
  }

  void build(const DiagramSyntax& syntax, model::Diagram& diagram) {
    const KnownEvent& event = *events_.find(diagram.event);
    check_subject(event, diagram);
    const KindRules rules(tree_, *event.answered);
    NameScope scope(rules, events_, diagram.event, syntax);
    Diagnostics own;
    scope.check_variables(own);
    diagram.settings.ensure = read_ensure(syntax.front, scope, own);
    check_within(syntax, diagram);
    FlowBuilder(scope, own).build(syntax, diagram);
    if (!syntax.broken) check_run(diagram, rules, own);
    found_.add(own);
  }

  // What a run of it would do. Each stage relies on the one before.
  void check_run(const model::Diagram& diagram, const KindRules& rules, Diagnostics& own) const {
    Diagnostics flow;
    check_flow(diagram, flow);
    if (!flow.has_errors()) check_variable_flow(diagram, flow);
    own.add(flow);
    if (own.has_errors()) return;
    const FlowGraph graph(diagram);
    check_guards(diagram, known_, own);
    check_loops(graph, own);
    check_branches(graph, rules, own);
    check_instances(graph, tree_, own);
    check_failures(graph, own);
  }

  // Without `ensure` what is waited for is that the condition ends, and only a level tells that.
  void check_within(const DiagramSyntax& syntax, const model::Diagram& diagram) {
    const model::Settings& settings = diagram.settings;
    if (!settings.within || settings.ensure || settings.hold || settings.release) return;
    const bool is_level =
        std::any_of(project_.wrappers.begin(), project_.wrappers.end(), [&](const auto& each) {
          const model::EventDeclaration* event = each.second.find_event(diagram.event);
          return event != nullptr && event->level;
        });
    if (is_level || diagram.event == "overload_site") return;
    found_.error("within-nothing", place_of_setting(syntax.front, "within"),
                 fmt::format("nobody tells that '{}' is over", diagram.event),
                 "write ensure: and what must be true then, or declare the event with level=\"true\"");
  }

  void check_subject(const KnownEvent& event, const model::Diagram& diagram) {
    if (event.has_no_subject && !diagram.settings.on.empty())
      found_.error("no-subject", diagram.place,
                   fmt::format("'{}' is about no component: there is no 'on'", event.name),
                   event.is_about_place ? "event.component is the name of the site or the host"
                                        : "leave 'on' out, and name the components by their class");
    const Classes& of = event.answered->classes;
    const bool meets = std::any_of(of.begin(), of.end(), [&](const model::Class* one) {
      return std::find(event.subjects.begin(), event.subjects.end(), one) != event.subjects.end();
    });
    if (diagram.settings.on.empty() || event.subjects.empty() || meets) return;
    std::vector<std::string> names;
    for (const model::Class* one : event.subjects) names.push_back(one->name);
    found_.warning("never-about", diagram.place,
                   fmt::format("nothing raises '{}' about '{}'", event.name, diagram.settings.on),
                   fmt::format("it is raised about {}", fmt::join(names, ", ")));
  }

  const DiagramTrees& trees_;
  const model::Project& project_;
  Diagnostics& found_;
  const ClassTree tree_;
  KnownEvents events_;
  const KnownNumbers known_;
};

}  // namespace

Diagrams build_diagrams(const DiagramTrees& trees, const model::Project& project, Diagnostics& found) {
  return Builder(trees, project, found).run();
}

}  // namespace attune::dsl
