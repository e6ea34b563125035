// SPDX-License-Identifier: Apache-2.0
#include "runtime/workflow/host_choice.h"

#include <algorithm>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "runtime/model/value.h"
#include "runtime/workflow/counterfactual.h"
#include "runtime/workflow/next_value.h"

namespace attune::workflow {

namespace {

using model::Operator;
using model::Value;
using system::Candidate;
using system::Policy;

constexpr size_t kFittingTold = 8;
constexpr size_t kMostSought = 64;  // refused hosts that are asked what they lack

std::string measure_of(const Candidate& candidate, Policy policy) {
  std::string text = fmt::format("{}, {} component{}", system::load_text(candidate), candidate.components,
                                 candidate.components == 1 ? "" : "s");
  if (candidate.free_memory) text += ", " + to_text(Value(*candidate.free_memory)) + " free";
  if (policy == Policy::kCheapest) text += ", " + system::price_text(candidate);
  return text;
}

// The candidate as it would be.
Candidate changed(Candidate candidate, const Counterfactual& change) {
  for (const Supposition& part : change.parts) {
    const auto* value = std::get_if<Value>(&part.enough);
    if (value == nullptr) continue;
    if (part.subject == candidate.host->name + ".load" && value->get_if<model::Percent>() != nullptr)
      candidate.load = *value->get_if<model::Percent>();
    if (part.subject == candidate.host->name + ".components" && value->get_if<int64_t>() != nullptr)
      candidate.components = static_cast<size_t>(std::max<int64_t>(0, *value->get_if<int64_t>()));
  }
  return candidate;
}

// One of the few words that say how a host is, in place of another.
Supposition word(std::string subject, std::string_view wanted, std::string_view seen) {
  const auto text = [](std::string_view of) { return Operand(Value(std::string(of))); };
  return {std::move(subject), Operator::kEqual, text(wanted), text(seen), text(wanted)};
}

// What keeps every policy from the host, whatever the condition says of it.
void add_lacks(const system::Host& host, Counterfactual& change) {
  if (!system::is_usable(host.state))
    change.parts.push_back(
        word(host.name + ".state", system::name_of(system::HostState::kUp), system::name_of(host.state)));
  if (host.in_maintenance) change.parts.push_back(word(host.name + ".maintenance", "ended", "begun"));
}

// Whether the condition takes the candidate once all of that is so.
bool is_taken(const Evaluator::Asked& asked, const Scope& scope, const Candidate& candidate,
              const Counterfactual& change) {
  if (asked.condition == nullptr) return true;
  const Variables assumed = assumptions(change);
  Scope supposed = scope;
  supposed.assumed = &assumed;
  return Evaluator(supposed, Looked{nullptr, &candidate}).holds(*asked.condition).value_or(false);
}

// What a refused host lacks to be the one.
std::optional<Counterfactual> lack_of(const Evaluator::Asked& asked, const Scope& scope,
                                      const system::Choice::Refusal& refusal) {
  Counterfactual change;
  if (asked.condition != nullptr) {
    auto found = find_turn(scope, *asked.condition, true, Looked{nullptr, &refusal.candidate});
    if (!found) return std::nullopt;
    change = *std::move(found);
  }
  const size_t before = change.parts.size();
  add_lacks(*refusal.candidate.host, change);
  change.distance += static_cast<double>(change.parts.size() - before);
  const bool is_best =
      asked.choice.fitting.empty() ||
      system::is_preferred(changed(refusal.candidate, change), asked.choice.fitting.front(), asked.policy);
  const bool helps = is_best && !change.parts.empty() && is_taken(asked, scope, refusal.candidate, change);
  return helps ? std::optional(std::move(change)) : std::nullopt;
}

// What the second of those that fit lacks to be the first.
std::optional<Counterfactual> lack_of_second(const Evaluator::Asked& asked) {
  const Candidate &first = asked.choice.fitting[0], &second = asked.choice.fitting[1];
  const auto suppose = [&](const char* of, Operator relation, const Value& bound, const Value& seen) {
    const auto enough = next_value(bound.type(), relation, bound);
    if (!enough) return std::optional<Counterfactual>();
    return std::optional(Counterfactual{{{second.host->name + of, relation, bound, seen, *enough}}, 0});
  };
  const auto load = [](const Candidate& of) { return Value(of.load.value_or(model::Percent{0})); };
  const auto number = [](const Candidate& of) { return Value(static_cast<int64_t>(of.components)); };
  const bool is_least = asked.policy == Policy::kLeastLoaded;
  if (asked.policy != Policy::kAny && load(first) != load(second))
    return suppose(".load", is_least ? Operator::kLess : Operator::kGreater, load(first), load(second));
  const bool by_number = asked.policy != Policy::kMostLoadedThatFits &&
                         second.components > first.components && first.components > 0;
  if (!by_number) return std::nullopt;
  return suppose(".components", Operator::kLess, number(first), number(second));
}

std::string runner_up(const Evaluator::Asked& asked, const Scope& scope) {
  if (asked.choice.fitting.size() < 2) return {};
  const Candidate& second = asked.choice.fitting[1];
  const auto change = lack_of_second(asked);
  if (!change || !is_taken(asked, scope, second, *change)) return {};
  const std::string& host = second.host->name;
  return fmt::format("{} with {}", host, to_text(*change, scope.system, host + "."));
}

// Of prices and distances no small change is told: many things of other hosts and sites make them.
bool is_told_otherwise(Policy policy) {
  return policy == Policy::kLeastLoaded || policy == Policy::kMostLoadedThatFits || policy == Policy::kAny;
}

std::string otherwise(const Evaluator::Asked& asked, const Scope& scope) {
  if (!is_told_otherwise(asked.policy)) return {};
  const auto& refused = asked.choice.refused;
  std::optional<Counterfactual> nearest;
  std::string host;
  for (size_t i = 0; i < refused.size() && i < kMostSought; ++i) {
    auto change = lack_of(asked, scope, refused[i]);
    if (!change || (nearest && !change->is_nearer_than(*nearest))) continue;
    nearest = std::move(change);
    host = refused[i].host;
  }
  if (!nearest) return runner_up(asked, scope);
  return fmt::format("{} with {}", host, to_text(*nearest, scope.system, host + "."));
}

}  // namespace

HostChosen record_of(RunId run, std::string variable, const Evaluator::Asked& asked, const Scope& scope) {
  const system::Choice& choice = asked.choice;
  HostChosen chosen{run, std::move(variable), choice.host == nullptr ? "none" : choice.host->name,
                    choice.why};
  for (size_t i = 0; i < choice.fitting.size() && i < kFittingTold; ++i)
    chosen.considered.push_back(
        {choice.fitting[i].host->name, measure_of(choice.fitting[i], asked.policy), {}});
  for (size_t i = 0; i < choice.refused.size() && i < kRefusalsTold; ++i) {
    const system::Choice::Refusal& refusal = choice.refused[i];
    chosen.considered.push_back({refusal.host, measure_of(refusal.candidate, asked.policy), refusal.why});
  }
  chosen.more = choice.fitting.size() + choice.refused.size() - chosen.considered.size();
  chosen.otherwise = otherwise(asked, scope);
  return chosen;
}

std::string text_of(const HostChosen& chosen) {
  std::string text = chosen.why;
  for (const ConsideredHost& host : chosen.considered)
    if (!host.refused.empty()) text += fmt::format("; not {}: {}", host.host, host.refused);
  if (chosen.more > 0) text += fmt::format("; {} more were considered", chosen.more);
  return text;
}

model::Expression has_free_memory(model::Size needed) {
  using model::Expression;
  Expression memory, least, condition;
  memory.form = Expression::Form::kName;
  memory.meaning = Expression::Meaning::kCandidate;
  memory.name = "free_memory";
  least.form = Expression::Form::kLiteral;
  least.value = Value(needed);
  condition.form = Expression::Form::kBinary;
  condition.op = Operator::kGreaterOrEqual;
  condition.operands = {std::move(memory), std::move(least)};
  return condition;
}

}  // namespace attune::workflow
