// SPDX-License-Identifier: Apache-2.0
// The values nearest to a bound, for those who ask what would have been enough. Pure; any thread.
#pragma once

#include <optional>

#include "runtime/model/expression.h"
#include "runtime/model/value.h"

namespace attune::workflow {

// The value of `type` nearest to `bound` that is `relation` (== != < <= > >=) to it: 91 above the Integer 90.
// Of a Float or a Percent one that is beyond it by a millionth part. Nothing where there is none, or the
// types have no order.
std::optional<model::Value> next_value(model::Type type, model::Operator relation, const model::Value& bound);

// How far two numbers, sizes or durations lie apart, as a part of the larger one.
double distance_of(const model::Value& one, const model::Value& other);

}  // namespace attune::workflow
