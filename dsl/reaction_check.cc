// SPDX-License-Identifier: Apache-2.0
#include "dsl/reaction_check.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <fmt/format.h>

#include "dsl/flow_graph.h"
#include "dsl/opposite_changes.h"
#include "runtime/base/suggest.h"
#include "runtime/model/own_runs.h"

namespace attune::dsl {

namespace {

using model::Diagram;

// Built-in events that need a component of a kind to be about.
constexpr std::string_view kOfComponents[] = {"vm_crashed", "vm_stopped", "vm_moved", "component_failed",
                                              "probe_failed"};

// --- who raises it ---

class RaisedCheck {
 public:
  RaisedCheck(const Diagrams& diagrams, const KnownEvents& events, const ClassTree& tree, Diagnostics& found)
      : diagrams_(diagrams), events_(events), tree_(tree), found_(found) {
    for (const auto& [event, diagram] : diagrams) {
      for (const model::State& state : diagram.states) {
        for (const model::Action& action : state.actions) note(event, action);
      }
    }
  }

  void run() {
    for (const auto& [event, diagram] : diagrams_) check(diagram);
  }

 private:
  void note(const std::string& diagram, const model::Action& action) {
    if (const auto* emit = std::get_if<model::EmitAction>(&action.what);
        emit != nullptr && emit->event != diagram)
      emitted_.insert(emit->event);  // by another: what only itself emits never begins
    if (const auto* create = std::get_if<model::CreateAction>(&action.what))
      created_.insert(create->class_name);
  }

  void check(const Diagram& diagram) {
    const model::Settings& settings = diagram.settings;
    const KnownEvent& event = *events_.find(diagram.event);
    const bool is_life = event.name == kStart || event.name == kStop || model::is_own_run(event.name);
    if (is_life || settings.every || settings.at || emitted_.contains(event.name)) return;
    if (!event.is_declared) {
      tell_untriggered(diagram);
    } else if (is_of_components(event) ? event.subjects.empty() : is_silent(event)) {
      found_.warning(
          "silent-event", diagram.place, fmt::format("nothing that is deployed raises '{}'", event.name),
          is_of_components(event) ? "no class of this project is of the kind that the event is about"
                                  : why_silent(event));
    }
  }

  void tell_untriggered(const Diagram& diagram) {
    const std::vector<std::string> declared = events_.declared();
    const std::string_view near = nearest(diagram.event, declared);
    found_.warning("untriggered", diagram.place, fmt::format("nothing raises '{}'", diagram.event),
                   near.empty()
                       ? "declare the event in the wrapper of what raises it, emit it in another diagram, or "
                         "give the diagram a timer (every: 10min)"
                       : fmt::format("did you mean '{}'? the file is named after the event", near));
  }

  static bool is_of_components(const KnownEvent& event) {
    return std::find(std::begin(kOfComponents), std::end(kOfComponents), event.name) !=
           std::end(kOfComponents);
  }

  bool declares(const model::Class& one, const KnownEvent& event) const {
    const model::Wrapper* wrapper = tree_.project().wrapper_of(one);
    return wrapper != nullptr && wrapper->find_event(event.name) != nullptr;
  }

  // Whether wrappers declare it, but no class has one, or none that has instances, at the beginning or later.
  bool is_silent(const KnownEvent& event) const {
    const auto& wrappers = tree_.project().wrappers;
    return std::any_of(wrappers.begin(), wrappers.end(),
                       [&](const auto& each) { return each.second.find_event(event.name) != nullptr; }) &&
           std::none_of(tree_.concrete().begin(), tree_.concrete().end(), [&](const model::Class* one) {
             return declares(*one, event) && (one->initial > 0 || created_.contains(one->name));
           });
  }

  const char* why_silent(const KnownEvent& event) const {
    return std::any_of(tree_.concrete().begin(), tree_.concrete().end(),
                       [&](const model::Class* one) { return declares(*one, event); })
               ? "the classes whose wrapper declares it have no instance: see their initial"
               : "no class has the wrapper that declares it: draw one";
  }

  const Diagrams& diagrams_;
  const KnownEvents& events_;
  const ClassTree& tree_;
  Diagnostics& found_;
  std::set<std::string> emitted_, created_;
};

// --- who raises whom ---

struct Emission {
  const model::EmitAction* emit = nullptr;
  const model::Action* action = nullptr;
};

class CircleCheck {
 public:
  CircleCheck(const Diagrams& diagrams, Diagnostics& found) : diagrams_(diagrams), found_(found) {
    for (const auto& [event, diagram] : diagrams) {
      const std::vector<bool> is_reached = always_reached(FlowGraph(diagram));
      for (model::StateIndex at = 0; at < diagram.states.size(); ++at) {
        if (!is_reached[at]) continue;
        for (const model::Action& action : diagram.states[at].actions) {
          if (const auto* emit = std::get_if<model::EmitAction>(&action.what))
            emissions_[event].push_back({emit, &action});
        }
      }
    }
  }

  // A circle is told once, at the first of its events; a cooldown on the way ends it.
  void run() {
    for (const auto& [event, diagram] : diagrams_) {
      std::vector<Waypoint> path;
      std::set<std::string> seen;
      if (!leads_back(event, diagram, seen, path)) continue;
      path.insert(path.begin(), {diagram.place, event});
      found_.add(
          {Severity::kWarning,
           "event-cycle",
           path[1].place,
           fmt::format("'{}' raises itself again{}", event, path.size() > 2 ? " by other diagrams" : ""),
           "leave one of the emit out, or write cooldown: in one of the diagrams",
           std::move(path),
           {}});
    }
  }

 private:
  // By state. Behind a guard or an error the circle may end.
  static std::vector<bool> always_reached(const FlowGraph& graph) {
    std::vector<bool> is_reached(graph.diagram().states.size());
    const auto goes_on = [](const FlowGraph::Step& step) {
      return step.way == nullptr ||
             (step.way->on == model::Way::On::kDone && !step.way->guard && !step.way->otherwise);
    };
    // A walk to no goal in particular, which passes each state that can be reached once.
    (void)graph.path(graph.diagram().regions[0].start, goes_on, [&](model::StateIndex one) {
      is_reached[one] = true;
      return false;
    });
    return is_reached;
  }

  bool leads_back(const std::string& goal, const Diagram& diagram, std::set<std::string>& seen,
                  std::vector<Waypoint>& path) const {
    const auto emissions = emissions_.find(diagram.event);
    if (diagram.settings.cooldown || emissions == emissions_.end()) return false;
    for (const Emission& one : emissions->second) {
      const auto next = diagrams_.find(one.emit->event);
      if (next == diagrams_.end() || one.emit->event < goal) continue;
      path.push_back({one.action->place, one.action->text});
      if (next->first == goal) return true;
      if (seen.insert(next->first).second && leads_back(goal, next->second, seen, path)) return true;
      path.pop_back();
    }
    return false;
  }

  const Diagrams& diagrams_;
  Diagnostics& found_;
  std::map<std::string, std::vector<Emission>> emissions_;  // by the event of their diagram
};

}  // namespace

void check_raised(const Diagrams& diagrams, const KnownEvents& events, const ClassTree& tree,
                  Diagnostics& found) {
  RaisedCheck(diagrams, events, tree, found).run();
}

void check_reactions(const Diagrams& diagrams, const KnownNumbers& known, Diagnostics& found) {
  CircleCheck(diagrams, found).run();
  check_opposite_changes(diagrams, known, found);
}

}  // namespace attune::dsl
