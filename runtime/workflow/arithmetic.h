// SPDX-License-Identifier: Apache-2.0
// Arithmetic: what the operators of the expression language do with values and their units. Pure; any thread.
#pragma once

#include "runtime/base/result.h"
#include "runtime/model/expression.h"
#include "runtime/model/value.h"

namespace attune::workflow {

// + - * / %. Units are kept: Size + Size, Duration * Integer, Size * Percent; Size / Size is a Float.
// Integer / Integer is an Integer, cut towards zero. + joins Strings. kInvalid: the types do not go together,
// a division by zero, an overflow.
Result<model::Value> combine(model::Operator op, const model::Value& left, const model::Value& right);
Result<model::Value> negate(const model::Value& value);

// == != < <= > >=. An Integer, a Float and a Percent compare by their numbers, other types only with
// themselves. kInvalid: the types do not compare.
Result<bool> compare(model::Operator op, const model::Value& left, const model::Value& right);

}  // namespace attune::workflow
