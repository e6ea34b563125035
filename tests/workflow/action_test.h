// SPDX-License-Identifier: Apache-2.0
// ActionTest: one state with the actions that a test is about.
#pragma once

#include <string>
#include <vector>

#include "tests/workflow/shop.h"

namespace attune::workflow {

// They answer that app1 is overloaded.
class ActionTest : public WorkflowTest {
 protected:
  ScriptedWorld& act(const std::vector<std::string>& actions) {
    write(actions);
    begun();
    return act();
  }
  // The same once more.
  ScriptedWorld& act() {
    EXPECT_EQ(world().send("overload app1 load=90%"), "");
    return world();
  }
  void write(const std::vector<std::string>& actions) {
    std::string body = "[*] --> a\n";
    for (const std::string& action : actions) body += "a : " + action + "\n";
    diagram("overload", body + "a --> [*]");
  }
  const std::string done_ = "overload app1 done";
};

}  // namespace attune::workflow
