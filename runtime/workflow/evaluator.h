// SPDX-License-Identifier: Apache-2.0
// Evaluator: what an expression of a diagram is worth at this moment of a run. It looks at the system and at
// the run and changes neither; what it looked at and which hosts a policy weighed is kept for the story.
// Loop thread only.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "runtime/base/clock.h"
#include "runtime/base/result.h"
#include "runtime/model/expression.h"
#include "runtime/system/placement.h"
#include "runtime/system/system.h"
#include "runtime/workflow/operand.h"

namespace attune::workflow {

inline constexpr std::string_view kManagerName = "attune";  // manager.name

inline constexpr size_t kRefusalsTold = 8;  // hosts of which a condition says what it saw

// The event that a run answers, with its values in their types.
struct TypedEvent {
  std::string name, component, source;
  std::vector<std::pair<std::string, model::Value>> values;
};
using Variables = std::map<std::string, Operand, std::less<>>;

// What names mean at the place of an expression. All that it points to outlives the evaluator.
struct Scope : Outlook {
  system::ComponentId self = system::kNoComponent;  // `this`; none for a diagram without a subject
  const TypedEvent* event = nullptr;
  const Variables* variables = nullptr;
  unsigned attempts = 0;
  system::ComponentId moving = system::kNoComponent;  // for which component a policy chooses
  std::span<const system::Reservation> reserved;
  const Variables* assumed = nullptr;  // what is taken instead of what is so, by subject_of(); may be null
};

// The one that a condition on many looks at: one of a set, or a host that a policy weighs.
struct Looked {
  const Operand* member = nullptr;
  const system::Candidate* host = nullptr;
};

class Evaluator {
 public:
  explicit Evaluator(const Scope& scope) : scope_(scope) {}
  // Of a piece of a condition on many. What it sees is not kept.
  Evaluator(const Scope& scope, Looked at)
      : scope_(scope), quiet_(true), member_candidate_(at.member), host_candidate_(at.host) {}

  // The Error names what could not be found or does not go together.
  Result<Operand> evaluate(const model::Expression& expression);
  Result<bool> holds(const model::Expression& condition);  // kInvalid where it gives no Bool

  // "target = lab2, this.host = lab1": each name looked at with what it gave, in order.
  std::string seen() const;
  // The policies that were asked, in order.
  struct Asked {
    system::Policy policy{};
    const model::Expression* condition = nullptr;  // may be null
    system::Choice choice;
  };
  const std::vector<Asked>& choices() const { return choices_; }

  // What a name or a longer one is about: "event.cpu"; inside a condition on many with the one that is looked
  // at: "lab2.free_memory". Empty: that cannot be told.
  std::string subject_of(const model::Expression& name) const;

 private:
  using E = model::Expression;

  Result<Operand> inner(const E& e);
  Result<Operand> name(const E& e);
  Result<Operand> named(E::Meaning meaning, const std::string& name);
  Result<Operand> unresolved(const std::string& name);
  Result<Operand> variable(const std::string& name);
  Result<Operand> self() const;
  Result<Operand> candidate(std::string_view name);
  Result<Operand> member_of(const E& e);
  Result<Operand> event_value(std::string_view name) const;
  const system::Host* host_of_event(const E& e, const Operand& operand) const;
  Result<Operand> manager_word(std::string_view name) const;
  Result<Operand> set_word(const E& e);
  Result<Operand> limit_of(const E& e);
  Result<ComponentSet> set_of(const E& e);
  Result<Operand> call(const E& e);
  Result<bool> holds_for(const Operand& candidate, const E& condition);
  Result<Operand> component_condition(const E& e, const ComponentSet& set);
  Result<Operand> host_condition(const E& e, const HostSet& set);
  Result<Operand> policy(const E& e, system::Policy policy);
  // The host of the component that the policy is asked about.
  Result<const system::Host*> near_of(const E& e);
  std::optional<std::string> refusal(const E& condition, const system::Candidate& candidate, bool told);
  Result<Operand> unary(const E& e);
  Result<Operand> binary(const E& e);
  Result<Operand> comparison(const E& e);
  void saw(const E& e, const Operand& operand);
  const Operand* assumed(const E& e) const;

  const Scope& scope_;
  std::vector<std::pair<std::string, std::string>> seen_;
  std::vector<Asked> choices_;
  bool quiet_ = false;  // inside a condition on many, or a longer name: not told
  const Operand* member_candidate_ = nullptr;
  const system::Candidate* host_candidate_ = nullptr;
};

}  // namespace attune::workflow
