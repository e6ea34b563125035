// SPDX-License-Identifier: Apache-2.0
#include "dsl/ensure_reader.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "dsl/action_reader.h"
#include "dsl/expression_checker.h"

namespace attune::dsl {

namespace {

using model::Expression;

const Setting* find_setting(const FrontMatter& front, std::string_view key) {
  const auto found = std::find_if(front.attune.begin(), front.attune.end(),
                                  [key](const Setting& one) { return one.key == key; });
  return found == front.attune.end() ? nullptr : &*found;
}

// The run is over when it is asked.
bool is_of_run(const Expression& e) {
  if (e.meaning == Expression::Meaning::kVariable || e.meaning == Expression::Meaning::kAttempts) return true;
  return std::any_of(e.operands.begin(), e.operands.end(), is_of_run);
}

}  // namespace

Place place_of_setting(const FrontMatter& front, std::string_view key) {
  const Setting* setting = find_setting(front, key);
  return setting == nullptr ? Place() : setting->key_place;
}

std::optional<Expression> read_ensure(const FrontMatter& front, NameScope& scope, Diagnostics& found) {
  const Setting* setting = find_setting(front, "ensure");
  if (setting == nullptr) return std::nullopt;
  if (setting->value.empty() || setting->value == "else") {
    found.error("ensure-condition", setting->key_place, "ensure takes a condition",
                "as in ensure: this.host.load < 80%");
    return std::nullopt;
  }
  // Read as a guard, whose bracket stands before the text: where the quote does, or one to the left.
  Text text{"[" + setting->value + "]", setting->value_place};
  const bool is_quoted = setting->value_place.length > setting->value.size();
  if (!is_quoted && text.place.column > 1) --text.place.column;
  const auto label = ActionReader(found).read_label(text);
  if (!label || !label->guard) return std::nullopt;
  Expression condition = *label->guard;
  ExpressionChecker(scope, found).check_condition(condition);
  if (!is_of_run(condition)) return condition;
  found.error("ensure-variable", setting->value_place, "the run is over by then, and its variables are gone",
              "ask for what stays: this, its roles and attributes, classes, hosts, the event's values");
  return std::nullopt;
}

}  // namespace attune::dsl
