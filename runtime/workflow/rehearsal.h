// SPDX-License-Identifier: Apache-2.0
// Rehearsal: what a run of a diagram would decide now before it first acts: variables that it sets, hosts
// that it chooses, guards that it looks at. Nothing is changed and nothing set aside. Pure; loop thread only.
#pragma once

#include <string>
#include <vector>

#include "runtime/model/diagram.h"
#include "runtime/workflow/evaluator.h"
#include "runtime/workflow/record.h"

namespace attune::workflow {

class Rehearsal {
 public:
  // `scope` is the run's at its beginning. All must outlive it.
  Rehearsal(const model::Diagram& diagram, const Scope& scope) : diagram_(diagram), scope_(scope) {}

  // Goes on until something would be done in the world, or cannot be told.
  void play();

  // As a run would record it, of run 0.
  const std::vector<decltype(Record::what)>& decided() const { return decided_; }
  // What comes next: an action as drawn, or why it would not go on; empty: it would be at its end.
  const std::string& then() const { return then_; }

 private:
  static constexpr size_t kMostStates = 32;

  bool decide(const model::State& state);  // its actions, as long as they only set variables
  bool set(const model::AssignAction& action);
  const model::Way* choose_way(const model::State& state);
  bool is_taken(const model::State& state, const model::Way& way);
  Scope scope() const;

  const model::Diagram& diagram_;
  const Scope& scope_;
  Variables variables_;
  std::vector<decltype(Record::what)> decided_;
  std::string then_;
};

}  // namespace attune::workflow
