// SPDX-License-Identifier: Apache-2.0
// What becomes of a host that does not answer where its family has a fence.
#include <memory>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/workflow/scripted_world.h"

namespace attune::workflow {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using std::chrono_literals::operator""s;
using std::chrono_literals::operator""min;
using system::HostState;

constexpr char kProject[] = R"(=== deployment.mmd
classDiagram
  class lab {
    <<host-family>>
    +nodefile: String = "lab.nodes"
    +fence: String = "pdu"
  }
  class desk {
    <<host-family>>
    +nodefile: String = "desk.nodes"
  }
  class pdu {
    +wrapper: String = "pdu.xml"
    host-family: String = "desk"
    +initial: Integer = 2
  }
  class vm {
    +wrapper: String = "vm.xml"
    host-family: String = "lab"
    +memory: Size = 400MiB
  }
=== lab.nodes
lab1 memory=1GiB plug=1
lab2 memory=1GiB plug=2
lab3 memory=1GiB plug=3
=== desk.nodes
desk1
desk2
=== wrappers/pdu.xml
<wrapper name="pdu">
  <method name="fence" key="Script" method="switch"><param value="off"/><param value="$1.plug"/></method>
</wrapper>
=== wrappers/vm.xml
<wrapper name="vm">
  <method name="start" key="VM" method="start"><param value="$this.srname"/></method>
  <method name="stop" key="VM" method="stop"><param value="$this.srname"/></method>
</wrapper>
=== diagrams/host_down.mmd
---
attune:
  on: vm
---
stateDiagram-v2
  [*] --> a
  a : this.host = lab.any()
  a : this.start()
  a --> [*]
  a --> b : on error
  b : alert("not moved", this)
  b --> [*]
=== attune.info
fence { delay 5s
 retry 30s }
host { silence 15s }
)";

// Everything runs, vm on lab1, and every host answers for long.
class FencingTest : public ::testing::Test {
 protected:
  FencingTest() : FencingTest(kProject) {}
  explicit FencingTest(const std::string& project) : world_(std::make_unique<ScriptedWorld>(project)) {
    w().begin();
    for (const char* host : {"lab1", "lab2", "lab3", "desk1", "desk2"}) answers(host);
    w().pass(1min);
    forget();
  }
  ScriptedWorld& w() { return *world_; }
  void forget() { w().calls(), w().ends(), w().alerts(), w().cancelled(); }
  void observed(const std::string& host, HostState state) {
    const system::Host* known = w().system->find_host(host);
    w().observed(system::HostChanged{host, state, known->cpus, known->memory, known->address}, "attune");
  }
  void answers(const std::string& host) { observed(host, HostState::kUp); }
  // As the manager does it.
  void falls_silent(const std::string& host) {
    observed(host, HostState::kDown);
    w().send("host_down " + host);
  }
  HostState state(const std::string& host) { return w().system->find_host(host)->state; }

  std::unique_ptr<ScriptedWorld> world_;
};

TEST_F(FencingTest, AHostThatStaysSilentIsFencedAndItsMachineHadElsewhere) {
  ASSERT_EQ(w().host_of("vm"), "lab1");
  falls_silent("lab1");
  EXPECT_THAT(w().alerts(), ElementsAre("not moved (vm)"));
  w().pass(19s);
  EXPECT_EQ(w().calls(), "");
  w().pass(1s);
  EXPECT_EQ(w().calls(), "pdu1.fence(off,1) vm.deploy vm.start(vm)");
  EXPECT_EQ(state("lab1"), HostState::kOff);
  EXPECT_NE(w().host_of("vm"), "lab1");
  EXPECT_THAT(w().alerts(), IsEmpty());
}

TEST_F(FencingTest, NothingIsHadElsewhereWhileTheFenceIsAtWork) {
  w().hold("pdu1.fence");
  falls_silent("lab1");
  w().pass(5min);
  EXPECT_EQ(state("lab1"), HostState::kDown);
  EXPECT_EQ(w().host_of("vm"), "lab1");
  w().end("pdu1.fence");
  EXPECT_EQ(state("lab1"), HostState::kOff);
}

TEST_F(FencingTest, WhereItFailsAPersonIsAskedOnceAndTheNextOneIsTried) {
  w().script("pdu1.fence", exits(1, "wrong password"));
  falls_silent("lab1");
  w().alerts();
  w().pass(20s);
  EXPECT_EQ(state("lab1"), HostState::kDown);
  EXPECT_THAT(w().alerts(),
              ElementsAre(HasSubstr("lab1 does not answer, and is not fenced: pdu1.fence exited "
                                    "with 1: wrong password; make sure that it is off and say "
                                    "so: attune off lab1 (tried again every 30s)")));
  w().pass(30s);
  EXPECT_EQ(state("lab1"), HostState::kOff);
}

TEST_F(FencingTest, AFenceWhoseEndIsLostHasConfirmedNothing) {
  w().script("*.fence", lost());
  falls_silent("lab1");
  w().pass(20s);
  EXPECT_EQ(state("lab1"), HostState::kDown);
  w().go_on("*.fence");
  w().pass(30s);
  EXPECT_EQ(state("lab1"), HostState::kOff);
}

TEST_F(FencingTest, WhoeverLosesAllHostsAtOnceFencesNone) {
  for (const char* host : {"lab1", "lab2", "lab3", "desk1", "desk2"}) falls_silent(host);
  w().alerts();
  w().pass(1min);
  EXPECT_EQ(w().calls(), "");
  EXPECT_THAT(w().alerts(), testing::Contains(HasSubstr("lab1 does not answer, and is not fenced: no other "
                                                        "host answers either")));
}

TEST_F(FencingTest, AfterTheNetworkIsBackTheOthersAreGivenTimeToAnswer) {
  for (const char* host : {"lab1", "lab2", "lab3", "desk1", "desk2"}) falls_silent(host);
  w().pass(49s);
  answers("desk1");
  w().pass(19s);
  EXPECT_EQ(w().calls(), "");
  for (const char* host : {"lab1", "lab2", "lab3", "desk2"}) answers(host);
  w().pass(5min);
  EXPECT_EQ(w().calls(), "");
}

TEST_F(FencingTest, AHostThatAnswersAgainIsSpared) {
  falls_silent("lab1");
  w().pass(10s);
  answers("lab1");
  w().pass(5min);
  EXPECT_EQ(w().calls(), "");
}

TEST_F(FencingTest, WhatWasConfirmedOfAnEarlierSilenceMeansNothingForTheNext) {
  w().hold("pdu1.fence");
  w().deaf = true;
  falls_silent("lab1");
  w().pass(20s);
  answers("lab1");
  EXPECT_EQ(w().cancelled(), "pdu1.fence");
  falls_silent("lab1");
  w().end("pdu1.fence");
  EXPECT_EQ(state("lab1"), HostState::kDown);
}

TEST_F(FencingTest, AManagerThatTakesOverFencesWhatIsDownStill) {
  w().hold("pdu1.fence");
  falls_silent("lab1");
  w().pass(20s);
  w().die();
  w().go_on("pdu1.fence");
  w().begin();
  forget();
  w().pass(20s);
  EXPECT_EQ(w().calls(), "pdu1.fence(off,1) vm.deploy vm.start(vm)");
  EXPECT_EQ(state("lab1"), HostState::kOff);
  EXPECT_EQ(w().replayed(), ScriptedWorld::shown(*w().system));
}

TEST_F(FencingTest, WhatAPersonSaysMeanwhileCounts) {
  falls_silent("lab1");
  EXPECT_EQ(w().change(system::HostChanged{.host = "lab1", .state = HostState::kOff}), "");
  w().calls();
  w().pass(5min);
  EXPECT_EQ(w().calls(), "");
}

TEST_F(FencingTest, OnlyADeviceWhoseHostAnswersIsAsked) {
  falls_silent("desk1");
  falls_silent("lab1");
  w().pass(20s);
  EXPECT_THAT(w().calls(), HasSubstr("pdu2.fence(off,1)"));
  falls_silent("desk2");
  falls_silent("lab2");
  w().alerts();
  w().pass(20s);
  EXPECT_THAT(w().alerts(), ElementsAre(HasSubstr("lab2 does not answer, and is not fenced: no 'pdu' can be "
                                                  "asked")));
}

TEST_F(FencingTest, AHostOfAnotherFamilyIsNotFenced) {
  falls_silent("desk1");
  w().pass(5min);
  EXPECT_EQ(w().calls(), "");
  EXPECT_THAT(w().alerts(), IsEmpty());
}

}  // namespace
}  // namespace attune::workflow
