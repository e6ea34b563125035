// SPDX-License-Identifier: Apache-2.0
// OwnStops: components that have ended by themselves in a way that looks like a stop, and about which no run
// has ended since. Who takes over the journal raises that once more: nobody can tell it from what is meant to
// be stopped. Gathered from records. Loop thread only.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "runtime/system/system.h"
#include "runtime/workflow/record.h"

namespace attune::workflow {

class OwnStops {
 public:
  struct Stop {
    std::string by;  // who found it so: "libvirt lab1", "adoption"
    RunId run = 0;   // that is about it; 0: none yet
  };

  // What the change tells; to be asked before the system has it.
  void changes(const system::System& before, const SystemChanged& changed);
  // A run about the component is there, and is over. `begun`: it did more than wait.
  void started(const system::System& system, const RunStarted& run);
  void ended(const RunEnded& run, bool begun);

  const std::map<system::ComponentId, Stop>& all() const { return all_; }
  void restore(system::ComponentId component, Stop stop) {
    all_.insert_or_assign(component, std::move(stop));
  }

 private:
  std::map<system::ComponentId, Stop> all_;
};

// Whether a diagram of the name answers that a component does not run any more.
bool is_about_an_end(std::string_view diagram);
// Who found it so is the hypervisor: then it is vm_stopped.
inline constexpr std::string_view kByHypervisor = "libvirt ";
bool is_by_hypervisor(const OwnStops::Stop& stop);

}  // namespace attune::workflow
