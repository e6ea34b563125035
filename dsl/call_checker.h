// SPDX-License-Identifier: Apache-2.0
// CallChecker: whether a stub can be called: whether every class that the target may be of has it, and
// whether what is passed is what its params ask for by $1, $2 ... Any thread.
#pragma once

#include "dsl/kind_rules.h"
#include "runtime/base/diagnostic.h"
#include "runtime/model/diagram.h"
#include "runtime/model/wrapper.h"

namespace attune::dsl {

class CallChecker {
 public:
  CallChecker(const KindRules& rules, Diagnostics& found) : rules_(rules), found_(found) {}

  // The target and the arguments have been checked; `place` is the stub's name.
  void check(const model::CallAction& call, const Place& place);

 private:
  void check_for(const model::Class& of, const model::CallAction& call, const Place& place);
  void tell_unknown(const model::Class& of, const model::CallAction& call, const Place& place);
  void check_arguments(const model::Class& of, const model::Stub& stub, const model::CallAction& call,
                       const Place& place);
  bool check_target(const model::Stub& stub, const model::Expression& argument);
  bool check_argument(const model::Stub& stub, const model::Navigation& navigation,
                      const model::Expression& argument);

  const KindRules& rules_;
  Diagnostics& found_;
};

}  // namespace attune::dsl
