// SPDX-License-Identifier: Apache-2.0
// Vocabulary: the names of all events that mean something in a project: those that a diagram answers, that a
// wrapper declares, the manager's own, and those that tell it of prices and capacities. Immutable; any
// thread.
#pragma once

#include <set>
#include <string>
#include <string_view>

#include "runtime/model/project.h"

namespace attune::events {

class Vocabulary {
 public:
  explicit Vocabulary(const model::Project& project);

  bool has(std::string_view event) const { return names_.contains(event); }
  // Whether it is the manager's own, and no wrapper declares it: no line of a probe's can raise it.
  bool is_reserved(std::string_view event) const { return reserved_.contains(event); }
  const std::set<std::string, std::less<>>& names() const { return names_; }

 private:
  std::set<std::string, std::less<>> names_, reserved_;
};

}  // namespace attune::events
