// SPDX-License-Identifier: Apache-2.0
#include "dsl/loss_check.h"

#include <algorithm>
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
using Step = FlowGraph::Step;

// Where an instance came to be: an action of a state.
struct Birth {
  StateIndex state = model::kNoState;
  size_t action = 0;
  const model::CreateAction* create = nullptr;
};

class InstanceCheck {
 public:
  InstanceCheck(const FlowGraph& graph, const ClassTree& tree, Diagnostics& found)
      : graph_(graph), tree_(tree), states_(graph.diagram().states), found_(found) {}

  void run() {
    for (StateIndex at = 0; at < states_.size(); ++at) {
      const auto& actions = states_[at].actions;
      for (size_t i = 0; i < actions.size(); ++i) {
        if (const auto* create = std::get_if<model::CreateAction>(&actions[i].what)) check({at, i, create});
      }
    }
  }

 private:
  // Whether the action does something with all of the class, or of one that it is.
  bool uses_all(const model::Action& action, const model::CreateAction& born) const {
    if (const auto* remove = std::get_if<model::RemoveAction>(&action.what);
        remove != nullptr && remove->class_name == born.class_name && !remove->instance)
      return true;
    bool is_used = false;
    each_expression(action, [&](const Expression& whole) {
      each_part(whole, [&](const Expression& part) {
        is_used =
            is_used || (part.form == Expression::Form::kName && part.meaning == Expression::Meaning::kClass &&
                        tree_.are_related(part.name, born.class_name));
      });
    });
    return is_used;
  }

  // The same, or with the instance itself, by its variable.
  bool uses(const model::Action& action, const model::CreateAction& born) const {
    bool is_used = uses_all(action, born);
    each_expression(action, [&](const Expression& whole) {
      each_part(whole, [&](const Expression& part) {
        is_used = is_used || (!born.variable.empty() && part.form == Expression::Form::kName &&
                              part.name == born.variable);
      });
    });
    return is_used;
  }

  bool is_used_in(const std::vector<model::Action>& actions, size_t from,
                  const model::CreateAction& born) const {
    return std::any_of(actions.begin() + static_cast<std::ptrdiff_t>(from), actions.end(),
                       [&](const model::Action& action) { return uses(action, born); });
  }

  // Branches go on at once: what one of them does is done.
  bool is_used_in_branches(StateIndex at, const model::CreateAction& born) const {
    for (const std::vector<StateIndex>& branch : graph_.branches(at)) {
      for (const StateIndex one : branch) {
        if (is_used_in(states_[one].actions, 0, born)) return true;
      }
    }
    return false;
  }

  // Looks for a path on which the instance is never used.
  void check(const Birth& birth) {
    const auto may_take = [&](const Step& step) { return is_unused_after(step, birth); };
    const auto path = graph_.path(birth.state, may_take, [&](StateIndex at) { return is_loss(at, birth); });
    if (path.empty()) return;
    const model::Action& action = states_[birth.state].actions[birth.action];
    const bool ends = graph_.is_end(path.back());
    found_.add(
        {Severity::kWarning,
         "lost-instance",
         action.place,
         fmt::format("on one way the new '{}' is left behind {}", birth.create->class_name,
                     ends ? "before the run ends" : "before the next one is created"),
         birth.create->variable.empty()
             ? fmt::format("keep it: new = {}++, and start it, or remove it again where it is not needed",
                           birth.create->class_name)
             : fmt::format("start it on each way, or remove it: {}--({})", birth.create->class_name,
                           birth.create->variable),
         graph_.waypoints(path),
         {}});
  }

  // Whether a run that takes the step need not have used it in the state that it leaves.
  bool is_unused_after(const Step& step, const Birth& birth) const {
    const State& state = states_[step.from];
    const size_t from = step.from == birth.state ? birth.action + 1 : 0;
    if (is_used_in_branches(step.from, *birth.create)) return false;
    if (step.way == nullptr || step.way->on == Way::On::kDone)
      return !is_used_in(state.actions, from, *birth.create);
    // By an error or a time the state is left before one of its actions has worked; where creating is its
    // last action and fails, there is no instance.
    return step.from != birth.state || from < state.actions.size();
  }

  // Anywhere: it may come after the last one was created.
  bool has_use_of_all(const model::CreateAction& born) const {
    return std::any_of(states_.begin(), states_.end(), [&](const State& state) {
      return std::any_of(state.actions.begin(), state.actions.end(),
                         [&](const model::Action& action) { return uses_all(action, born); });
    });
  }

  bool is_loss(StateIndex at, const Birth& birth) const {
    if (graph_.is_end(at)) return true;
    return at == birth.state && !birth.create->variable.empty() && !has_use_of_all(*birth.create) &&
           !is_used_in(std::vector<model::Action>(
                           states_[at].actions.begin(),
                           states_[at].actions.begin() + static_cast<std::ptrdiff_t>(birth.action)),
                       0, *birth.create);
  }

  const FlowGraph& graph_;
  const ClassTree& tree_;
  const std::vector<State>& states_;
  Diagnostics& found_;
};

// Waiting is no answer to a failure. A value that is kept may be one: a guard reads it later.
bool answers(const model::Action& action) {
  return !std::holds_alternative<model::WaitAction>(action.what);
}

// The state that the transition was drawn from.
const State& owner_of(const std::vector<State>& states, const Way* way) {
  return *std::find_if(states.begin(), states.end(), [&](const State& state) {
    return std::any_of(state.ways.begin(), state.ways.end(), [&](const Way& one) { return &one == way; });
  });
}

}  // namespace

void check_instances(const FlowGraph& graph, const ClassTree& tree, Diagnostics& found) {
  InstanceCheck(graph, tree, found).run();
}

void check_failures(const FlowGraph& graph, Diagnostics& found) {
  const auto& states = graph.diagram().states;
  const auto does_nothing = [&](StateIndex at) {
    return std::none_of(states[at].actions.begin(), states[at].actions.end(), answers);
  };
  // Branches go on at once: what one of them does is done.
  const auto is_silent = [&](StateIndex at) {
    for (const std::vector<StateIndex>& branch : graph.branches(at)) {
      if (!std::all_of(branch.begin(), branch.end(), does_nothing)) return false;
    }
    return does_nothing(at);
  };
  std::set<const Way*> told;  // that of a composite state is taken from each state inside
  for (StateIndex at = 0; at < states.size(); ++at) {
    for (const Step& first : graph.from(at)) {
      if (first.way == nullptr || first.way->on != Way::On::kError || !is_silent(first.to)) continue;
      std::vector<StateIndex> path{first.to};
      if (!graph.is_end(first.to))
        path = graph.path(
            first.to, [&](const Step& step) { return is_silent(step.from) && is_silent(step.to); },
            [&](StateIndex one) { return graph.is_end(one); });
      if (path.empty() || !told.insert(first.way).second) continue;
      path.insert(path.begin(), at);
      found.add(
          {Severity::kWarning,
           "hidden-failure",
           first.way->place,
           fmt::format("when '{}' fails, the run ends as if all went well", owner_of(states, first.way).id),
           "tell a person, alert(\"what failed\", this), or leave the transition out: then the run "
           "fails, and is "
           "put back",
           graph.waypoints(path),
           {}});
    }
  }
}

}  // namespace attune::dsl
