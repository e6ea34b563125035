// SPDX-License-Identifier: Apache-2.0
#include "runtime/workflow/host_choice.h"

#include <algorithm>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "runtime/model/value.h"
#include "runtime/workflow/counterfactual.h"

namespace attune::workflow {

namespace {

using model::Operator;
using model::Value;
using system::Candidate;
using system::Policy;

constexpr size_t kFittingTold = 8;
constexpr size_t kMostSought = 64;  // refused hosts that are asked what they lack

std::string measure_of(const Candidate& candidate) {
  std::string text = fmt::format("{}, {} component{}", system::load_text(candidate), candidate.components,
                                 candidate.components == 1 ? "" : "s");
  if (candidate.free_memory) text += ", " + to_text(Value(*candidate.free_memory)) + " free";
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

// What a refused host lacks to be the one.
std::optional<Counterfactual> lack_of(const Evaluator::Asked& asked, const Scope& scope,
                                      const system::Choice::Refusal& refusal) {
  Counterfactual change;
  if (asked.condition != nullptr) {
    auto found = find_turn(scope, *asked.condition, true, Looked{nullptr, &refusal.candidate});
    if (!found) return std::nullopt;
    change = *std::move(found);
  }
  const system::HostState state = refusal.candidate.host->state;
  if (!system::is_usable(state)) {
    const auto word = [](system::HostState of) { return Operand(Value(std::string(system::name_of(of)))); };
    change.parts.push_back({refusal.host + ".state", Operator::kEqual, word(system::HostState::kUp),
                            word(state), word(system::HostState::kUp)});
    change.distance += 1;
  }
  const bool is_best =
      asked.choice.fitting.empty() ||
      system::is_preferred(changed(refusal.candidate, change), asked.choice.fitting.front(), asked.policy);
  return is_best && !change.parts.empty() ? std::optional(std::move(change)) : std::nullopt;
}

// What the second of those that fit lacks to be the first.
std::string runner_up(const Evaluator::Asked& asked) {
  if (asked.choice.fitting.size() < 2) return {};
  const Candidate &first = asked.choice.fitting[0], &second = asked.choice.fitting[1];
  const auto load = [](const Candidate& of) { return of.load.value_or(model::Percent{0}); };
  const auto percent = [&](const Candidate& of) { return to_text(Value(load(of))); };
  if (asked.policy != Policy::kAny && load(first) != load(second))
    return fmt::format("{} with load {} {} instead of {}", second.host->name,
                       asked.policy == Policy::kLeastLoaded ? "below" : "above", percent(first),
                       percent(second));
  const bool by_number = asked.policy != Policy::kMostLoadedThatFits &&
                         second.components > first.components && first.components > 0;
  if (!by_number) return {};
  return fmt::format("{} with components below {} instead of {}", second.host->name, first.components,
                     second.components);
}

std::string otherwise(const Evaluator::Asked& asked, const Scope& scope) {
  const auto& refused = asked.choice.refused;
  std::optional<Counterfactual> nearest;
  std::string host;
  for (size_t i = 0; i < refused.size() && i < kMostSought; ++i) {
    auto change = lack_of(asked, scope, refused[i]);
    if (!change || (nearest && !change->is_nearer_than(*nearest))) continue;
    nearest = std::move(change);
    host = refused[i].host;
  }
  if (!nearest) return runner_up(asked);
  return fmt::format("{} with {}", host, to_text(*nearest, scope.system, host + "."));
}

}  // namespace

HostChosen record_of(RunId run, std::string variable, const Evaluator::Asked& asked, const Scope& scope) {
  const system::Choice& choice = asked.choice;
  HostChosen chosen{run, std::move(variable), choice.host == nullptr ? "none" : choice.host->name,
                    choice.why};
  for (size_t i = 0; i < choice.fitting.size() && i < kFittingTold; ++i)
    chosen.considered.push_back({choice.fitting[i].host->name, measure_of(choice.fitting[i]), {}});
  for (size_t i = 0; i < choice.refused.size() && i < kRefusalsTold; ++i) {
    const system::Choice::Refusal& refusal = choice.refused[i];
    chosen.considered.push_back({refusal.host, measure_of(refusal.candidate), refusal.why});
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
