// SPDX-License-Identifier: Apache-2.0
#include "dsl/guard_check.h"

#include <algorithm>
#include <limits>
#include <variant>
#include <vector>

#include <fmt/format.h>

namespace attune::dsl {

namespace {

using model::Expression;
using model::State;
using model::Way;
using On = Way::On;

constexpr size_t kMostLooked = 32;  // guards of one state that are looked at together

class Checker {
 public:
  Checker(const KnownNumbers& known, Diagnostics& found) : known_(known), found_(found) {}

  void check(const model::Diagram& diagram) {
    for (const State& state : diagram.states) {
      for (const model::Action& action : state.actions) check_wait(action);
      check_ways(state);
    }
    if (diagram.settings.ensure) check_ensure(*diagram.settings.ensure);
  }

 private:
  // What cannot be looked at may be.
  bool may_be(const std::vector<Claim>& claims) const {
    return may_be_at_once(claims, known_).value_or(true);
  }

  void check_ways(const State& state) {
    std::vector<Claim> refused;  // what is so when the next way is looked at
    for (const Way& way : state.ways) {
      if (way.on != On::kDone || !way.guard) continue;
      check_guard(state, *way.guard, refused);
      if (refused.size() < kMostLooked) refused.push_back({&*way.guard, false});
    }
    if (!refused.empty() && refused.size() < kMostLooked) check_rest(state, refused);
  }

  void check_guard(const State& state, const Expression& guard, std::vector<Claim> before) {
    const std::string text = to_text(guard);
    if (!may_be({{&guard, true}})) {
      found_.warning("always-false", guard.place, fmt::format("'{}' is never true", text),
                     "compare with what it can be, or leave the transition out");
    } else if (!may_be({{&guard, false}})) {
      found_.warning("always-true", guard.place, fmt::format("'{}' is always true", text),
                     "compare with what it may not be, or leave the guard out");
    } else {
      before.push_back({&guard, true});
      if (may_be(before)) return;
      found_.warning("always-false", guard.place,
                     fmt::format("'{}' is never true here: the guards of '{}' before it take all such cases",
                                 text, state.id),
                     "guards are looked at in the order written: put the narrower one first");
    }
  }

  void check_rest(const State& state, const std::vector<Claim>& refused) {
    const bool goes_on = std::any_of(state.ways.begin(), state.ways.end(), [](const Way& way) {
      return way.on == On::kAfter || (way.on == On::kDone && !way.guard);
    });
    if (goes_on || !may_be_at_once(refused, known_).value_or(false)) return;
    found_.warning("no-else", state.place,
                   fmt::format("where no guard of '{}' holds, the run fails", state.id),
                   fmt::format("add a way for it: {} --> state : [else]", state.id));
  }

  void check_wait(const model::Action& action) {
    const auto* wait = std::get_if<model::WaitAction>(&action.what);
    if (wait == nullptr || may_be({{&wait->until, true}})) return;
    found_.warning(
        "always-false", wait->until.place,
        fmt::format("'{}' is never true: it would be waited for without end", to_text(wait->until)),
        "wait for what can be");
  }

  void check_ensure(const Expression& ensure) {
    const bool is_never = !may_be({{&ensure, true}});
    if (!is_never && may_be({{&ensure, false}})) return;
    found_.warning(is_never ? "always-false" : "always-true", ensure.place,
                   fmt::format("'{}' is {} true: it tells nothing of what a run has brought about",
                               to_text(ensure), is_never ? "never" : "always"),
                   "write what is true only after a run that helped");
  }

  const KnownNumbers& known_;
  Diagnostics& found_;
};

}  // namespace

KnownNumbers known_numbers(const ClassTree& tree) {
  constexpr double kEndless = std::numeric_limits<double>::infinity();
  KnownNumbers known{{"attempts", {0, kEndless}}};
  for (const model::Class& one : tree.project().classes) {
    double most = 0;
    for (const model::Class* concrete : tree.concrete(one.name))
      most += concrete->max == model::Cardinality::kMany ? kEndless : concrete->max;
    known[one.name + ".count"] = {0, most};
    if (most < kEndless) known[one.name + ".max"] = {most, most};
  }
  return known;
}

void check_guards(const model::Diagram& diagram, const KnownNumbers& known, Diagnostics& found) {
  Checker(known, found).check(diagram);
}

}  // namespace attune::dsl
