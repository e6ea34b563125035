// SPDX-License-Identifier: Apache-2.0
// Expression: a guard, a condition, a right-hand side or an argument of a reconfiguration diagram, as a tree.
// The parser builds it, the checker fills in what names mean and the static kind; from then on it does not
// change.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/base/place.h"
#include "runtime/model/value.h"

namespace attune::model {

// What an expression gives, as far as is known before it runs.
struct Kind {
  enum class Of { kUnknown, kNone, kValue, kComponent, kComponents, kHost, kHosts };
  Of of = Of::kUnknown;
  Type type = Type::kString;  // of a value
  std::string name;           // the class of a component (empty: any), the family of a host (empty: any)
  bool optional = false;      // may be none as well
  friend bool operator==(const Kind&, const Kind&) = default;
};
std::string to_text(const Kind& kind);  // "a Size", "a component of class 'vm'", for messages

enum class Operator {
  kOr,
  kAnd,
  kNot,
  kEqual,
  kUnequal,
  kLess,
  kLessOrEqual,
  kGreater,
  kGreaterOrEqual,
  kAdd,
  kSubtract,
  kMultiply,
  kDivide,
  kModulo,
  kNegate,
};
std::string_view name_of(Operator op);  // as it is written: "and", "==", "+"

struct Expression {
  enum class Form {
    kLiteral,  // value
    kNone,     // none
    kName,     // name, meaning
    kMember,   // operands[0] . name
    kCall,     // operands[0] . name ( operands[1...] ): a policy, a set's condition
    kUnary,    // op operands[0]
    kBinary,   // operands[0] op operands[1]
  };
  // What the checker found a kName to be. Looked up in this order.
  enum class Meaning {
    kUnresolved,
    kThis,       // the component that the event is about
    kEvent,      // the event: its members are its values
    kManager,    // the manager: pipe, project, name
    kPlacement,  // the planner, which is asked for plans
    kAttempts,   // how often the run has left this state by an error
    kCandidate,  // inside a policy or a set's condition: an attribute of the one looked at
    kVariable,   // a variable of the run
    kRole,       // this.role
    kAttribute,  // this.attribute
    kClass,      // all instances of the class
    kFamily,     // all hosts of the family
  };

  Form form = Form::kNone;
  Value value;
  std::string name;
  Operator op = Operator::kOr;
  Meaning meaning = Meaning::kUnresolved;
  Kind kind;
  std::vector<Expression> operands;
  Place place;
};

// The expression as it would be written, in the canonical spacing; for messages, logs and plans.
std::string to_text(const Expression& expression);

// The words with a fixed meaning in kMember and kCall; what a dot leads to otherwise is in navigation.h:
//   app.count .max .newest .oldest   app.exists(condition) .all(condition) .where(condition)
//   lab.least_loaded(condition) ...: a host of the family, or none
inline constexpr std::string_view kSetWords[] = {"count", "max", "newest", "oldest"};
inline constexpr std::string_view kConditionWords[] = {"exists", "all", "where"};
//   placement.improve(objectives) .empty(host, objectives): a plan   placement.carry_out(plan)
inline constexpr std::string_view kPlanWords[] = {"improve", "empty"};
inline constexpr std::string_view kCarryOut = "carry_out";
inline constexpr std::string_view kPolicyWords[] = {"least_loaded", "most_loaded_that_fits", "any",
                                                    "cheapest",     "consolidate",           "closest_to"};

}  // namespace attune::model
