// SPDX-License-Identifier: Apache-2.0
#include "dsl/branch_check.h"

#include <algorithm>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include <fmt/format.h>

#include "dsl/action_parts.h"

namespace attune::dsl {

namespace {

using model::Expression;
using model::Kind;
using model::State;
using model::StateIndex;
using Marks = std::vector<bool>;  // by state

// What an action changes.
struct Touch {
  std::string what;    // as it is written: "database", "this", "app.newest"
  std::string one_of;  // the class of a single component; empty of all else
  std::string all_of;  // the class where it is all of them
  StateIndex state = model::kNoState;
  const model::Action* action = nullptr;
};

bool are_same(const Touch& a, const Touch& b) {
  const bool is_whole_and_part =
      (!a.all_of.empty() && a.all_of == b.one_of) || (!b.all_of.empty() && b.all_of == a.one_of);
  return a.what == b.what || is_whole_and_part;
}

std::optional<Touch> touch_of(const Expression& component) {
  Touch touch{to_text(component), {}, {}, model::kNoState, nullptr};
  if (component.kind.of == Kind::Of::kComponent) touch.one_of = component.kind.name;
  if (component.form == Expression::Form::kName && component.meaning == Expression::Meaning::kClass &&
      component.kind.of == Kind::Of::kComponents)
    touch.all_of = component.name;
  return touch;
}

std::optional<Touch> touch_of(const model::Action& action) {
  if (const auto* call = std::get_if<model::CallAction>(&action.what)) return touch_of(call->target);
  if (const auto* bind = std::get_if<model::BindAction>(&action.what)) return touch_of(bind->owner);
  if (const auto* assign = std::get_if<model::AssignAction>(&action.what);
      assign != nullptr && assign->target)
    return touch_of(*assign->target);
  if (const auto* remove = std::get_if<model::RemoveAction>(&action.what);
      remove != nullptr && remove->instance)
    return touch_of(*remove->instance);
  if (const std::string& variable = variable_set_by(action); !variable.empty())
    return Touch{variable, {}, {}, model::kNoState, nullptr};
  return std::nullopt;
}

class Checker {
 public:
  Checker(const FlowGraph& graph, Diagnostics& found)
      : graph_(graph), states_(graph.diagram().states), found_(found) {}

  void run() {
    for (StateIndex at = 0; at < states_.size(); ++at) {
      const State& state = states_[at];
      if (state.form != State::Form::kFork && state.form != State::Form::kComposite) continue;
      std::vector<std::vector<Touch>> branches;
      for (const FlowGraph::Step& step : graph_.from(at)) branches.push_back(touches_from(step.to, at));
      for (size_t i = 0; i < branches.size(); ++i) {
        for (size_t j = i + 1; j < branches.size(); ++j) compare(at, branches[i], branches[j]);
      }
    }
  }

 private:
  // A branch ends at the join of its fork (one inside it belongs to a fork inside), a part where its
  // composite state is left.
  std::vector<Touch> touches_from(StateIndex start, StateIndex owner) const {
    const bool is_part = states_[owner].form == State::Form::kComposite;
    Marks reached(states_.size());
    std::vector<StateIndex> open{start};
    while (!open.empty()) {
      const StateIndex at = open.back();
      open.pop_back();
      if (reached[at] || states_[at].form == State::Form::kJoin || (is_part && !is_inside(at, owner)))
        continue;
      reached[at] = true;
      for (const FlowGraph::Step& step : graph_.from(at)) open.push_back(step.to);
    }
    std::vector<Touch> touches;
    for (StateIndex at = 0; at < states_.size(); ++at) {
      if (!reached[at]) continue;
      for (const model::Action& action : states_[at].actions) {
        auto touch = touch_of(action);
        if (!touch) continue;
        touch->state = at;
        touch->action = &action;
        touches.push_back(std::move(*touch));
      }
    }
    return touches;
  }

  bool is_inside(StateIndex at, StateIndex composite) const {
    StateIndex owner = graph_.diagram().regions[states_[at].parent].owner;
    while (owner != model::kNoState && owner != composite)
      owner = graph_.diagram().regions[states_[owner].parent].owner;
    return owner == composite;
  }

  // The first meeting is told, not each.
  void compare(StateIndex owner, const std::vector<Touch>& left, const std::vector<Touch>& right) {
    for (const Touch& one : left) {
      for (const Touch& other : right) {
        if (one.state == other.state || !are_same(one, other)) continue;
        found_.add({Severity::kWarning,
                    "branches-meet",
                    other.action->place,
                    fmt::format("at the same time '{}' is changed in '{}'", one.what, states_[one.state].id),
                    "do the one after the other, or both in one branch",
                    {{states_[owner].place, states_[owner].id},
                     {one.action->place, fmt::format("{} beside {}", one.action->text, other.action->text)}},
                    {}});
        return;
      }
    }
  }

  const FlowGraph& graph_;
  const std::vector<State>& states_;
  Diagnostics& found_;
};

}  // namespace

void check_branches(const FlowGraph& graph, Diagnostics& found) {
  Checker(graph, found).run();
}

}  // namespace attune::dsl
