// SPDX-License-Identifier: Apache-2.0
#include "runtime/workflow/counterfactual.h"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "runtime/model/comparison.h"
#include "runtime/workflow/arithmetic.h"
#include "runtime/workflow/next_value.h"

namespace attune::workflow {

namespace {

using model::Expression;
using model::mirrored;
using model::negated;
using model::Operator;
using model::Value;
using Found = std::optional<Counterfactual>;

constexpr size_t kMostParts = 3;     // more of them explain nothing
constexpr size_t kMostMembers = 64;  // of a set that are looked at one by one
constexpr double kOtherThing = 1;    // the distance where values have no order

bool is_name(const Expression& e) {
  using Form = Expression::Form;
  return e.form == Form::kName || e.form == Form::kMember || e.form == Form::kCall;
}

bool has_order(Operator relation) {
  return relation != Operator::kEqual && relation != Operator::kUnequal;
}

class Seeker {
 public:
  Seeker(const Scope& scope, Looked at) : scope_(scope), at_(at) {}

  Found turn(const Expression& e, bool wanted) const {
    const Result<bool> now = Evaluator(scope_, at_).holds(e);
    if (!now) return std::nullopt;
    if (*now == wanted) return Counterfactual{};
    if (e.form == Expression::Form::kUnary && e.op == Operator::kNot) return turn(e.operands[0], !wanted);
    if (e.form == Expression::Form::kBinary) {
      if (e.op == Operator::kAnd || e.op == Operator::kOr)
        return (e.op == Operator::kOr) == wanted ? either(e, wanted) : both(e, wanted);
      return comparison(e, wanted);
    }
    if (!is_name(e)) return std::nullopt;
    if (e.form == Expression::Form::kCall)
      if (Found found = of_members(e, wanted)) return found;
    return suppose(e, Operator::kEqual, Value(wanted));
  }

 private:
  static Found nearer(Found one, Found other) {
    if (!one || !other) return one ? std::move(one) : std::move(other);
    return other->is_nearer_than(*one) ? std::move(other) : std::move(one);
  }
  static Found together(Found one, Found other) {
    if (!one || !other || one->parts.size() + other->parts.size() > kMostParts) return std::nullopt;
    for (Supposition& part : other->parts) {
      const bool depends = std::any_of(one->parts.begin(), one->parts.end(), [&](const Supposition& each) {
        return is_inside(each.subject, part.subject) || is_inside(part.subject, each.subject);
      });
      if (depends) return std::nullopt;
      one->parts.push_back(std::move(part));
    }
    one->distance += other->distance;
    return one;
  }
  // this.host.load in this.host: where that is another, nobody knows its load.
  static bool is_inside(std::string_view whole, std::string_view part) {
    return part.starts_with(whole) && part.substr(whole.size()).starts_with('.');
  }
  Found either(const Expression& e, bool wanted) const {
    return nearer(turn(e.operands[0], wanted), turn(e.operands[1], wanted));
  }
  Found both(const Expression& e, bool wanted) const {
    return together(turn(e.operands[0], wanted), turn(e.operands[1], wanted));
  }

  // exists(condition) and all(condition): by its members.
  Found of_members(const Expression& e, bool wanted) const {
    const bool exists = e.name == "exists";
    if ((!exists && e.name != "all") || e.operands.size() != 2) return std::nullopt;
    const Result<Operand> set = Evaluator(scope_, at_).evaluate(e.operands[0]);
    if (!set) return std::nullopt;
    const std::vector<Operand> members = members_of(*set);
    if (members.size() > kMostMembers || members.empty()) return std::nullopt;
    const bool one_is_enough = exists == wanted;
    Found found = one_is_enough ? Found() : Found(Counterfactual{});
    for (const Operand& member : members) {
      Found one = Seeker(scope_, Looked{&member, nullptr}).turn(e.operands[1], wanted);
      found = one_is_enough ? nearer(std::move(found), std::move(one))
                            : together(std::move(found), std::move(one));
    }
    return found;
  }
  static std::vector<Operand> members_of(const Operand& set) {
    std::vector<Operand> members;
    if (const auto* hosts = std::get_if<HostSet>(&set)) {
      for (const system::HostId id : hosts->ids) members.emplace_back(HostRef{id});
    } else if (const auto components = components_of(set)) {
      for (const system::ComponentId id : *components) members.emplace_back(ComponentRef{id});
    }
    return members;
  }

  Found comparison(const Expression& e, bool wanted) const {
    const Expression &left = e.operands[0], &right = e.operands[1];
    const Result<Operand> a = Evaluator(scope_, at_).evaluate(left);
    const Result<Operand> b = Evaluator(scope_, at_).evaluate(right);
    if (!a || !b) return std::nullopt;
    const Operator relation = wanted ? e.op : negated(e.op);
    // What the drawing limits by (app.max, this.limit) stands to the right, as a rule.
    const bool is_limit = is_name(left) && left.name == "max";
    for (const bool from_left : {!is_limit, is_limit}) {
      Found found = from_left ? vary(left, relation, *b) : vary(right, mirrored(relation), *a);
      if (found && turns(e, *found, wanted)) return found;
    }
    return std::nullopt;
  }

  // What makes `e relation bound` hold.
  Found vary(const Expression& e, Operator relation, const Operand& bound) const {
    if (is_name(e)) return suppose(e, relation, bound);
    const auto* value = std::get_if<Value>(&bound);
    if (value == nullptr) return std::nullopt;
    if (e.form == Expression::Form::kUnary && e.op == Operator::kNegate) {
      const Result<Value> turned = negate(*value);
      return turned ? vary(e.operands[0], mirrored(relation), *turned) : std::nullopt;
    }
    if (e.form != Expression::Form::kBinary || (e.op != Operator::kAdd && e.op != Operator::kSubtract))
      return std::nullopt;
    Found found = vary_left(e, relation, *value);
    return found ? std::move(found) : vary_right(e, relation, *value);
  }
  // a + b: a relation bound - b. a - b: a relation bound + b.
  Found vary_left(const Expression& e, Operator relation, const Value& bound) const {
    const std::optional<Value> other = value_of(e.operands[1]);
    if (!other) return std::nullopt;
    const Result<Value> rest =
        combine(e.op == Operator::kAdd ? Operator::kSubtract : Operator::kAdd, bound, *other);
    return rest ? vary(e.operands[0], relation, *rest) : std::nullopt;
  }
  // a + b: b relation bound - a. a - b: b mirrored a - bound.
  Found vary_right(const Expression& e, Operator relation, const Value& bound) const {
    const std::optional<Value> other = value_of(e.operands[0]);
    if (!other) return std::nullopt;
    const bool adds = e.op == Operator::kAdd;
    const Result<Value> rest =
        adds ? combine(Operator::kSubtract, bound, *other) : combine(Operator::kSubtract, *other, bound);
    return rest ? vary(e.operands[1], adds ? relation : mirrored(relation), *rest) : std::nullopt;
  }
  std::optional<Value> value_of(const Expression& e) const {
    const Result<Operand> operand = Evaluator(scope_, at_).evaluate(e);
    const auto* value = operand ? std::get_if<Value>(&*operand) : nullptr;
    return value == nullptr ? std::nullopt : std::optional(*value);
  }

  Found suppose(const Expression& name, Operator relation, const Operand& bound) const {
    const Evaluator evaluator(scope_, at_);
    std::string subject = evaluator.subject_of(name);
    const Result<Operand> seen = Evaluator(scope_, at_).evaluate(name);
    if (subject.empty() || !seen) return std::nullopt;
    const auto* was = std::get_if<Value>(&*seen);
    const auto* limit = std::get_if<Value>(&bound);
    if (was == nullptr || limit == nullptr) {
      if (has_order(relation)) return std::nullopt;
      const Operand other =
          std::holds_alternative<None>(bound) ? Operand(Value(std::string("another"))) : Operand(None{});
      Operand enough = relation == Operator::kEqual ? bound : other;
      return Counterfactual{{{std::move(subject), relation, bound, *seen, std::move(enough)}}, kOtherThing};
    }
    const std::optional<Value> enough = next_value(was->type(), relation, *limit);
    if (!enough) return std::nullopt;
    const double distance = has_order(relation) ? distance_of(*was, *enough) : kOtherThing;
    const bool is_flag = enough->type() == model::Type::kBool;
    return Counterfactual{{{std::move(subject), is_flag ? Operator::kEqual : relation,
                            is_flag ? Operand(*enough) : bound, *seen, *enough}},
                          distance};
  }

  bool turns(const Expression& e, const Counterfactual& change, bool wanted) const {
    const Variables assumed = assumptions(change);
    Scope supposed = scope_;
    supposed.assumed = &assumed;
    const Result<bool> truth = Evaluator(supposed, at_).holds(e);
    return truth && *truth == wanted;
  }

  friend Found attune::workflow::find_turn(const Scope&, const Expression&, bool, Looked);

  const Scope& scope_;
  Looked at_;
};

}  // namespace

std::optional<Counterfactual> find_turn(const Scope& scope, const Expression& condition, bool wanted,
                                        Looked at) {
  const Seeker seeker(scope, at);
  Found found = seeker.turn(condition, wanted);
  if (!found || !seeker.turns(condition, *found, wanted)) return std::nullopt;
  for (size_t i = 0; i < found->parts.size() && found->parts.size() > 1;) {
    Counterfactual without = *found;
    without.parts.erase(without.parts.begin() + static_cast<ptrdiff_t>(i));
    if (seeker.turns(condition, without, wanted))
      found = std::move(without);
    else
      ++i;
  }
  return found;
}

Variables assumptions(const Counterfactual& change) {
  Variables assumed;
  for (const Supposition& part : change.parts) assumed.insert_or_assign(part.subject, part.enough);
  return assumed;
}

std::string to_text(const Counterfactual& change, const system::System& system, std::string_view prefix) {
  const auto relation_text = [](Operator relation) -> std::string_view {
    switch (relation) {
      case Operator::kEqual:
        return "=";
      case Operator::kUnequal:
        return "other than";
      case Operator::kLess:
        return "below";
      case Operator::kLessOrEqual:
        return "at most";
      case Operator::kGreater:
        return "above";
      default:
        return "at least";
    }
  };
  std::string text;
  for (const Supposition& part : change.parts) {
    if (!text.empty()) text += " and ";
    std::string_view subject = part.subject;
    if (subject.starts_with(prefix)) subject.remove_prefix(prefix.size());
    text += fmt::format("{} {} {}", subject, relation_text(part.relation), to_text(part.bound, system));
    const auto* seen = std::get_if<Value>(&part.seen);
    const bool is_clear =
        part.relation == Operator::kUnequal || (seen != nullptr && seen->get_if<bool>() != nullptr);
    if (!is_clear) text += " instead of " + to_text(part.seen, system);
  }
  return text;
}

}  // namespace attune::workflow
