// SPDX-License-Identifier: Apache-2.0
#include "runtime/model/comparison.h"

namespace attune::model {

bool is_comparison(const Expression& expression) {
  return expression.form == Expression::Form::kBinary && expression.op >= Operator::kEqual &&
         expression.op <= Operator::kGreaterOrEqual;
}

Operator negated(Operator relation) {
  switch (relation) {
    case Operator::kEqual:
      return Operator::kUnequal;
    case Operator::kUnequal:
      return Operator::kEqual;
    case Operator::kLess:
      return Operator::kGreaterOrEqual;
    case Operator::kLessOrEqual:
      return Operator::kGreater;
    case Operator::kGreater:
      return Operator::kLessOrEqual;
    default:
      return Operator::kLess;
  }
}

Operator mirrored(Operator relation) {
  switch (relation) {
    case Operator::kLess:
      return Operator::kGreater;
    case Operator::kLessOrEqual:
      return Operator::kGreaterOrEqual;
    case Operator::kGreater:
      return Operator::kLess;
    case Operator::kGreaterOrEqual:
      return Operator::kLessOrEqual;
    default:
      return relation;
  }
}

}  // namespace attune::model
