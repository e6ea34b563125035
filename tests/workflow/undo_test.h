// SPDX-License-Identifier: Apache-2.0
// UndoTest: runs of the shop that change something and then fail, are cancelled or interrupted. One thread.
#pragma once

#include <string>

#include "tests/workflow/shop.h"

namespace attune::workflow {

class UndoTest : public WorkflowTest {
 protected:
  // `overload` of app1 does this, and then app1.check fails. The actions are done one after the other.
  ScriptedWorld& fails_after(const std::string& body) {
    diagram("overload", "[*] --> a\n" + body + "\na : this.check()\na --> [*]");
    ScriptedWorld& w = begun();
    before_ = ScriptedWorld::shown(*w.system);
    w.script("app1.check", exits(1, "no"));
    EXPECT_EQ(w.send("overload app1"), "");
    return w;
  }
  // `cpu_high` migrates vm1 to lab3 and then calls the store.
  ScriptedWorld& moves() {
    diagram("cpu_high",
            "[*] --> a\na : this.probe.stop()\na : this.migrate(lab.any(name == \"lab3\"))\n"
            "a : store.reload()\na --> [*]");
    ScriptedWorld& w = begun();
    w.script("vm1.migrate", moved("vm1", "lab3"));
    before_ = ScriptedWorld::shown(*w.system);
    return w;
  }
  CallOutcome moved(const std::string& vm, const std::string& to) {
    return CallExited{0, "", {system::HostAssigned{world().system->find(vm)->id, to}}};
  }
  system::ComponentId id(const std::string& name) { return world().system->find(name)->id; }
  // The system, but for the numbers that are never given again.
  std::string shown() {
    const std::string all = ScriptedWorld::shown(*world().system);
    return all.substr(0, all.find("next "));
  }
  std::string before() { return before_.substr(0, before_.find("next ")); }

  static constexpr char kFailed[] = "overload app1 failed: in 'a': app1.check exited with 1: no";
  std::string before_;
};

}  // namespace attune::workflow
