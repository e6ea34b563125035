// SPDX-License-Identifier: Apache-2.0
// PowerTest: hosts that are switched off and on, in a scripted world. One thread.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/workflow/scripted_world.h"

namespace attune::workflow {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using std::chrono_literals::operator""s;
using std::chrono_literals::operator""min;
using system::HostState;

inline constexpr char kPowerProject[] = R"(=== deployment.mmd
classDiagram
  class lab {
    <<host-family>>
    +nodefile: String = "lab.nodes"
    +power: String = "bmc"
    +fence: String = "bmc"
  }
  class desk {
    <<host-family>>
    +nodefile: String = "desk.nodes"
  }
  class bmc {
    +wrapper: String = "bmc.xml"
    host-family: String = "desk"
  }
  class app {
    +wrapper: String = "app.xml"
    host-family: String = "lab"
    +initial: Integer = 1
    +max: Integer = 4
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
  <method name="fence" key="Script" method="switch"><param value="$1.plug"/></method>
</wrapper>
=== wrappers/app.xml
<wrapper name="app">
  <event name="slow"/>
  <method name="start" key="Script" method="run"/>
  <method name="stop" key="Script" method="run"/>
</wrapper>
)";

inline constexpr char kSwitchesOff[] = R"(=== diagrams/host_empty.mmd
stateDiagram-v2
  state spare <<choice>>
  [*] --> spare
  spare --> off : [event.host.spare]
  spare --> [*] : [else]
  off : event.host.power_off()
  off --> [*]
)";

// The project's text with `to` in the place of `from`.
inline std::string with(std::string text, const std::string& from, const std::string& to) {
  const size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return at == std::string::npos ? text : text.replace(at, from.size(), to);
}

// app1 runs on lab1, lab2 and lab3 are empty; every host answers, or those that are named.
class PowerTest : public ::testing::Test {
 protected:
  ScriptedWorld& begun(const std::string& more = {},
                       const std::vector<std::string>& answering = {"lab1", "lab2", "lab3", "desk1"}) {
    world_ = std::make_unique<ScriptedWorld>(project() + more);
    w().begin();
    for (const std::string& host : answering) answers(host);
    forget();
    return w();
  }
  virtual std::string project() const { return kPowerProject; }
  ScriptedWorld& w() { return *world_; }
  void forget() { w().calls(), w().ends(), w().alerts(), w().cancelled(), w().suppressed(), w().waits(); }
  void observed(const std::string& host, HostState state) {
    const system::Host* known = w().system->find_host(host);
    w().observed(system::HostChanged{host, state, known->cpus, known->memory, {}}, "attune");
  }
  void answers(const std::string& host) { observed(host, HostState::kUp); }
  HostState state(const std::string& host) { return w().system->find_host(host)->state; }
  // By hand; what became of it.
  std::string power(const std::string& stub, const std::string& host) {
    if (std::string refused = w().by_hand("bmc", stub, {host}); !refused.empty()) return refused;
    const auto ends = w().ends();
    return ends.empty() ? "goes on" : ends.back();
  }
  std::string switched_off_by(const std::string& host) {
    const OffHosts::Off* off = w().engine->off_hosts().find(host);
    return off == nullptr ? "" : off->by;
  }
  // One more is placed on the next empty host that is on.
  void fill_one() {
    ASSERT_EQ(w().create("app"), "");
    calls_ = w().calls();
  }

  std::unique_ptr<ScriptedWorld> world_;
  std::string calls_;
};

}  // namespace attune::workflow
