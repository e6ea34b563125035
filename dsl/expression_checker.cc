// SPDX-License-Identifier: Apache-2.0
// Names, members, conditions and policies; the operators are in expression_operators.cc.
#include "dsl/expression_checker.h"

#include <algorithm>
#include <iterator>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "runtime/base/suggest.h"
#include "runtime/model/navigation.h"
#include "runtime/placement/state.h"

namespace attune::dsl {

namespace {

using model::Type;
using Form = model::Expression::Form;
using Meaning = model::Expression::Meaning;
using Of = model::Kind::Of;

std::vector<std::string> calls_known() {
  std::vector<std::string> known(std::begin(model::kPolicyWords), std::end(model::kPolicyWords));
  known.insert(known.end(), std::begin(model::kConditionWords), std::end(model::kConditionWords));
  return known;
}

}  // namespace

void ExpressionChecker::tell(std::string_view code, const Place& place, std::string message,
                             std::string hint) {
  found_.error(code, place, std::move(message), std::move(hint));
}

void ExpressionChecker::check(Expression& e) {
  switch (e.form) {
    case Form::kLiteral:
      e.kind = kind_of(e.value.type());
      return;
    case Form::kNone:
      e.kind = {Of::kNone, Type::kString, {}, false};
      return;
    case Form::kName:
      check_name(e);
      return refuse_secret(e);
    case Form::kMember:
      check_member(e);
      return refuse_secret(e);
    case Form::kCall:
      return check_call(e);
    case Form::kUnary:
      return check_unary(e);
    case Form::kBinary:
      return check_binary(e);
  }
}

// Guards, messages, events and arguments are journalled and shown.
void ExpressionChecker::refuse_secret(Expression& e) {
  if (e.kind.of != Of::kValue || e.kind.type != Type::kSecret) return;
  tell("secret-shown", e.place, fmt::format("'{}' is a Secret, which no diagram reads", to_text(e)),
       "what needs it is a component's: a template of configure, or its program's environment");
  e.kind = {};
}

void ExpressionChecker::check_assigned(Expression& e) {
  return e.form == Form::kCall && is_of_placement(e) ? check_plan(e) : check(e);
}

void ExpressionChecker::check_condition(Expression& e) {
  check(e);
  if (e.kind.of == Of::kUnknown || (e.kind.of == Of::kValue && e.kind.type == Type::kBool)) return;
  const bool may_be_none = e.kind.optional && e.kind.of != Of::kValue;
  tell("no-condition", e.place,
       fmt::format("'{}' is {}, neither true nor false", to_text(e), to_text(e.kind)),
       may_be_none ? fmt::format("compare it: {} != none", to_text(e)) : "compare it with something");
}

// --- names ---

void ExpressionChecker::check_name(Expression& e) {
  const auto meant = scope_.find(e.name, candidate_);
  if (!meant) return e.name == "this" ? tell_no_subject(e) : tell_unknown(e);
  e.meaning = meant->meaning;
  e.kind = meant->kind;
  e.name = meant->name;
  const bool is_open =
      e.meaning == Meaning::kEvent || e.meaning == Meaning::kManager || e.meaning == Meaning::kPlacement;
  if (is_open)
    tell("no-value", e.place, fmt::format("'{}' has members, but no value of its own", e.name),
         e.meaning == Meaning::kEvent     ? "write event.name, event.component, or one of its values"
         : e.meaning == Meaning::kManager ? "write manager.pipe, manager.project or manager.name"
                                          : "ask it for a plan: p = placement.improve(\"cost\")");
}

void ExpressionChecker::tell_unknown(const Expression& e) {
  const bool has_subject = !scope_.rules().subject().classes.empty();
  const bool is_word = model::is_one_of(e.name, model::kComponentMembers);
  const KnownEvent& event = scope_.event();
  const bool is_value = std::any_of(event.values.begin(), event.values.end(),
                                    [&](const model::EventValue& value) { return value.name == e.name; });
  tell("unknown-name", e.place, fmt::format("there is no '{}' here", e.name),
       has_subject && is_word ? fmt::format("write this.{}", e.name)
       : is_value             ? fmt::format("the event's value is event.{}", e.name)
                              : suggestion(e.name, scope_.names(candidate_)));
}

void ExpressionChecker::tell_no_subject(const Expression& e) {
  const KnownEvent& event = scope_.event();
  if (event.name == kStart || event.name == kStop)
    return tell("no-this", e.place, fmt::format("'{}' is about no component", event.name),
                "name the class, as in app.start()");
  if (event.is_about_place)
    return tell("no-this", e.place, fmt::format("'{}' is about a site or a host", event.name),
                "event.component is its name");
  if (event.has_no_subject)
    return tell("no-this", e.place, fmt::format("'{}' is about nothing", event.name),
                "name the components by their class, as in app.newest");
  const std::string hint = event.is_about_host
                               ? "write on: CLASS in the front matter, and it runs for each on that host"
                               : "write on: CLASS in the front matter";
  tell("no-this", e.place, fmt::format("nobody says which class '{}' is about", event.name), hint);
}

// --- members ---

void ExpressionChecker::check_member(Expression& e) {
  Expression& base = e.operands[0];
  const auto meant = base.form == Form::kName ? scope_.find(base.name, candidate_) : std::nullopt;
  if (meant && (meant->meaning == Meaning::kEvent || meant->meaning == Meaning::kManager)) {
    base.meaning = meant->meaning;
    return base.meaning == Meaning::kEvent ? check_event_value(e) : check_manager_word(e);
  }
  check(base);
  if (is_host_of_event(base)) base.kind = {Of::kHost, Type::kString, {}, false};
  if (base.kind.of == Of::kUnknown || check_set_word(e)) return;
  if (const auto member = scope_.rules().member(base.kind, e.name)) {
    e.kind = *member;
    return;
  }
  tell_no_member(e);
}

bool ExpressionChecker::is_host_of_event(const Expression& e) const {
  return e.form == Form::kMember && e.name == "host" && e.operands[0].meaning == Meaning::kEvent &&
         scope_.event().is_about_host;
}

void ExpressionChecker::tell_no_member(const Expression& e) {
  const Expression& base = e.operands[0];
  std::vector<std::string> known = scope_.rules().members(base.kind);
  if (is_component(base.kind)) known.insert(known.end(), {"count", "newest", "oldest"});
  std::string hint = help_for_subject(scope_, base, e.name);
  if (hint.empty()) hint = suggestion(e.name, known);
  if (base.kind.of == Of::kValue) hint = "a dot follows a component, a host, or several of them";
  if (e.name == "max") hint = "'max' belongs to a class, or to a role of one component";
  tell("unknown-name", e.place,
       fmt::format("'{}' is {} and has no '{}'", to_text(base), to_text(base.kind), e.name), std::move(hint));
}

std::string ExpressionChecker::help_for_subject(const NameScope& scope, const Expression& base,
                                                const std::string& member) {
  const KindRules& rules = scope.rules();
  std::vector<std::string> owners;
  if (base.form == Form::kName && base.name == "this") {
    for (const model::Class* one : rules.subject().classes)
      if (rules.member({Of::kComponent, Type::kString, one->name, false}, member))
        owners.push_back(one->name);
  }
  if (owners.empty()) return {};
  const bool is_of_all = owners.size() > 1 && owners.size() == rules.subject().classes.size();
  return fmt::format("'this' may be of several classes, {}: write on: {} in the front matter",
                     is_of_all ? "in each of which that is something else"
                     : owners.size() == 1
                         ? fmt::format("of which only '{}' has it", owners.front())
                         : fmt::format("of which '{}' have it", fmt::join(owners, "' and '")),
                     is_of_all || owners.size() > 1 ? "CLASS" : owners.front());
}

void ExpressionChecker::check_event_value(Expression& e) {
  const KnownEvent& event = scope_.event();
  std::vector<std::string> known;
  for (const model::EventValue& value : event.values) {
    known.push_back(value.name);
    if (value.name == e.name) {
      e.kind = kind_of(value.type);
      return;
    }
  }
  known.insert(known.end(), {"name", "component", "source", "text"});
  const bool is_word = std::find(known.end() - 4, known.end(), e.name) != known.end();
  // What comes with an event that nobody declares is not known, but would be text.
  const bool is_open = !event.is_declared && event.name != kStart && event.name != kStop;
  if (is_word || is_open) {
    e.kind = kind_of(Type::kString);
    return;
  }
  tell("unknown-value", e.place, fmt::format("the event '{}' carries no '{}'", event.name, e.name),
       suggestion(e.name, known));
}

void ExpressionChecker::check_manager_word(Expression& e) {
  if (model::is_one_of(e.name, model::kManagerMembers)) {
    e.kind = kind_of(Type::kString);
    return;
  }
  tell("unknown-name", e.place, fmt::format("the manager has no '{}'", e.name),
       suggestion(e.name, {std::begin(model::kManagerMembers), std::end(model::kManagerMembers)}));
}

// count, max, newest, oldest: whether it is one of these, and of something that has it.
bool ExpressionChecker::check_set_word(Expression& e) {
  const Expression& base = e.operands[0];
  if (e.name == "count" && (is_component(base.kind) || is_host(base.kind))) {
    e.kind = kind_of(Type::kInteger);
    return true;
  }
  if ((e.name == "newest" || e.name == "oldest") && is_component(base.kind)) {
    e.kind = base.kind;
    e.kind.of = Of::kComponent;
    e.kind.optional = true;
    return true;
  }
  if (e.name != "max" || !is_limited(base)) return false;
  e.kind = kind_of(Type::kInteger);
  return true;
}

// Whether it is a class, or a role of one component: of these there is a most.
bool ExpressionChecker::is_limited(const Expression& base) const {
  if (base.form == Form::kName) return base.meaning == Meaning::kClass || base.meaning == Meaning::kRole;
  if (base.form != Form::kMember) return false;
  const Kind& owner = base.operands[0].kind;
  return owner.of == Of::kComponent && scope_.rules().find_role(owner, base.name) != nullptr;
}

// --- conditions and policies ---

void ExpressionChecker::check_call(Expression& e) {
  if (is_of_placement(e))
    return tell("misplaced-plan", e.place,
                fmt::format("'{}' takes its time, and cannot stand here", to_text(e)),
                e.name == model::kCarryOut ? "write it on a line of its own"
                                           : fmt::format("on a line of its own: p = {}", to_text(e)));
  if (model::is_one_of(e.name, model::kPolicyWords)) return check_policy(e);
  if (model::is_one_of(e.name, model::kConditionWords)) return check_set_condition(e);
  check(e.operands[0]);
  for (size_t i = 1; i < e.operands.size(); ++i) check(e.operands[i]);
  const Kind& base = e.operands[0].kind;
  if (base.of == Of::kUnknown) return;
  const std::vector<std::string> known = calls_known();
  if (is_component(base) && nearest(e.name, known).empty())
    return tell("stub-value", e.place, fmt::format("'{}' is called, but gives no value", e.name),
                "call a stub on a line of its own");
  tell("unknown-name", e.place, fmt::format("there is no '{}' to ask", e.name), suggestion(e.name, known));
}

bool ExpressionChecker::is_of_placement(const Expression& e) const {
  const Expression& base = e.operands[0];
  if (base.form != Form::kName) return false;
  const auto meant = scope_.find(base.name, candidate_);
  return meant && meant->meaning == Meaning::kPlacement;
}

// placement.improve("cost", ...), placement.empty(host, "cost", ...)
void ExpressionChecker::check_plan(Expression& e) {
  e.operands[0].meaning = Meaning::kPlacement;
  for (size_t i = 1; i < e.operands.size(); ++i) check(e.operands[i]);
  if (!model::is_one_of(e.name, model::kPlanWords)) {
    const std::vector<std::string> known(std::begin(model::kPlanWords), std::end(model::kPlanWords));
    return tell("unknown-name", e.place, fmt::format("placement has no '{}' to ask", e.name),
                suggestion(e.name, known));
  }
  e.kind = kind_of(Type::kString);
  const size_t first = e.name == "empty" ? 2 : 1;  // objective
  if (e.operands.size() <= first)
    return tell("wrong-arguments", e.place,
                first == 1 ? "'improve' takes objectives" : "'empty' takes a host, and then objectives",
                "such as \"cost\"; the first counts most");
  if (first == 2) check_emptied(e.operands[1]);
  std::set<std::string> seen;
  for (size_t i = first; i < e.operands.size(); ++i) {
    const Expression& objective = e.operands[i];
    check_objective(objective);
    const std::string* name =
        objective.form == Form::kLiteral ? objective.value.get_if<std::string>() : nullptr;
    if (name != nullptr && !seen.insert(*name).second)
      tell("duplicate-value", objective.place, fmt::format("the objective '{}' is there twice", *name),
           "name each objective once");
  }
}

void ExpressionChecker::check_emptied(const Expression& host) {
  const Kind& kind = host.kind;
  const bool is_name = kind.of == Of::kValue && kind.type == Type::kString;
  if (kind.of == Of::kHost || kind.of == Of::kUnknown || is_name) return;
  tell("wrong-kind", host.place, fmt::format("'{}' is {}, not a host", to_text(host), to_text(kind)),
       "name the host that is to be emptied");
}

void ExpressionChecker::check_objective(const Expression& objective) {
  const Kind& kind = objective.kind;
  if (kind.of == Of::kUnknown) return;
  if (kind.of != Of::kValue || kind.type != Type::kString)
    return tell("wrong-kind", objective.place,
                fmt::format("'{}' is {}, not an objective", to_text(objective), to_text(kind)),
                "an objective is a text, such as \"cost\"");
  if (objective.form != Form::kLiteral) return;
  const std::string& name = *objective.value.get_if<std::string>();
  if (placement::find_objective(name)) return;
  std::vector<std::string> known;
  for (size_t i = 0; i < placement::kObjectives; ++i)
    known.emplace_back(placement::name_of(static_cast<placement::Objective>(i)));
  tell("unknown-objective", objective.place, fmt::format("there is no objective '{}'", name),
       suggestion(name, known));
}

void ExpressionChecker::check_policy(Expression& e) {
  Expression& base = e.operands[0];
  check(base);
  const bool is_family = base.form == Form::kName && base.meaning == Meaning::kFamily;
  const bool is_vms =
      base.form == Form::kName && base.meaning == Meaning::kClass && scope_.tree().is_host(base.name);
  if (!is_family && !is_vms) {
    if (base.kind.of == Of::kUnknown) return;
    std::vector<std::string> known;
    for (const model::HostFamily& family : scope_.project().families) known.push_back(family.name);
    return tell("no-family", base.place,
                fmt::format("'{}' is no host family; '{}' is asked of one", to_text(base), e.name),
                suggestion(base.name, known));
  }
  e.kind = {Of::kHost, Type::kString, base.name, true};
  const bool asks_near = e.name == "closest_to";
  const size_t most = asks_near ? 3 : 2;
  if (e.operands.size() > most)
    return tell(
        "wrong-arguments", e.operands[most].place,
        fmt::format("'{}' takes {}one condition at most", e.name, asks_near ? "a component and " : ""),
        "join conditions with 'and'");
  if (asks_near) check_near(e);
  check_candidates(e, {Of::kHost, Type::kString, base.name, false}, most - 1);
}

// The component that the host is to be close to is no matter of the candidate's.
void ExpressionChecker::check_near(Expression& e) {
  const std::string hint =
      fmt::format("write as in {}.{}(database, free_memory >= this.memory)", e.operands[0].name, e.name);
  if (e.operands.size() < 2)
    return tell("wrong-arguments", e.place, fmt::format("'{}' names the component to be close to", e.name),
                hint);
  Expression& near = e.operands[1];
  check(near);
  if (near.kind.of == Of::kComponent || near.kind.of == Of::kUnknown) return;
  tell("wrong-kind", near.place,
       fmt::format("'{}' is {}, not a component", to_text(near), to_text(near.kind)), hint);
}

void ExpressionChecker::check_set_condition(Expression& e) {
  Expression& base = e.operands[0];
  check(base);
  Kind candidate = base.kind;
  if (base.kind.of == Of::kUnknown) return;
  if (!is_component(base.kind) && base.kind.of != Of::kHosts)
    return tell(
        "no-set", e.place,
        fmt::format("'{}' is {}; '{}' is asked of several", to_text(base), to_text(base.kind), e.name),
        "write it behind a class, a role or a host family");
  candidate.of = is_component(base.kind) ? Of::kComponent : Of::kHost;
  candidate.optional = false;
  e.kind = e.name == "where" ? gathered(candidate) : kind_of(Type::kBool);
  if (e.operands.size() != 2)
    return tell("wrong-arguments", e.place, fmt::format("'{}' takes one condition", e.name),
                fmt::format("write it as in {}.{}(state == \"started\")", to_text(base), e.name));
  check_candidates(e, candidate);
}

void ExpressionChecker::check_candidates(Expression& e, const Kind& candidate, size_t at) {
  if (e.operands.size() <= at) return;
  const Kind* outer = std::exchange(candidate_, &candidate);
  check_condition(e.operands[at]);
  candidate_ = outer;
}

}  // namespace attune::dsl
