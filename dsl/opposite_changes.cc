// SPDX-License-Identifier: Apache-2.0
#include "dsl/opposite_changes.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include <fmt/format.h>

#include "dsl/action_parts.h"
#include "dsl/flow_graph.h"
#include "runtime/model/comparison.h"

namespace attune::dsl {

namespace {

using model::Expression;
using model::StateIndex;

enum class Direction { kGrow, kShrink, kSpread, kGather };

// A change that a diagram makes, and what is so when it does.
struct Change {
  Direction direction = Direction::kGrow;
  std::string of;  // the class
  const model::Diagram* diagram = nullptr;
  const model::Action* action = nullptr;
  std::vector<Claim> claims;
  std::set<std::string> numbers;  // that the claims ask for
  std::vector<Waypoint> path;
};

bool are_opposite(Direction a, Direction b) {
  const auto is = [&](Direction one, Direction other) { return a == one && b == other; };
  return is(Direction::kGrow, Direction::kShrink) || is(Direction::kSpread, Direction::kGather);
}

// How the policy in it, if there is one, chooses a host.
std::optional<Direction> direction_of(const Expression& value) {
  std::optional<Direction> direction;
  each_part(value, [&](const Expression& part) {
    if (part.form != Expression::Form::kCall || part.kind.of != model::Kind::Of::kHost) return;
    if (part.name == "least_loaded" || part.name == "any") direction = Direction::kSpread;
    if (part.name == "most_loaded_that_fits" || part.name == "consolidate") direction = Direction::kGather;
  });
  return direction;
}

// What is another thing in each run: a variable, the event's values, its failures.
bool is_of_run(const Expression& e) {
  bool is_own = false;
  each_part(e, [&](const Expression& part) {
    using Meaning = Expression::Meaning;
    is_own = is_own || (part.form == Expression::Form::kName &&
                        (part.meaning == Meaning::kVariable || part.meaning == Meaning::kEvent ||
                         part.meaning == Meaning::kAttempts));
  });
  return is_own;
}

// The numbers that a condition asks for, but how many instances there are, which each growth and shrinking
// asks for.
void add_numbers(const Expression& e, std::set<std::string>& numbers) {
  const bool is_comparison = model::is_comparison(e);
  for (const Expression& operand : e.operands) {
    const bool is_named =
        operand.form != Expression::Form::kLiteral && operand.form != Expression::Form::kNone;
    const bool is_count =
        operand.form == Expression::Form::kMember && (operand.name == "count" || operand.name == "max");
    if (is_comparison && is_named && !is_count && !is_of_run(operand)) numbers.insert(to_text(operand));
    if (!is_comparison) add_numbers(operand, numbers);
  }
}

class Finder {
 public:
  explicit Finder(const model::Diagram& diagram) : diagram_(diagram), graph_(diagram) {}

  std::vector<Change> run() {
    if (diagram_.regions.empty() || diagram_.regions[0].start == model::kNoState) return {};
    for (StateIndex at = 0; at < diagram_.states.size(); ++at) {
      for (const model::Action& action : diagram_.states[at].actions) look_at(at, action);
    }
    return std::move(changes_);
  }

 private:
  void look_at(StateIndex at, const model::Action& action) {
    if (const auto* create = std::get_if<model::CreateAction>(&action.what))
      add(at, action, Direction::kGrow, create->class_name);
    if (const auto* remove = std::get_if<model::RemoveAction>(&action.what))
      add(at, action, Direction::kShrink, remove->class_name);
    if (const auto* call = std::get_if<model::CallAction>(&action.what);
        call != nullptr && call->stub == "migrate") {
      for (const Expression& argument : call->arguments) {
        if (const auto direction = direction_of(argument))
          add(at, action, *direction, diagram_.subject_class);
      }
    }
    const auto* assign = std::get_if<model::AssignAction>(&action.what);
    if (assign == nullptr) return;
    if (const auto direction = direction_of(assign->value))
      add(at, action, *direction, diagram_.subject_class);
  }

  // With the guards on the shortest way to the state.
  void add(StateIndex at, const model::Action& action, Direction direction, const std::string& of) {
    const auto path = graph_.path(
        diagram_.regions[0].start, [](const FlowGraph::Step&) { return true; },
        [&](StateIndex one) { return one == at; });
    if (path.empty() || of.empty()) return;
    Change change{direction, of, &diagram_, &action, {}, {}, graph_.waypoints(path)};
    for (size_t i = 0; i + 1 < path.size(); ++i) add_claims(path[i], path[i + 1], change.claims);
    for (const Claim& claim : change.claims) add_numbers(*claim.condition, change.numbers);
    changes_.push_back(std::move(change));
  }

  void add_claims(StateIndex from, StateIndex to, std::vector<Claim>& claims) const {
    std::vector<Claim> refused;
    for (const FlowGraph::Step& step : graph_.from(from)) {
      const bool is_taken = step.to == to;
      if (step.way == nullptr || !step.way->guard) {
        if (is_taken && step.way != nullptr && step.way->otherwise)
          claims.insert(claims.end(), refused.begin(), refused.end());
        if (is_taken) return;
        continue;
      }
      refused.push_back({&*step.way->guard, is_taken});
      if (is_taken) {
        claims.insert(claims.end(), refused.begin(), refused.end());
        return;
      }
    }
  }

  const model::Diagram& diagram_;
  const FlowGraph graph_;
  std::vector<Change> changes_;
};

std::string_view word_of(Direction direction) {
  switch (direction) {
    case Direction::kGrow:
      return "creates";
    case Direction::kShrink:
      return "removes";
    case Direction::kSpread:
      return "spreads";
    default:
      return "gathers";
  }
}

// The first number that both ask for; empty where there is none.
std::string common_number(const Change& one, const Change& other) {
  std::vector<std::string> both;
  std::set_intersection(one.numbers.begin(), one.numbers.end(), other.numbers.begin(), other.numbers.end(),
                        std::back_inserter(both));
  return both.empty() ? std::string() : both.front();
}

void compare(const Change& one, const Change& other, const KnownNumbers& known, Diagnostics& found) {
  if (one.diagram == other.diagram || one.of != other.of || !are_opposite(one.direction, other.direction))
    return;
  const std::string number = common_number(one, other);
  std::vector<Claim> both = one.claims;
  both.insert(both.end(), other.claims.begin(), other.claims.end());
  if (number.empty() || !may_be_at_once(both, known).value_or(false)) return;
  std::vector<Waypoint> path;
  for (const Change* each : {&one, &other}) {
    path.push_back({each->diagram->place, each->diagram->event + ":"});
    path.insert(path.end(), each->path.begin(), each->path.end());
  }
  found.add(
      {Severity::kWarning,
       "ping-pong",
       other.action->place,
       fmt::format("'{}' {} the '{}' that '{}' {}: as to '{}', both may run", other.diagram->event,
                   word_of(other.direction), other.of, one.diagram->event, word_of(one.direction), number),
       "leave a gap between the two conditions",
       std::move(path),
       {}});
}

}  // namespace

void check_opposite_changes(const Diagrams& diagrams, const KnownNumbers& known, Diagnostics& found) {
  std::vector<Change> changes;
  for (const auto& [event, diagram] : diagrams) {
    std::vector<Change> own = Finder(diagram).run();
    changes.insert(changes.end(), std::make_move_iterator(own.begin()), std::make_move_iterator(own.end()));
  }
  for (const Change& one : changes) {
    for (const Change& other : changes) compare(one, other, known, found);
  }
}

}  // namespace attune::dsl
