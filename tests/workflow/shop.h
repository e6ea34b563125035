// SPDX-License-Identifier: Apache-2.0
// WorkflowTest: the project that most tests of the engine are about, and its diagrams as a test writes them:
// a balancer over apps that keep their data in a store, and VMs with a probe each, on three hosts.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/workflow/scripted_world.h"

namespace attune::workflow {

inline constexpr char kShop[] = R"(=== deployment.mmd
classDiagram
  class lab {
    <<host-family>>
    +nodefile: String = "lab.nodes"
  }
  class balancer {
    +wrapper: String = "service.xml"
    host-family: String = "lab"
    +port: Integer = 8080
  }
  class app {
    +wrapper: String = "app.xml"
    host-family: String = "lab"
    +initial: Integer = 2
    +max: Integer = 4
    +port: Integer = 9000
    +limit: Percent = 80%
    +note: String
  }
  class cache {
    +wrapper: String = "service.xml"
  }
  class store {
    +wrapper: String = "service.xml"
    host-family: String = "lab"
  }
  class vm {
    +wrapper: String = "vm.xml"
    host-family: String = "lab"
    +initial: Integer = 2
    +max: Integer = 3
    +memory: Size = 400MiB
  }
  class probe {
    +wrapper: String = "probe.xml"
    +initial: Integer = 2
    +max: Integer = 3
  }
  balancer "1" --> "0..4" app : workers
  app "0..4" --> "1" store : data
  app "1" *-- "1" cache : cache
  vm "1" *-- "1" probe : probe
  probe "1" --> "1" vm : observed
=== lab.nodes
lab1 memory=1GiB
lab2 memory=1GiB
lab3 memory=1GiB
=== wrappers/service.xml
<wrapper name="service">
  <method name="start" key="Script" method="run"/>
  <method name="stop" key="Script" method="run"/>
  <method name="reload" key="Script" method="run"/>
  <method name="grant" key="Script" method="run"><param value="$1.name"/></method>
</wrapper>
=== wrappers/app.xml
<wrapper name="app">
  <event name="overload"><value name="load" type="Percent"/></event>
  <event name="tired"/>
  <event name="noise"/>
  <event name="swap"/>
  <method name="start" key="Script" method="run"><param value="$this.port"/></method>
  <method name="stop" key="Script" method="run"/>
  <method name="reload" key="Script" method="run"/>
  <method name="check" key="Script" method="run"/>
  <method name="say" key="Script" method="run"><param value="$1"/></method>
</wrapper>
=== wrappers/vm.xml
<wrapper name="vm">
  <method name="start" key="VM" method="start"><param value="$this.srname"/></method>
  <method name="stop" key="VM" method="stop"><param value="$this.srname"/></method>
  <method name="migrate" key="VM" method="migrate"><param value="$this.srname"/><param value="$1.name"/></method>
  <method name="carry" key="VM" method="migrate"><param value="$this.srname"/><param value="$1.name"/></method>
</wrapper>
=== wrappers/probe.xml
<wrapper name="probe">
  <event name="cpu_high"><value name="cpu" type="Percent"/></event>
  <event name="shift"/>
  <method name="start" key="Probe" method="create">
    <param value="cpu"/><param value="$manager.pipe"/><param value="$this.observed.srname"/>
  </method>
  <method name="stop" key="Probe" method="stop"/>
</wrapper>
)";

class WorkflowTest : public ::testing::Test {
 protected:
  // A diagram of the project's. `settings`: lines of the front matter's `attune:`.
  void diagram(const std::string& event, const std::string& body,
               const std::vector<std::string>& settings = {}) {
    files_ += "=== diagrams/" + event + ".mmd\n";
    if (!settings.empty()) {
      files_ += "---\nattune:\n";
      for (const std::string& line : settings) files_ += "  " + line + "\n";
      files_ += "---\n";
    }
    files_ += "stateDiagram-v2\n" + body + "\n";
  }
  void setting(const std::string& line) { info_ += line + "\n"; }
  // All that the project says has been said.
  ScriptedWorld& world() {
    if (!world_) world_ = std::make_unique<ScriptedWorld>(files_ + "=== attune.info\n" + info_);
    return *world_;
  }
  // The manager runs, and everything is deployed and started; that is not told.
  ScriptedWorld& begun() {
    world().begin();
    forget();
    return world();
  }
  // What came so far is of no interest.
  void forget() {
    ScriptedWorld& w = world();
    w.calls(), w.cancelled(), w.states(), w.ends(), w.waits(), w.alerts(), w.suppressed(), w.choices(),
        w.guards();
  }
  // `overload` stops the app and starts it again.
  void world_of_restart(const std::vector<std::string>& settings = {}) {
    diagram("overload", "[*] --> a\na : this.stop()\na : this.start()\na --> [*]", settings);
  }
  // A diagram that answers `overload` of an app and is run once.
  ScriptedWorld& overload(const std::string& body, const std::vector<std::string>& settings = {}) {
    diagram("overload", body, settings);
    ScriptedWorld& w = begun();
    EXPECT_EQ(w.send("overload app1 load=90%"), "");
    return w;
  }

 private:
  std::string files_ = kShop, info_;
  std::unique_ptr<ScriptedWorld> world_;
};

}  // namespace attune::workflow
