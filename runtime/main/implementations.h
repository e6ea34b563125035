// SPDX-License-Identifier: Apache-2.0
// Implementations: one of each that a key can name. Loop thread only.
#pragma once

#include <utility>

#include "runtime/main/dispatcher.h"
#include "runtime/main/planner.h"
#include "wrappers/agent.h"
#include "wrappers/container.h"
#include "wrappers/implementation.h"
#include "wrappers/plugin.h"
#include "wrappers/probe.h"
#include "wrappers/process.h"
#include "wrappers/script.h"
#include "wrappers/software.h"
#include "wrappers/unit.h"
#include "wrappers/vm.h"

namespace attune::main {

class Implementations {
 public:
  // Makes them known to the dispatcher, which must make no call any more when they end. The world must
  // outlive them.
  Implementations(wrappers::World& world, Dispatcher& dispatcher, wrappers::Software::Onlooker onlooker)
      : vm_(world),
        process_(world),
        script_(world),
        probe_(world),
        plugin_(world),
        agent_(world),
        unit_(world),
        container_(world),
        software_(world, std::move(onlooker)),
        planner_(world) {
    dispatcher.add(vm_);
    dispatcher.add(process_);
    dispatcher.add(script_);
    dispatcher.add(probe_);
    dispatcher.add(plugin_);
    dispatcher.add(agent_);
    dispatcher.add(unit_);
    dispatcher.add(container_);
    dispatcher.add(software_);
    dispatcher.add(planner_);
  }

  Planner& planner() { return planner_; }

 private:
  wrappers::Vm vm_;
  wrappers::Process process_;
  wrappers::Script script_;
  wrappers::Probe probe_;
  wrappers::Plugin plugin_;
  wrappers::Agent agent_;
  wrappers::Unit unit_;
  wrappers::Container container_;
  wrappers::Software software_;
  Planner planner_;
};

}  // namespace attune::main
