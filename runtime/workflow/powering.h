// SPDX-License-Identifier: Apache-2.0
// Powering: what the engine remembers of hosts that are switched off and on: which are off, which are being
// switched on, and which could not be switched. Of these only what is off is journalled: a manager that takes
// over looks at the reserves anew. Loop thread only.
#pragma once

#include <map>
#include <set>
#include <string>

#include "runtime/workflow/off_hosts.h"
#include "runtime/workflow/stage.h"

namespace attune::workflow {

struct Powering {
  using Again = Agenda<Alarm>::Entry;  // when it is tried again

  OffHosts off;
  bool looks = false;                                 // whether reserves are to be looked at in this input
  std::set<std::string> going_on;                     // for the reserve
  std::map<std::string, Again> failed;                // to be switched on
  std::map<std::string, Again> kept_on;               // could not be switched off
  std::map<std::string, std::set<std::string>> told;  // what a person was alerted of, by host
};

}  // namespace attune::workflow
