// SPDX-License-Identifier: Apache-2.0
// GuardLogic: whether conditions can hold at once, as far as their text tells: numbers are compared as
// ranges, all else as it is written. What it calls impossible is impossible; what it calls possible may yet
// never come. Any thread.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "runtime/model/expression.h"

namespace attune::dsl {

// What is known of numbers beforehand, by the text of their expression: "app.count" is 0 to 3, "app.max"
// is 3.
struct NumberRange {
  double least = 0, most = 0;
};
using KnownNumbers = std::map<std::string, NumberRange, std::less<>>;

// A condition that is to hold, or not to.
struct Claim {
  const model::Expression* condition = nullptr;
  bool holds = true;
};

// Whether all of them may be so at the same moment; nothing where there are too many cases to look at.
std::optional<bool> may_be_at_once(const std::vector<Claim>& claims, const KnownNumbers& known);

}  // namespace attune::dsl
