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

// What an action changes.
struct Touch {
  std::string what;  // as it is written: "database", "this", "app.newest"
  Classes one_of;    // the concrete classes that a single component may be of; none of all else
  Classes all_of;    // those of which it is all instances
  StateIndex state = model::kNoState;
  const model::Action* action = nullptr;
};

// Whether all instances of a class, which the one touches, are also of a class that the other touches.
bool is_whole_of(const Touch& whole, const Touch& part) {
  const Classes& of = part.all_of.empty() ? part.one_of : part.all_of;
  return std::any_of(of.begin(), of.end(), [&](const model::Class* one) {
    return std::find(whole.all_of.begin(), whole.all_of.end(), one) != whole.all_of.end();
  });
}

bool are_same(const Touch& a, const Touch& b) {
  return a.what == b.what || is_whole_of(a, b) || is_whole_of(b, a);
}

// A class of one component stands for all that there are.
std::optional<Touch> touch_of(const Expression& component, const KindRules& rules) {
  Touch touch{to_text(component), {}, {}, model::kNoState, nullptr};
  if (component.form == Expression::Form::kName && component.meaning == Expression::Meaning::kClass)
    touch.all_of = rules.tree().concrete(component.name);
  else if (component.kind.of == Kind::Of::kComponent)
    touch.one_of = rules.classes_of(component.kind);
  return touch;
}

std::optional<Touch> touch_of(const model::Action& action, const KindRules& rules) {
  if (const auto* call = std::get_if<model::CallAction>(&action.what))
    return call->stub == "status" ? std::nullopt : touch_of(call->target, rules);  // that only looks
  if (const auto* bind = std::get_if<model::BindAction>(&action.what)) return touch_of(bind->owner, rules);
  if (const auto* assign = std::get_if<model::AssignAction>(&action.what);
      assign != nullptr && assign->target)
    return touch_of(*assign->target, rules);
  if (const auto* remove = std::get_if<model::RemoveAction>(&action.what);
      remove != nullptr && remove->instance)
    return touch_of(*remove->instance, rules);
  if (const std::string& variable = variable_set_by(action); !variable.empty())
    return Touch{variable, {}, {}, model::kNoState, nullptr};
  return std::nullopt;
}

class Checker {
 public:
  Checker(const FlowGraph& graph, const KindRules& rules, Diagnostics& found)
      : graph_(graph), rules_(rules), states_(graph.diagram().states), found_(found) {}

  void run() {
    for (StateIndex at = 0; at < states_.size(); ++at) {
      std::vector<std::vector<Touch>> branches;
      for (const std::vector<StateIndex>& branch : graph_.branches(at))
        branches.push_back(touches_of(branch));
      for (size_t i = 0; i < branches.size(); ++i) {
        for (size_t j = i + 1; j < branches.size(); ++j) compare(at, branches[i], branches[j]);
      }
    }
  }

 private:
  std::vector<Touch> touches_of(const std::vector<StateIndex>& branch) const {
    std::vector<Touch> touches;
    for (const StateIndex at : branch) {
      for (const model::Action& action : states_[at].actions) {
        auto touch = touch_of(action, rules_);
        if (!touch) continue;
        touch->state = at;
        touch->action = &action;
        touches.push_back(std::move(*touch));
      }
    }
    return touches;
  }

  // The first meeting is told, not each.
  void compare(StateIndex owner, const std::vector<Touch>& left, const std::vector<Touch>& right) {
    for (const Touch& one : left) {
      for (const Touch& other : right) {
        if (one.state == other.state || !are_same(one, other)) continue;
        found_.add({Severity::kWarning,
                    "branches-meet",
                    other.action->place,
                    fmt::format("at the same time '{}' is called or changed in '{}'", one.what,
                                states_[one.state].id),
                    "do the one after the other, or both in one branch",
                    {{states_[owner].place, states_[owner].id},
                     {one.action->place, fmt::format("{} beside {}", one.action->text, other.action->text)}},
                    {}});
        return;
      }
    }
  }

  const FlowGraph& graph_;
  const KindRules& rules_;
  const std::vector<State>& states_;
  Diagnostics& found_;
};

}  // namespace

void check_branches(const FlowGraph& graph, const KindRules& rules, Diagnostics& found) {
  Checker(graph, rules, found).run();
}

}  // namespace attune::dsl
