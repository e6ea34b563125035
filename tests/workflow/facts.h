// SPDX-License-Identifier: Apache-2.0
// FactsTest: machines that crash and hosts that fall silent, told as the manager tells it.
#pragma once

#include <string>
#include <vector>

#include "tests/workflow/shop.h"

namespace attune::workflow {

class FactsTest : public WorkflowTest {
 protected:
  ScriptedWorld& repairs(const std::string& actions = "a : this.start()",
                         const std::vector<std::string>& settings = {"on: vm", "cooldown: 1min"}) {
    diagram("vm_crashed", "[*] --> a\n" + actions + "\na --> [*]", settings);
    return begun();
  }
  // As the manager does it.
  void ends(const std::string& vm, system::Lifecycle how = system::Lifecycle::kFailed) {
    ScriptedWorld& w = world();
    w.observed(system::LifecycleChanged{w.system->find(vm)->id, how});
    const std::string event = how == system::Lifecycle::kFailed ? "vm_crashed " : "vm_stopped ";
    EXPECT_EQ(w.send(event + vm + " host=" + w.host_of(vm)), "");
  }
  void falls_silent(const std::string& host, system::HostState state = system::HostState::kDown) {
    world().observed(system::HostChanged{.host = host, .state = state}, "attune");
    EXPECT_EQ(world().send("host_down " + host), "");
  }
};

}  // namespace attune::workflow
