// SPDX-License-Identifier: Apache-2.0
// Names, members and operators; sets, conditions and policies are in evaluator_sets.cc.
#include "runtime/workflow/evaluator.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "runtime/workflow/arithmetic.h"

namespace attune::workflow {

using model::Operator;
using model::Value;

Result<Operand> Evaluator::evaluate(const E& expression) {
  return inner(expression);
}

Result<bool> Evaluator::holds(const E& condition) {
  Result<Operand> operand = inner(condition);
  if (!operand) return fail(std::move(operand).error());
  const auto* value = std::get_if<Value>(&*operand);
  const bool* truth = value == nullptr ? nullptr : value->get_if<bool>();
  if (truth != nullptr) return *truth;
  return fail(ErrorCode::kInvalid,
              fmt::format("'{}' is {}, neither true nor false", to_text(condition), kind_text(*operand)));
}

std::string Evaluator::seen() const {
  std::string text;
  for (const auto& [name, value] : seen_) {
    if (!text.empty()) text += ", ";
    text += name + " = " + value;
  }
  return text;
}

void Evaluator::saw(const E& e, const Operand& operand) {
  if (quiet_) return;
  std::string name = to_text(e);
  const auto same = [&](const auto& each) { return each.first == name; };
  if (std::find_if(seen_.begin(), seen_.end(), same) != seen_.end()) return;
  seen_.emplace_back(std::move(name), to_text(operand, scope_.system));
}

namespace {

// `this` of this.host.load, `app` of app.exists(...).
const model::Expression& root_of(const model::Expression& e) {
  using Form = model::Expression::Form;
  const model::Expression* root = &e;
  while (root->form == Form::kMember || root->form == Form::kCall) root = &root->operands[0];
  return *root;
}

}  // namespace

std::string Evaluator::subject_of(const E& e) const {
  const E& root = root_of(e);
  const bool is_inside = member_candidate_ != nullptr || host_candidate_ != nullptr;
  if (root.form != E::Form::kName || (is_inside && root.meaning == E::Meaning::kUnresolved)) return {};
  if (!is_inside || root.meaning != E::Meaning::kCandidate) return to_text(e);
  const std::string of =
      host_candidate_ != nullptr ? host_candidate_->host->name : to_text(*member_candidate_, scope_.system);
  return of + "." + to_text(e);
}

const Operand* Evaluator::assumed(const E& e) const {
  if (scope_.assumed == nullptr) return nullptr;
  const auto found = scope_.assumed->find(subject_of(e));
  return found == scope_.assumed->end() ? nullptr : &found->second;
}

Result<Operand> Evaluator::inner(const E& e) {
  switch (e.form) {
    case E::Form::kLiteral:
      return Operand(e.value);
    case E::Form::kNone:
      return Operand(None{});
    case E::Form::kUnary:
      return unary(e);
    case E::Form::kBinary:
      return binary(e);
    case E::Form::kName:
    case E::Form::kMember:
    case E::Form::kCall:
      break;
  }
  if (const Operand* instead = assumed(e)) return *instead;
  const bool outer = std::exchange(quiet_, true);
  Result<Operand> operand = e.form == E::Form::kName     ? name(e)
                            : e.form == E::Form::kMember ? member_of(e)
                                                         : call(e);
  quiet_ = outer;
  if (operand) saw(e, *operand);
  return operand;
}

// --- names ---

Result<Operand> Evaluator::name(const E& e) {
  return e.meaning == E::Meaning::kUnresolved ? unresolved(e.name) : named(e.meaning, e.name);
}

Result<Operand> Evaluator::named(E::Meaning meaning, const std::string& name) {
  switch (meaning) {
    case E::Meaning::kThis:
      return self();
    case E::Meaning::kAttempts:
      return Operand(Value(static_cast<int64_t>(scope_.attempts)));
    case E::Meaning::kCandidate:
      return candidate(name);
    case E::Meaning::kVariable:
      return variable(name);
    case E::Meaning::kRole:
    case E::Meaning::kAttribute: {
      Result<Operand> subject = self();
      return subject ? member(scope_, *subject, name) : subject;
    }
    case E::Meaning::kClass:
      if (const model::Class* found = scope_.system.project().find_class(name))
        return instances_of(scope_.system, *found);
      break;
    case E::Meaning::kFamily: {
      HostSet set{{}, name};
      for (const system::Host* host : scope_.system.hosts(name)) set.ids.push_back(host->id);
      return Operand(std::move(set));
    }
    case E::Meaning::kEvent:
    case E::Meaning::kManager:
    case E::Meaning::kPlacement:
      return fail(ErrorCode::kInvalid, fmt::format("'{}' has members, but no value of its own", name));
    case E::Meaning::kUnresolved:
      break;
  }
  return fail(ErrorCode::kNotFound, fmt::format("nothing is called '{}'", name));
}

// The order of the language: what stands nearest first.
Result<Operand> Evaluator::unresolved(const std::string& name) {
  using M = E::Meaning;
  const model::Project& project = scope_.system.project();
  if (name == "this") return named(M::kThis, name);
  if (name == "attempts") return named(M::kAttempts, name);
  if (member_candidate_ != nullptr || host_candidate_ != nullptr) {
    if (Result<Operand> found = candidate(name); found || found.error().code != ErrorCode::kNotFound)
      return found;
  }
  if (scope_.variables != nullptr && scope_.variables->contains(name)) return named(M::kVariable, name);
  if (const system::Component* subject = scope_.system.find(scope_.self)) {
    const model::Class& of = scope_.system.class_of(*subject);
    const bool known = of.find_attribute(name) != nullptr || project.find_role(of.name, name) != nullptr;
    if (known) return named(M::kAttribute, name);
  }
  if (project.find_class(name) != nullptr) return named(M::kClass, name);
  return named(project.find_family(name) == nullptr ? M::kUnresolved : M::kFamily, name);
}

// A component that was removed meanwhile is none.
Result<Operand> Evaluator::variable(const std::string& name) {
  if (scope_.variables != nullptr) {
    const auto found = scope_.variables->find(name);
    if (found != scope_.variables->end()) {
      const auto* component = std::get_if<ComponentRef>(&found->second);
      const bool is_gone = component != nullptr && scope_.system.find(component->id) == nullptr;
      return is_gone ? Operand(None{}) : found->second;
    }
  }
  return fail(ErrorCode::kInvalid, fmt::format("the variable '{}' has not been set on this way", name));
}

Result<Operand> Evaluator::self() const {
  if (scope_.self != system::kNoComponent) return Operand(ComponentRef{scope_.self});
  return fail(ErrorCode::kInvalid, "there is no `this`: the event is about no component");
}

// --- members ---

Result<Operand> Evaluator::member_of(const E& e) {
  const E& base = e.operands[0];
  const bool plain = base.form == E::Form::kName;
  const bool open = plain && base.meaning == E::Meaning::kUnresolved;
  if (plain && (base.meaning == E::Meaning::kEvent || (open && base.name == "event")))
    return event_value(e.name);
  if (plain && (base.meaning == E::Meaning::kManager || (open && base.name == "manager")))
    return manager_word(e.name);
  if (e.name == "max") return limit_of(e);
  if (e.name == "count" || e.name == "newest" || e.name == "oldest") return set_word(e);
  Result<Operand> of = inner(base);
  if (!of) return of;
  if (std::holds_alternative<None>(*of)) {
    return fail(ErrorCode::kInvalid, fmt::format("'{}' is none and has no '{}'", to_text(base), e.name));
  }
  if (const system::Host* host = host_of_event(base, *of)) return member(scope_, HostRef{host->id}, e.name);
  return member(scope_, *of, e.name);
}

// event.host is a text; what a dot leads to from there is the host's. nullptr for all else.
const system::Host* Evaluator::host_of_event(const E& e, const Operand& operand) const {
  const auto* value = std::get_if<Value>(&operand);
  const std::string* text = value == nullptr ? nullptr : value->get_if<std::string>();
  const bool is_named = e.form == E::Form::kMember && e.name == "host" && text != nullptr &&
                        (e.operands[0].meaning == E::Meaning::kEvent || e.operands[0].name == "event");
  return is_named ? scope_.system.find_host(*text) : nullptr;
}

namespace {

// "run_failed of store: run=7, diagram=clean, why=store.clean exited with 1", for a person.
std::string text_of(const TypedEvent& event) {
  std::string text = event.name;
  if (!event.component.empty()) text += " of " + event.component;
  std::string_view before = ": ";
  for (const auto& [name, value] : event.values) {
    text += fmt::format("{}{}={}", before, name, to_text(value));
    before = ", ";
  }
  return text;
}

}  // namespace

Result<Operand> Evaluator::event_value(std::string_view name) const {
  if (scope_.event == nullptr) return fail(ErrorCode::kInvalid, "there is no event here");
  for (const auto& [own, value] : scope_.event->values) {
    if (own == name) return Operand(value);
  }
  if (name == "name") return Operand(Value(scope_.event->name));
  if (name == "component") return Operand(Value(scope_.event->component));
  if (name == "source") return Operand(Value(scope_.event->source));
  if (name == "text") return Operand(Value(text_of(*scope_.event)));
  return fail(ErrorCode::kNotFound, fmt::format("the event {} came without '{}'", scope_.event->name, name));
}

Result<Operand> Evaluator::manager_word(std::string_view name) const {
  if (name == "pipe") return Operand(Value(std::string(scope_.pipe)));
  if (name == "project") return Operand(Value(scope_.system.project().name));
  if (name == "name") return Operand(Value(std::string(kManagerName)));
  return fail(ErrorCode::kNotFound, fmt::format("the manager has no '{}'", name));
}

// --- operators ---

Result<Operand> Evaluator::unary(const E& e) {
  if (e.op == Operator::kNot) {
    Result<bool> truth = holds(e.operands[0]);
    if (!truth) return fail(std::move(truth).error());
    return Operand(Value(!*truth));
  }
  Result<Operand> operand = inner(e.operands[0]);
  if (!operand) return operand;
  const auto* value = std::get_if<Value>(&*operand);
  if (value == nullptr)
    return fail(ErrorCode::kInvalid, fmt::format("{} has no negative", kind_text(*operand)));
  Result<Value> negative = negate(*value);
  if (!negative) return fail(std::move(negative).error());
  return Operand(*std::move(negative));
}

Result<Operand> Evaluator::binary(const E& e) {
  if (e.op == Operator::kAnd || e.op == Operator::kOr) {
    Result<bool> left = holds(e.operands[0]);
    if (!left) return fail(std::move(left).error());
    if (*left == (e.op == Operator::kOr)) return Operand(Value(*left));
    Result<bool> right = holds(e.operands[1]);
    if (!right) return fail(std::move(right).error());
    return Operand(Value(*right));
  }
  const bool arithmetic = e.op >= Operator::kAdd;
  if (!arithmetic) return comparison(e);
  Result<Operand> left = inner(e.operands[0]);
  if (!left) return left;
  Result<Operand> right = inner(e.operands[1]);
  if (!right) return right;
  const auto* a = std::get_if<Value>(&*left);
  const auto* b = std::get_if<Value>(&*right);
  if (a == nullptr || b == nullptr) {
    return fail(ErrorCode::kInvalid, fmt::format("'{}': {} and {} do not go together", to_text(e),
                                                 kind_text(*left), kind_text(*right)));
  }
  Result<Value> result = combine(e.op, *a, *b);
  if (!result) return fail(std::move(result).error());
  return Operand(*std::move(result));
}

namespace {

// A component or a host beside its name, which counts as the same.
bool names_it(const Operand& thing, const Operand& name, const system::System& system) {
  const auto* value = std::get_if<Value>(&name);
  const std::string* text = value == nullptr ? nullptr : value->get_if<std::string>();
  const bool nameable = std::holds_alternative<ComponentRef>(thing) || std::holds_alternative<HostRef>(thing);
  return text != nullptr && nameable && to_text(thing, system) == *text;
}

}  // namespace

Result<Operand> Evaluator::comparison(const E& e) {
  Result<Operand> left = inner(e.operands[0]);
  if (!left) return left;
  Result<Operand> right = inner(e.operands[1]);
  if (!right) return right;
  const auto* a = std::get_if<Value>(&*left);
  const auto* b = std::get_if<Value>(&*right);
  if (a != nullptr && b != nullptr) {
    Result<bool> truth = compare(e.op, *a, *b);
    if (!truth) return fail(std::move(truth).error());
    return Operand(Value(*truth));
  }
  if (e.op != Operator::kEqual && e.op != Operator::kUnequal) {
    return fail(ErrorCode::kInvalid, fmt::format("'{}': {} and {} have no order", to_text(e),
                                                 kind_text(*left), kind_text(*right)));
  }
  const bool same =
      *left == *right || names_it(*left, *right, scope_.system) || names_it(*right, *left, scope_.system);
  return Operand(Value(same == (e.op == Operator::kEqual)));
}

}  // namespace attune::workflow
