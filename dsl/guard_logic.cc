// SPDX-License-Identifier: Apache-2.0
#include "dsl/guard_logic.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <iterator>
#include <limits>
#include <optional>
#include <set>
#include <string_view>
#include <utility>

#include "runtime/model/comparison.h"

namespace attune::dsl {

namespace {

using model::Expression;
using model::Operator;
using Form = Expression::Form;

constexpr size_t kMostCases = 256;
constexpr double kMostLooked = 1e15;  // one more is another number
constexpr double kEndless = std::numeric_limits<double>::infinity();

// A comparison, a truth by itself, or the opposite of one: what a case is made of.
struct Atom {
  const Expression* expression = nullptr;
  bool holds = true;
};
using Case = std::vector<Atom>;
using Cases = std::vector<Case>;  // one of them must be so

bool is_operation(const Expression& e, Operator op) {
  return (e.form == Form::kBinary || e.form == Form::kUnary) && e.op == op;
}

// Each case of the one with each of the other; none where there would be too many.
std::optional<Cases> together(const Cases& left, const Cases& right) {
  if (left.size() * right.size() > kMostCases) return std::nullopt;
  Cases both;
  for (const Case& one : left) {
    for (const Case& other : right) {
      both.push_back(one);
      both.back().insert(both.back().end(), other.begin(), other.end());
    }
  }
  return both;
}

// Disjunctive normal form; none where there would be too many cases.
std::optional<Cases> cases_of(const Expression& e, bool holds) {
  if (is_operation(e, Operator::kNot)) return cases_of(e.operands[0], !holds);
  const bool is_and = is_operation(e, Operator::kAnd), is_or = is_operation(e, Operator::kOr);
  if (!is_and && !is_or) return Cases{{Atom{&e, holds}}};
  auto left = cases_of(e.operands[0], holds), right = cases_of(e.operands[1], holds);
  if (!left || !right) return std::nullopt;
  if (is_or == holds) {
    left->insert(left->end(), right->begin(), right->end());
    return left->size() > kMostCases ? std::nullopt : left;
  }
  return together(*left, *right);
}

// One unit for each type: bytes, nanoseconds, percent.
std::optional<double> number_in(const model::Value& value) {
  // Beyond it doubles leave integers out.
  constexpr int64_t kMostExact = int64_t{1} << 53;
  if (const auto* integer = value.get_if<int64_t>())
    return *integer <= kMostExact && *integer >= -kMostExact ? std::optional(static_cast<double>(*integer))
                                                             : std::nullopt;
  if (const auto* number = value.get_if<double>()) return *number;
  if (const auto* percent = value.get_if<model::Percent>()) return percent->value;
  if (const auto* size = value.get_if<model::Size>()) return static_cast<double>(size->bytes);
  if (const auto* duration = value.get_if<Duration>()) return static_cast<double>(duration->count());
  return std::nullopt;
}

bool compares(double left, Operator op, double right) {
  switch (op) {
    case Operator::kLess:
      return left < right;
    case Operator::kLessOrEqual:
      return left <= right;
    case Operator::kGreater:
      return left > right;
    case Operator::kGreaterOrEqual:
      return left >= right;
    case Operator::kEqual:
      return left == right;
    default:
      return left != right;
  }
}

// The values that a number may still have.
struct Numbers {
  double least = -kEndless, most = kEndless;
  bool without_least = false, without_most = false, is_whole = false;
  std::set<double> excluded;

  void keep(Operator op, double bound) {
    const bool from_above = op == Operator::kLess || op == Operator::kLessOrEqual || op == Operator::kEqual;
    const bool from_below =
        op == Operator::kGreater || op == Operator::kGreaterOrEqual || op == Operator::kEqual;
    const bool is_strict = op == Operator::kLess || op == Operator::kGreater;
    if (op == Operator::kUnequal) excluded.insert(bound);
    if (from_above && (bound < most || (bound == most && is_strict))) {
      most = bound;
      without_most = is_strict;
    }
    if (from_below && (bound > least || (bound == least && is_strict))) {
      least = bound;
      without_least = is_strict;
    }
  }

  bool is_empty() const {
    double low = least, high = most;
    bool open_low = without_least, open_high = without_most;
    if (is_whole && std::isfinite(low)) {
      low = open_low ? std::floor(low) + 1 : std::ceil(low);
      open_low = false;
    }
    if (is_whole && std::isfinite(high)) {
      high = open_high ? std::ceil(high) - 1 : std::floor(high);
      open_high = false;
    }
    if (is_whole && std::abs(low) < kMostLooked && std::abs(high) < kMostLooked && high - low < 100) {
      for (auto one = static_cast<int64_t>(low); one <= static_cast<int64_t>(high); ++one) {
        if (!excluded.contains(static_cast<double>(one))) return false;
      }
      return true;
    }
    if (low == high) return open_low || open_high || excluded.contains(low);
    return low > high;
  }
};

class Judge {
 public:
  explicit Judge(const KnownNumbers& known) : known_(known) {}

  bool is_possible(const Case& atoms) {
    return std::all_of(atoms.begin(), atoms.end(), [&](const Atom& atom) { return take(atom); });
  }

 private:
  // False where the atom cannot be so besides those that were taken before.
  bool take(const Atom& atom) {
    const Expression& e = *atom.expression;
    if (e.form == Form::kLiteral) {
      const bool* truth = e.value.get_if<bool>();
      return truth == nullptr || *truth == atom.holds;
    }
    if (model::is_comparison(e)) {
      const Operator op = atom.holds ? e.op : model::negated(e.op);
      const std::optional<bool> truth = take_truth_value(e, op);
      return truth ? *truth : take_comparison(e, op);
    }
    return take_truth(to_text(e), atom.holds);
  }

  // A comparison with true or false is the truth itself, or its opposite; nothing of any other.
  std::optional<bool> take_truth_value(const Expression& e, Operator op) {
    if (op != Operator::kEqual && op != Operator::kUnequal) return std::nullopt;
    for (const size_t side : {size_t{0}, size_t{1}}) {
      const bool* value =
          e.operands[side].form == Form::kLiteral ? e.operands[side].value.get_if<bool>() : nullptr;
      if (value != nullptr) return take({&e.operands[1 - side], *value == (op == Operator::kEqual)});
    }
    return std::nullopt;
  }

  bool take_truth(const std::string& text, bool holds) {
    return truths_.emplace(text, holds).first->second == holds;
  }

  bool take_comparison(const Expression& e, Operator op) {
    const Expression &left = e.operands[0], &right = e.operands[1];
    const auto left_number = constant(left), right_number = constant(right);
    if (left_number && right_number) return compares(*left_number, op, *right_number);
    const std::string left_text = to_text(left), right_text = to_text(right);
    if (left_text == right_text)
      return op == Operator::kEqual || op == Operator::kLessOrEqual || op == Operator::kGreaterOrEqual;
    if (right_number) return take_bound(left, left_text, op, *right_number);
    if (left_number) return take_bound(right, right_text, model::mirrored(op), *left_number);
    const bool are_numbers = is_number(left) && is_number(right);
    if (!are_numbers && (op == Operator::kEqual || op == Operator::kUnequal))
      return take_equality(left, right, op == Operator::kEqual);
    // Of two that are not known, only the very same comparison is one that was taken before.
    const bool is_turned = right_text < left_text;
    const std::string pair = is_turned ? right_text + " ~ " + left_text : left_text + " ~ " + right_text;
    Numbers& difference = numbers_[pair];
    difference.keep(is_turned ? model::mirrored(op) : op, 0);
    return !difference.is_empty();
  }

  bool take_bound(const Expression& e, const std::string& text, Operator op, double bound) {
    const auto [at, is_new] = numbers_.try_emplace(text);
    Numbers& numbers = at->second;
    if (is_new) {
      numbers.is_whole = e.kind.of == model::Kind::Of::kValue && e.kind.type == model::Type::kInteger;
      if (const NumberRange* range = range_of(e)) {
        numbers.least = range->least;
        numbers.most = range->most;
      } else if (is_amount(e)) {
        numbers.least = 0;
      }
    }
    numbers.keep(op, bound);
    return !numbers.is_empty();
  }

  static bool is_number(const Expression& e) {
    return e.kind.of == model::Kind::Of::kValue && e.kind.type != model::Type::kString &&
           e.kind.type != model::Type::kBool && e.kind.type != model::Type::kList;
  }

  // What there cannot be less of than nothing.
  static bool is_amount(const Expression& e) {
    constexpr std::string_view kAmounts[] = {"count", "components", "cpus", "load", "memory", "free_memory"};
    return e.form == Form::kMember &&
           std::find(std::begin(kAmounts), std::end(kAmounts), e.name) != std::end(kAmounts);
  }

  // Texts, components and hosts: one thing is not two.
  bool take_equality(const Expression& left, const Expression& right, bool is_equal) {
    const bool left_is_fixed = is_fixed(left), right_is_fixed = is_fixed(right);
    const std::string of = to_text(left_is_fixed ? right : left), to = to_text(left_is_fixed ? left : right);
    if (left_is_fixed && right_is_fixed) return (to_text(left) == to_text(right)) == is_equal;
    if (!left_is_fixed && !right_is_fixed)
      return take_truth(std::min(of, to) + " == " + std::max(of, to), is_equal);
    auto& seen = texts_[of];
    if (is_equal && seen.is && *seen.is != to) return false;
    if (is_equal) seen.is = to;
    if (!is_equal) seen.is_not.insert(to);
    return !seen.is || !seen.is_not.contains(*seen.is);
  }

  static bool is_fixed(const Expression& e) { return e.form == Form::kLiteral || e.form == Form::kNone; }

  std::optional<double> constant(const Expression& e) const {
    if (e.form == Form::kLiteral) return number_in(e.value);
    const NumberRange* range = range_of(e);
    return range != nullptr && range->least == range->most ? std::optional(range->least) : std::nullopt;
  }

  // Of a class's count and of `attempts`, which are called as in `known_`; a role may be called like a class.
  const NumberRange* range_of(const Expression& e) const {
    using Meaning = Expression::Meaning;
    const bool is_of_class = e.form == Form::kMember && e.operands[0].form == Form::kName &&
                             e.operands[0].meaning == Meaning::kClass;
    if (!is_of_class && (e.form != Form::kName || e.meaning != Meaning::kAttempts)) return nullptr;
    const auto found = known_.find(to_text(e));
    return found == known_.end() ? nullptr : &found->second;
  }

  struct Seen {
    std::optional<std::string> is;
    std::set<std::string> is_not;
  };

  const KnownNumbers& known_;
  std::map<std::string, bool> truths_;
  std::map<std::string, Numbers> numbers_;
  std::map<std::string, Seen> texts_;
};

}  // namespace

std::optional<bool> may_be_at_once(const std::vector<Claim>& claims, const KnownNumbers& known) {
  std::optional<Cases> all = Cases{{}};
  for (const Claim& claim : claims) {
    const auto cases = cases_of(*claim.condition, claim.holds);
    all = cases ? together(*all, *cases) : std::nullopt;
    if (!all) return std::nullopt;
  }
  return std::any_of(all->begin(), all->end(),
                     [&](const Case& one) { return Judge(known).is_possible(one); });
}

}  // namespace attune::dsl
