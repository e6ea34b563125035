// SPDX-License-Identifier: Apache-2.0
// Excerpt: what of a manager's records belongs into a trace: what came from outside, and how long the calls
// took that worked. `attune record` and the reader of an exported journal both take it from here. One thread
// at a time.
#pragma once

#include <map>
#include <string>
#include <variant>

#include "runtime/main/replay/trace.h"
#include "runtime/workflow/record.h"

namespace attune::replay {

struct CallLength {
  std::string call;  // "CLASS.STUB"; "STUB" where the class is not known
  Duration took{};
};

class Excerpt {
 public:
  // Of a component that was there before the first record: each other tells its class itself.
  void knows(std::string component, std::string class_name);

  // The records in their order. Nothing: it is the manager's own doing, or says nothing to a trace.
  std::variant<std::monostate, Item, CallLength> take(const workflow::Record& record);

 private:
  std::string call_of(const workflow::Call& call) const;

  std::map<std::string, std::string, std::less<>> classes_;  // by component
  std::map<workflow::CallId, std::string> under_way_;
};

}  // namespace attune::replay
