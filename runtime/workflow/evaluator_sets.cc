// SPDX-License-Identifier: Apache-2.0
// The evaluator's sets, conditions on their members, and host policies.
#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "runtime/workflow/evaluator.h"

namespace attune::workflow {

using model::Value;

// --- the one that a condition looks at ---

Result<Operand> Evaluator::candidate(std::string_view name) {
  if (host_candidate_ != nullptr) {
    const system::Candidate& host = *host_candidate_;
    if (name == "load") return Operand(Value(host.load.value_or(model::Percent{0})));
    if (name == "components") return Operand(Value(static_cast<int64_t>(host.components)));
    if (name == "free_memory") return host.free_memory ? Operand(Value(*host.free_memory)) : Operand(None{});
    return member(scope_, HostRef{host.host->id}, name);
  }
  if (member_candidate_ != nullptr) return member(scope_, *member_candidate_, name);
  return fail(ErrorCode::kInvalid, fmt::format("'{}' has a meaning inside a condition only", name));
}

// --- sets of components ---

Result<ComponentSet> Evaluator::set_of(const E& e) {
  Result<Operand> operand = inner(e);
  if (!operand) return fail(std::move(operand).error());
  if (auto* set = std::get_if<ComponentSet>(&*operand)) return std::move(*set);
  if (auto ids = components_of(*operand)) return ComponentSet{*std::move(ids), {}};
  return fail(ErrorCode::kInvalid,
              fmt::format("'{}' is {}, not a set of components", to_text(e), kind_text(*operand)));
}

Result<Operand> Evaluator::set_word(const E& e) {
  Result<Operand> operand = inner(e.operands[0]);
  if (!operand) return operand;
  if (const auto* hosts = std::get_if<HostSet>(&*operand); hosts != nullptr && e.name == "count")
    return Operand(Value(static_cast<int64_t>(hosts->ids.size())));
  const auto ids = components_of(*operand);
  if (!ids) {
    return fail(ErrorCode::kInvalid, fmt::format("'{}' is {}, which has no '{}'", to_text(e.operands[0]),
                                                 kind_text(*operand), e.name));
  }
  if (e.name == "count") return Operand(Value(static_cast<int64_t>(ids->size())));
  if (ids->empty()) return Operand(None{});
  // Ids grow with age and are never used again.
  const auto found = e.name == "newest" ? std::max_element(ids->begin(), ids->end())
                                        : std::min_element(ids->begin(), ids->end());
  return Operand(ComponentRef{*found});
}

// How many a class or a role takes at most.
Result<Operand> Evaluator::limit_of(const E& e) {
  const E& base = e.operands[0];
  const model::Project& project = scope_.system.project();
  const auto limit = [](uint32_t max) { return Operand(Value(static_cast<int64_t>(max))); };
  const system::Component* owner = nullptr;
  if (base.form == E::Form::kName) {
    owner = scope_.system.find(scope_.self);
  } else if (base.form == E::Form::kMember) {
    Result<Operand> of = inner(base.operands[0]);
    if (!of) return of;
    if (const auto* one = std::get_if<ComponentRef>(&*of)) owner = scope_.system.find(one->id);
  }
  const model::Association* role =
      owner == nullptr ? nullptr : project.find_role(scope_.system.class_of(*owner).name, base.name);
  const bool is_class = base.meaning == E::Meaning::kClass;
  if (role != nullptr && !is_class) return limit(role->to_count.max);
  const model::Class* of = base.form == E::Form::kName ? project.find_class(base.name) : nullptr;
  if (of != nullptr) return limit(of->max);
  // Not a word here: it may be an attribute.
  Result<Operand> operand = inner(base);
  return operand ? member(scope_, *operand, e.name) : operand;
}

// --- conditions ---

Result<Operand> Evaluator::call(const E& e) {
  if (auto asked = system::find_policy(e.name)) return policy(e, *asked);
  Result<Operand> base = inner(e.operands[0]);
  if (!base) return base;
  if (e.operands.size() != 2)
    return fail(ErrorCode::kInvalid, fmt::format("'{}' takes one condition", to_text(e)));
  if (const auto* hosts = std::get_if<HostSet>(&*base)) return host_condition(e, *hosts);
  Result<ComponentSet> set = set_of(e.operands[0]);
  if (!set) return fail(std::move(set).error());
  return component_condition(e, *set);
}

namespace {

// What exists, all and where make of the members for which the condition holds.
template <class Set>
Result<Operand> outcome(std::string_view word, Set holding, size_t of) {
  if (word == "where") return Operand(std::move(holding));
  if (word == "exists") return Operand(Value(!holding.ids.empty()));
  if (word == "all") return Operand(Value(holding.ids.size() == of));
  return fail(ErrorCode::kNotFound, fmt::format("a set has no '{}'", word));
}

}  // namespace

// The innermost condition's candidate is the one that its names are looked up on.
Result<bool> Evaluator::holds_for(const Operand& candidate, const E& condition) {
  const Operand* outer = std::exchange(member_candidate_, &candidate);
  const system::Candidate* outer_host = std::exchange(host_candidate_, nullptr);
  Result<bool> truth = holds(condition);
  member_candidate_ = outer;
  host_candidate_ = outer_host;
  return truth;
}

Result<Operand> Evaluator::component_condition(const E& e, const ComponentSet& set) {
  ComponentSet holding{{}, set.class_name};
  for (const system::ComponentId id : set.ids) {
    const Operand one = ComponentRef{id};
    Result<bool> truth = holds_for(one, e.operands[1]);
    if (!truth) return fail(std::move(truth).error());
    if (*truth) holding.ids.push_back(id);
  }
  return outcome(e.name, std::move(holding), set.ids.size());
}

Result<Operand> Evaluator::host_condition(const E& e, const HostSet& set) {
  HostSet holding{{}, {}};
  for (const system::HostId id : set.ids) {
    const Operand one = HostRef{id};
    Result<bool> truth = holds_for(one, e.operands[1]);
    if (!truth) return fail(std::move(truth).error());
    if (*truth) holding.ids.push_back(id);
  }
  return outcome(e.name, std::move(holding), set.ids.size());
}

// --- policies ---

Result<Operand> Evaluator::policy(const E& e, system::Policy policy) {
  const std::string& family = e.operands[0].name;
  const model::Project& project = scope_.system.project();
  const bool known = project.find_family(family) != nullptr || project.find_class(family) != nullptr;
  if (e.operands[0].form != E::Form::kName || !known) {
    return fail(ErrorCode::kInvalid,
                fmt::format("'{}' is no host family; {} is asked of one", to_text(e.operands[0]), e.name));
  }
  const bool asks_near = policy == system::Policy::kClosestTo;
  const system::Host* near = nullptr;
  if (asks_near) {
    const Result<const system::Host*> found = near_of(e);
    if (!found) return fail(found.error());
    near = *found;
  }
  const size_t at = asks_near ? 2 : 1;
  const E* condition = e.operands.size() > at ? &e.operands[at] : nullptr;
  const system::Component* subject = scope_.system.find(scope_.moving);
  size_t refused = 0;
  const auto fits = [&](const system::Candidate& one) -> std::optional<std::string> {
    if (condition == nullptr) return std::nullopt;
    auto why = refusal(*condition, one, refused < kRefusalsTold);
    if (why) ++refused;
    return why;
  };
  system::Choice choice =
      system::choose(scope_.system, family, policy, subject, scope_.reserved, fits, scope_.now, near);
  const system::Host* chosen = choice.host;
  choices_.push_back({policy, condition, std::move(choice)});
  if (chosen == nullptr) return None{};
  return HostRef{chosen->id};
}

Result<const system::Host*> Evaluator::near_of(const E& e) {
  if (e.operands.size() < 2)
    return fail(ErrorCode::kInvalid, fmt::format("'{}' names no component to be close to", to_text(e)));
  Result<Operand> operand = inner(e.operands[1]);
  if (!operand) return fail(std::move(operand).error());
  const auto* one = std::get_if<ComponentRef>(&*operand);
  const system::Component* component = one == nullptr ? nullptr : scope_.system.find(one->id);
  if (component == nullptr)
    return fail(ErrorCode::kInvalid,
                fmt::format("'{}' is {}, not a component", to_text(e.operands[1]), kind_text(*operand)));
  const system::Host* host = scope_.system.host_of(*component);
  if (host != nullptr) return host;
  return fail(ErrorCode::kInvalid, fmt::format("{} has no host to be close to", component->name));
}

// Why the candidate does not do: the condition with the values that it saw. An Error of the condition refuses
// too: a host about which it cannot be told is not chosen.
std::optional<std::string> Evaluator::refusal(const E& condition, const system::Candidate& one, bool told) {
  const system::Candidate* outer = std::exchange(host_candidate_, &one);
  Result<bool> truth = holds(condition);
  std::optional<std::string> why;
  if (!truth || !*truth) why = truth ? "it does not fit" : truth.error().message;
  if (truth && !*truth && told) {
    auto outer_seen = std::exchange(seen_, {});
    const bool outer_quiet = std::exchange(quiet_, false);
    (void)holds(condition).has_value();
    why = seen();
    seen_ = std::move(outer_seen);
    quiet_ = outer_quiet;
  }
  host_candidate_ = outer;
  return why;
}

}  // namespace attune::workflow
