// SPDX-License-Identifier: Apache-2.0
// Burdens: the hosts that a run puts load on without touching what runs there: it boots a machine on them, or
// migrates one from or to them. From the call until the run's end. Loop thread only.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "runtime/workflow/call.h"

namespace attune::workflow {

class Burdens {
 public:
  void issued(const Call& call);
  void forget(RunId run);

  RunId on(std::string_view host) const;  // the first of the runs; 0: none

 private:
  std::set<std::pair<std::string, RunId>> of_hosts_;
  std::set<std::pair<RunId, std::string>> of_runs_;
};

}  // namespace attune::workflow
