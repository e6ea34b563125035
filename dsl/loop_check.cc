// SPDX-License-Identifier: Apache-2.0
#include "dsl/loop_check.h"

#include <algorithm>
#include <map>
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

// What the actions of a loop change, as guards read it.
struct Changes {
  std::set<std::string> variables, attributes;
  bool instances = false;
};

void add_changes(const model::Action& action, Changes& changes) {
  if (const std::string& variable = variable_set_by(action); !variable.empty())
    changes.variables.insert(variable);
  if (const auto* assign = std::get_if<model::AssignAction>(&action.what);
      assign != nullptr && assign->target)
    changes.attributes.insert(assign->attribute);
  changes.instances = changes.instances || std::holds_alternative<model::CreateAction>(action.what) ||
                      std::holds_alternative<model::RemoveAction>(action.what);
  if (const auto* call = std::get_if<model::CallAction>(&action.what)) {
    if (call->stub == "migrate") changes.attributes.insert("host");
    if (call->stub == "start" || call->stub == "stop") changes.attributes.insert("state");
  }
  if (std::holds_alternative<model::CarryOutAction>(action.what)) changes.attributes.insert("host");
  if (const auto* bind = std::get_if<model::BindAction>(&action.what)) changes.attributes.insert(bind->role);
}

using Meaning = Expression::Meaning;

// The engine counts them itself, state by state.
bool reads_attempts(const Expression& guard) {
  bool is_read = false;
  each_part(guard, [&](const Expression& part) {
    is_read = is_read || (part.form == Expression::Form::kName && part.meaning == Meaning::kAttempts);
  });
  return is_read;
}

bool reads(const Expression& guard, const Changes& changes) {
  bool is_read = false;
  each_part(guard, [&](const Expression& part) {
    const bool is_name = part.form == Expression::Form::kName;
    is_read = is_read ||
              (is_name && part.meaning == Meaning::kVariable && changes.variables.contains(part.name)) ||
              (is_name && part.meaning == Meaning::kClass && changes.instances) ||
              ((is_name || part.form == Expression::Form::kMember) && changes.attributes.contains(part.name));
  });
  return is_read;
}

class Checker {
 public:
  Checker(const FlowGraph& graph, Diagnostics& found)
      : graph_(graph), diagram_(graph.diagram()), found_(found), is_over_(diagram_.states.size()) {
    for (const State& state : diagram_.states) {
      Changes& changes = changes_.emplace_back();
      for (const model::Action& action : state.actions) add_changes(action, changes);
    }
  }

  // What is timed bounds its circles, and so does a state that looks at what each of its circles changes;
  // circles that are left then have no bound.
  void run() {
    for (StateIndex at = 0; at < diagram_.states.size(); ++at) {
      is_over_[at] = is_over_[at] || is_timed(at);
      if (diagram_.states[at].form == State::Form::kFork && has_after(diagram_.states[at])) end_branches(at);
    }
    find_bounds();
    const std::vector<size_t> circles = circles_left();
    std::set<size_t> told;
    for (StateIndex at = 0; at < circles.size(); ++at) {
      if (circles[at] != FlowGraph::kNone && told.insert(circles[at]).second) tell(at, circles);
    }
  }

 private:
  static bool has_after(const State& state) {
    return std::any_of(state.ways.begin(), state.ways.end(),
                       [](const Way& way) { return way.on == Way::On::kAfter; });
  }

  // A fork that is left after a time ends its branches then.
  void end_branches(StateIndex fork) {
    for (const std::vector<StateIndex>& branch : graph_.branches(fork)) {
      for (const StateIndex at : branch) is_over_[at] = true;
    }
  }

  // Whether a composite state around it is left after a time.
  bool is_timed(StateIndex at) const {
    for (StateIndex owner = diagram_.regions[diagram_.states[at].parent].owner; owner != model::kNoState;
         owner = diagram_.regions[diagram_.states[owner].parent].owner) {
      if (has_after(diagram_.states[owner])) return true;
    }
    return false;
  }

  std::vector<size_t> circles_left() const {
    return graph_.circles(
        [&](const FlowGraph::Step& step) { return !is_over_[step.from] && !is_over_[step.to]; });
  }

  void find_bounds() {
    const std::vector<size_t> circles = circles_left();
    std::vector<StateIndex> bounds;
    for (StateIndex at = 0; at < circles.size(); ++at) {
      if (circles[at] == FlowGraph::kNone) continue;
      const auto& ways = diagram_.states[at].ways;
      if (std::any_of(ways.begin(), ways.end(),
                      [&](const Way& way) { return way.guard && is_bound(*way.guard, at, circles); }))
        bounds.push_back(at);
    }
    for (const StateIndex at : bounds) is_over_[at] = true;
  }

  // Whether no way leads from the state back to it that changes nothing of what its guard reads.
  bool is_bound(const Expression& guard, StateIndex at, const std::vector<size_t>& circles) {
    if (reads_attempts(guard)) return true;
    std::set<StateIndex> changing;
    for (StateIndex other = 0; other < circles.size(); ++other)
      if (circles[other] == circles[at] && reads(guard, changes_[other])) changing.insert(other);
    if (changing.empty() || changing.contains(at)) return !changing.empty();
    auto& without = circles_without_[changing];
    if (without.empty())
      without = graph_.circles([&](const FlowGraph::Step& step) {
        return !is_over_[step.from] && !is_over_[step.to] && !changing.contains(step.from) &&
               !changing.contains(step.to);
      });
    return without[at] == FlowGraph::kNone;
  }

  // Told at the way that comes back: that one can be given a bound.
  void tell(StateIndex at, const std::vector<size_t>& circles) {
    const auto is_round = [&](const FlowGraph::Step& step) { return circles[step.to] == circles[at]; };
    const auto path = graph_.path(at, is_round, [&](StateIndex one) { return one == at; });
    const State& state = diagram_.states[at];
    const auto& last = graph_.from(path[path.size() - 2]);
    const auto back = std::find_if(last.begin(), last.end(), [&](const FlowGraph::Step& step) {
      return step.to == at && step.way != nullptr;
    });
    found_.add({Severity::kWarning,
                "loop-without-bound",
                back == last.end() ? state.place : back->way->place,
                fmt::format("nothing bounds how often the run comes back to '{}'", state.id),
                "bound it: [attempts < 3] behind an error, a count (n = n + 1 and [n < 10]), or 'after' of a "
                "composite state around it",
                graph_.waypoints(path),
                {}});
  }

  const FlowGraph& graph_;
  const model::Diagram& diagram_;
  Diagnostics& found_;
  std::vector<bool> is_over_;     // the states that a run passes only so often, or only for so long
  std::vector<Changes> changes_;  // by state
  std::map<std::set<StateIndex>, std::vector<size_t>> circles_without_;  // these states
};

}  // namespace

void check_loops(const FlowGraph& graph, Diagnostics& found) {
  Checker(graph, found).run();
}

}  // namespace attune::dsl
