// SPDX-License-Identifier: Apache-2.0
// Counterfactual: the smallest change of what a condition saw that would have turned it. It is looked for
// when the condition is evaluated, tried on the condition itself, and told only where it does turn it:
// nothing is said rather than something wrong. Pure; loop thread only.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "runtime/model/expression.h"
#include "runtime/workflow/evaluator.h"
#include "runtime/workflow/operand.h"

namespace attune::workflow {

// One thing that would have had to be otherwise: `subject relation bound`.
struct Supposition {
  std::string subject;  // "event.cpu", "lab2.free_memory": Evaluator::subject_of
  model::Operator relation = model::Operator::kEqual;
  Operand bound;
  Operand seen;    // what it was
  Operand enough;  // the value nearest to that for which the relation holds, as far as values have an order
};

struct Counterfactual {
  std::vector<Supposition> parts;  // all of them together
  double distance = 0;             // of the values from what they were, as a part of them; for comparing
  bool is_nearer_than(const Counterfactual& other) const {
    return parts.size() != other.parts.size() ? parts.size() < other.parts.size() : distance < other.distance;
  }
};

// What would have made `condition` true (or, where `wanted` is false, false); nothing where no change was
// found that does. Without parts: it is so already.
std::optional<Counterfactual> find_turn(const Scope& scope, const model::Expression& condition, bool wanted,
                                        Looked at = {});

// What is supposed, as Scope::assumed takes it.
Variables assumptions(const Counterfactual& change);

// "event.cpu above 90% instead of 85% and app.count below 3 instead of 4"; subjects without `prefix`.
std::string to_text(const Counterfactual& change, const system::System& system, std::string_view prefix = {});

}  // namespace attune::workflow
