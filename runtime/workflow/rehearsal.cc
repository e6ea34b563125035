// SPDX-License-Identifier: Apache-2.0
#include "runtime/workflow/rehearsal.h"

#include <utility>

#include <fmt/format.h>

#include "runtime/workflow/counterfactual.h"
#include "runtime/workflow/host_choice.h"
#include "runtime/workflow/rule.h"

namespace attune::workflow {

using model::State;
using model::Way;

void Rehearsal::play() {
  if (diagram_.regions.empty()) return;
  model::StateIndex at = diagram_.regions.front().start;
  for (size_t entered = 0; at != model::kNoState && entered < kMostStates; ++entered) {
    const State& state = diagram_.states[at];
    if (state.form == State::Form::kEnd) return;
    const bool is_plain = state.form == State::Form::kSimple;
    if (!is_plain && state.form != State::Form::kStart && state.form != State::Form::kChoice) {
      then_ = "goes on in " + state.id;
      return;
    }
    if (is_plain) decided_.emplace_back(StateEntered{0, state.id});
    if (!decide(state)) return;
    const Way* way = choose_way(state);
    if (way == nullptr) return;
    at = way->to;
  }
}

bool Rehearsal::decide(const State& state) {
  for (const model::Action& action : state.actions) {
    const auto* assign = std::get_if<model::AssignAction>(&action.what);
    if (assign == nullptr || assign->variable.empty()) {
      then_ = action.text;
      return false;
    }
    if (!set(*assign)) return false;
  }
  return true;
}

bool Rehearsal::set(const model::AssignAction& action) {
  const Scope now = scope();
  Evaluator evaluator(now);
  Result<Operand> value = evaluator.evaluate(action.value);
  if (!evaluator.choices().empty())
    decided_.emplace_back(record_of(0, action.variable, evaluator.choices().back(), now));
  if (!value) {
    then_ = "fails: " + value.error().message;
    return false;
  }
  decided_.emplace_back(VariableSet{0, action.variable, to_text(*value, now.system)});
  variables_.insert_or_assign(action.variable, *std::move(value));
  return true;
}

const Way* Rehearsal::choose_way(const State& state) {
  for (const Way& way : state.ways) {
    if (way.on != Way::On::kDone || !way.guard) continue;
    if (is_taken(state, way)) return &way;
    if (!then_.empty()) return nullptr;
  }
  for (const bool otherwise : {true, false}) {
    for (const Way& way : state.ways)
      if (way.on == Way::On::kDone && !way.guard && way.otherwise == otherwise) return &way;
  }
  then_ = fmt::format("no way leads on from '{}' at once", state.id);
  return nullptr;
}

bool Rehearsal::is_taken(const State& state, const Way& way) {
  const Scope now = scope();
  Evaluator evaluator(now);
  const Result<bool> holds = evaluator.holds(*way.guard);
  if (!holds) {
    then_ = "fails: " + holds.error().message;
    return false;
  }
  const auto change = find_turn(now, *way.guard, !*holds);
  decided_.emplace_back(GuardEvaluated{0, state.id, guard_text(way), *holds, evaluator.seen(),
                                       change ? to_text(*change, now.system) : std::string()});
  return *holds;
}

Scope Rehearsal::scope() const {
  Scope now = scope_;
  now.variables = &variables_;
  return now;
}

}  // namespace attune::workflow
