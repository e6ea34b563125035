// SPDX-License-Identifier: Apache-2.0
// LastFailure: the run that failed last, for as long as its diagram has not run well for the same component
// since: what `attune status` tells a person who has not read the log. Loop thread only.
#pragma once

#include <map>
#include <string>
#include <utility>

#include "runtime/workflow/record.h"

namespace attune::main {

class LastFailure {
 public:
  void look(const workflow::Record& record);
  // "run 1 (start) failed: web.start exited with 3: no such file"; empty where there is none.
  const std::string& text() const { return text_; }

 private:
  using What = std::pair<std::string, std::string>;  // diagram, subject

  std::map<workflow::RunId, What> going_on_;
  What what_;
  std::string text_;
};

}  // namespace attune::main
