// SPDX-License-Identifier: Apache-2.0
#include "dsl/loop_check.h"

#include <algorithm>
#include <functional>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include <fmt/format.h>

#include "dsl/action_parts.h"

namespace attune::dsl {

namespace {

using model::Expression;
using model::State;
using model::StateIndex;
using model::Way;
using Marks = std::vector<bool>;  // by state
using Over = std::function<bool(StateIndex)>;

// What the actions of a loop change, as guards read it.
struct Changes {
  std::set<std::string> variables, classes, attributes;
};

void add_changes(const model::Action& action, Changes& changes) {
  if (const std::string& variable = variable_set_by(action); !variable.empty())
    changes.variables.insert(variable);
  if (const auto* assign = std::get_if<model::AssignAction>(&action.what);
      assign != nullptr && assign->target)
    changes.attributes.insert(assign->attribute);
  if (const auto* create = std::get_if<model::CreateAction>(&action.what))
    changes.classes.insert(create->class_name);
  if (const auto* remove = std::get_if<model::RemoveAction>(&action.what))
    changes.classes.insert(remove->class_name);
  if (const auto* bind = std::get_if<model::BindAction>(&action.what)) changes.attributes.insert(bind->role);
}

bool reads(const Expression& guard, const Changes& changes) {
  bool is_read = false;
  each_part(guard, [&](const Expression& part) {
    using Meaning = Expression::Meaning;
    const bool is_name = part.form == Expression::Form::kName;
    is_read = is_read || (is_name && part.meaning == Meaning::kAttempts) ||
              (is_name && part.meaning == Meaning::kVariable && changes.variables.contains(part.name)) ||
              (is_name && part.meaning == Meaning::kClass && changes.classes.contains(part.name)) ||
              ((is_name || part.form == Expression::Form::kMember) && changes.attributes.contains(part.name));
  });
  return is_read;
}

class Checker {
 public:
  Checker(const FlowGraph& graph, Diagnostics& found)
      : graph_(graph), diagram_(graph.diagram()), found_(found), is_bound_(diagram_.states.size()) {}

  void run() {
    for (StateIndex at = 0; at < diagram_.states.size(); ++at) find_bound(at);
    Marks told(diagram_.states.size());
    for (StateIndex at = 0; at < diagram_.states.size(); ++at) {
      if (told[at]) continue;
      const Marks loop = loop_through(at, [&](StateIndex one) { return is_bound_[one] || is_timed(one); });
      if (!loop[at]) continue;
      for (StateIndex one = 0; one < loop.size(); ++one) told[one] = told[one] || loop[one];
      tell(at, loop);
    }
  }

 private:
  // Whether a composite state around it is left after a time.
  bool is_timed(StateIndex at) const {
    for (StateIndex owner = diagram_.regions[diagram_.states[at].parent].owner; owner != model::kNoState;
         owner = diagram_.regions[diagram_.states[owner].parent].owner) {
      const auto& ways = diagram_.states[owner].ways;
      if (std::any_of(ways.begin(), ways.end(), [](const Way& way) { return way.on == Way::On::kAfter; }))
        return true;
    }
    return false;
  }

  // Not through what is passed over.
  Marks reached_from(StateIndex start, const Over& is_over) const {
    Marks marks(diagram_.states.size());
    std::vector<StateIndex> open{start};
    while (!open.empty()) {
      const StateIndex at = open.back();
      open.pop_back();
      if (is_over(at)) continue;
      for (const FlowGraph::Step& step : graph_.from(at)) {
        if (marks[step.to]) continue;
        marks[step.to] = true;
        open.push_back(step.to);
      }
    }
    return marks;
  }

  // The states on ways from `at` back to it, which is among them only if there are any.
  Marks loop_through(StateIndex at, const Over& is_over) const {
    Marks loop = reached_from(at, is_over);
    for (StateIndex one = 0; one < loop.size(); ++one)
      loop[one] = loop[one] && !is_over(one) && reached_from(one, is_over)[at];
    return loop;
  }

  // A state is left by a guard on what the loop changes that leads through it.
  void find_bound(StateIndex at) {
    const auto& ways = diagram_.states[at].ways;
    if (std::none_of(ways.begin(), ways.end(), [](const Way& way) { return way.guard.has_value(); })) return;
    const Marks loop = loop_through(at, [&](StateIndex one) { return is_timed(one); });
    Changes changes;
    for (StateIndex one = 0; one < loop.size(); ++one) {
      if (!loop[one]) continue;
      for (const model::Action& action : diagram_.states[one].actions) add_changes(action, changes);
    }
    is_bound_[at] = std::any_of(ways.begin(), ways.end(),
                                [&](const Way& way) { return way.guard && reads(*way.guard, changes); });
  }

  void tell(StateIndex at, const Marks& loop) {
    const auto path = graph_.path(
        at, [&](const FlowGraph::Step& step) { return loop[step.to]; },
        [&](StateIndex one) { return one == at; });
    const State& state = diagram_.states[at];
    found_.add({Severity::kWarning,
                "loop-without-bound",
                state.place,
                fmt::format("nothing bounds how often the run comes back to '{}'", state.id),
                "bound it: [attempts < 3] behind an error, a count (n = n + 1 and [n < 10]), or 'after' of a "
                "composite state around it",
                graph_.waypoints(path),
                {}});
  }

  const FlowGraph& graph_;
  const model::Diagram& diagram_;
  Diagnostics& found_;
  Marks is_bound_;  // the states that a loop passes only so often
};

}  // namespace

void check_loops(const FlowGraph& graph, Diagnostics& found) {
  Checker(graph, found).run();
}

}  // namespace attune::dsl
