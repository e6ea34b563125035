// SPDX-License-Identifier: Apache-2.0
// Typing: which types the operators of expressions take, and which type they give. What the checker knows of
// an operation before it runs; runtime/workflow's arithmetic gives values of exactly these types. Any thread.
#pragma once

#include <optional>

#include "runtime/model/expression.h"
#include "runtime/model/value.h"

namespace attune::model {

// The type of `left op right`; nothing where the two do not go together. Of `and` and `or` as well.
std::optional<Type> type_of(Operator op, Type left, Type right);
// The type of `op operand`: of `not`, and of the sign.
std::optional<Type> type_of(Operator op, Type operand);

}  // namespace attune::model
