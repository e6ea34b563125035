// SPDX-License-Identifier: Apache-2.0
// Hosts that are switched off beside machines that come to them and leave them.
#include "tests/workflow/power_test.h"

namespace attune::workflow {
namespace {

constexpr char kMachines[] = R"(=== deployment.mmd
classDiagram
  class lab {
    <<host-family>>
    +nodefile: String = "lab.nodes"
    +power: String = "bmc"
    +reserve: Integer = 0
  }
  class desk {
    <<host-family>>
    +nodefile: String = "desk.nodes"
  }
  class bmc {
    +wrapper: String = "bmc.xml"
    host-family: String = "desk"
  }
  class vm {
    +wrapper: String = "vm.xml"
    host-family: String = "lab"
    +initial: Integer = 2
    +memory: Size = 400MiB
  }
=== lab.nodes
lab1 memory=1GiB plug=1
lab2 memory=1GiB plug=2
lab3 memory=1GiB plug=3
=== desk.nodes
desk1
=== wrappers/bmc.xml
<wrapper name="bmc">
  <method name="power_off" key="Script" method="switch"><param value="$1.plug"/></method>
  <method name="power_on" key="Script" method="switch" timeout="3min"><param value="$1.plug"/></method>
</wrapper>
=== wrappers/vm.xml
<wrapper name="vm">
  <event name="leave"/>
  <method name="start" key="VM" method="start"><param value="$this.srname"/></method>
  <method name="stop" key="VM" method="stop"><param value="$this.srname"/></method>
  <method name="migrate" key="VM" method="migrate"><param value="$this.srname"/><param value="$1.name"/></method>
</wrapper>
)";

// `leave` brings its machine to lab2, waits for a minute, and switches lab1 off.
constexpr char kLeave[] = R"(=== diagrams/leave.mmd
stateDiagram-v2
  [*] --> a
  a : this.migrate(lab.any(name == "lab2"))
  a : wait(1min)
  a : x = lab.any(name == "lab1")
  a : x.power_off()
  a --> [*]
)";

// vm1 runs on lab1, vm2 on lab2, and nothing on lab3.
class PowerBesideMovesTest : public PowerTest {
 protected:
  std::string project() const override { return kMachines; }
  void begun_there(const std::string& more = {}) {
    begun(more);
    ASSERT_EQ(w().host_of("vm1"), "lab1");
    ASSERT_EQ(w().host_of("vm2"), "lab2");
    arrives("vm1", "lab2"), arrives("vm2", "lab1");
  }
  // Where its migrations lead to.
  void arrives(const std::string& machine, const std::string& host) {
    w().script(machine + ".migrate", moved(machine, host));
  }
  CallOutcome moved(const std::string& machine, const std::string& host) {
    return CallExited{0, {}, {system::HostAssigned{w().system->find(machine)->id, host}}};
  }
};

TEST_F(PowerBesideMovesTest, ARunThatHasEmptiedAHostDoesNotSwitchItOffWhileAnotherBringsAMachine) {
  begun_there(kLeave);
  ASSERT_EQ(w().send("leave vm1"), "");
  ASSERT_EQ(w().host_of("vm1"), "lab2");
  w().hold("vm2.migrate");
  ASSERT_EQ(w().by_hand("vm2", "migrate", {"lab1"}), "");
  const RunId other = w().last_run();
  w().pass(1min);
  EXPECT_EQ(state("lab1"), HostState::kUp);
  EXPECT_THAT(
      w().ends(),
      ElementsAre(HasSubstr(fmt::format("lab1 stays on: run {} is about to put something there", other))));
}

TEST_F(PowerBesideMovesTest, NeitherDoesARunThatBringsOneThereItself) {
  begun_there(R"(=== diagrams/leave.mmd
stateDiagram-v2
  state split <<fork>>
  state both <<join>>
  [*] --> split
  split --> a
  split --> b
  a : this.migrate(lab.any(name == "lab3"))
  b : x = lab.any(name == "lab3")
  b : x.power_off()
  a --> both
  b --> both
  both --> [*]
)");
  w().hold("vm1.migrate");
  ASSERT_EQ(w().send("leave vm1"), "");
  EXPECT_EQ(state("lab3"), HostState::kUp);
  EXPECT_THAT(w().ends(), ElementsAre(HasSubstr("lab3 stays on: run")));
  EXPECT_EQ(w().cancelled(), "vm1.migrate") << "as everywhere where a branch fails";
}

TEST_F(PowerBesideMovesTest, WhatARunHasEmptiedIsSwitchedOffByAnotherThoughTheFirstGoesOn) {
  begun_there(std::string(kSwitchesOff) + R"(=== diagrams/leave.mmd
stateDiagram-v2
  [*] --> a
  a : this.migrate(lab.any(name == "lab2"))
  a : wait(10min)
  a --> [*]
)");
  ASSERT_EQ(w().send("leave vm1"), "");
  EXPECT_EQ(state("lab1"), HostState::kOff);
  EXPECT_THAT(w().ends(), ElementsAre("host_empty done"));
}

TEST_F(PowerBesideMovesTest, NothingIsSwitchedOffThatAPlanOnlyPassesThrough) {
  begun_there(R"(=== diagrams/leave.mmd
stateDiagram-v2
  [*] --> a
  a : p = placement.improve("cost")
  a : placement.carry_out(p)
  a --> [*]
)");
  w().script("placement.improve",
             exits(0, "vm2 from lab2 to lab1; vm1 from lab1 to lab3; vm1 from lab3 to lab2"));
  w().hold("vm2.migrate");
  ASSERT_EQ(w().send("leave vm1"), "");
  EXPECT_EQ(w().open(), "vm2.migrate");
  EXPECT_THAT(power("power_off", "lab3"), HasSubstr("is about to put something there"));
}

TEST_F(PowerBesideMovesTest, AMigrationThatHasFailedKeepsNoHostOn) {
  begun_there(kLeave);
  w().script("vm1.migrate", exits(1, "no route"));
  ASSERT_EQ(w().by_hand("vm1", "migrate", {"lab3"}), "");
  EXPECT_THAT(power("power_off", "lab3"), HasSubstr("done"));
}

TEST_F(PowerBesideMovesTest, AHostThatMayHaveALostMachineStaysOnUntilItIsFound) {
  begun_there();
  w().script("vm1.migrate", lost());
  ASSERT_EQ(w().by_hand("vm1", "migrate", {"lab3"}), "");
  EXPECT_THAT(power("power_off", "lab3"), HasSubstr("lab3 stays on: vm1 may have come there"));
  w().observed(system::LifecycleChanged{w().system->find("vm1")->id, system::Lifecycle::kStarted});
  EXPECT_THAT(power("power_off", "lab3"), HasSubstr("done"));
}

}  // namespace
}  // namespace attune::workflow
