// SPDX-License-Identifier: Apache-2.0
// Burdens: the hosts that a run puts load on without touching what runs there: it boots a machine on them, or
// migrates one from or to them. From the call until the run's end. And where the newest migration of each
// machine goes, also after its end: where it was lost, the machine may have come there. Loop thread only.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "runtime/workflow/call.h"

namespace attune::workflow {

class Burdens {
 public:
  struct Arrival {
    system::ComponentId machine = system::kNoComponent;
    CallId call = 0;
    RunId run = 0;
  };

  void issued(const Call& call);
  void forget(RunId run);
  void forget_machine(system::ComponentId machine);

  RunId on(std::string_view host) const;  // the first of the runs; 0: none
  std::vector<Arrival> arrivals(std::string_view host) const;

 private:
  struct Journey {
    std::string to;
    Arrival arrival;
  };

  std::set<std::pair<std::string, RunId>> of_hosts_;
  std::set<std::pair<RunId, std::string>> of_runs_;
  std::map<system::ComponentId, Journey> journeys_;
  std::set<std::pair<std::string, system::ComponentId>> to_hosts_;  // the same, by host
};

}  // namespace attune::workflow
