// SPDX-License-Identifier: Apache-2.0
// What must be so for a while before it is answered.
#include "tests/workflow/facts.h"

namespace attune::workflow {
namespace {

using system::HostState;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using std::chrono_literals::operator""s;

class HeldFactsTest : public FactsTest {};

TEST_F(HeldFactsTest, OneThatIsHeldIsAnsweredOnceWhenItHasLasted) {
  ScriptedWorld& w = repairs("a : alert(event.host, this)", {"on: vm", "hold: 1s"});
  ends("vm1");
  EXPECT_THAT(w.suppressed(), ElementsAre("vm_crashed vm1: held 0s of 1s"));
  EXPECT_THAT(w.alerts(), IsEmpty());
  w.pass(1s);
  EXPECT_THAT(w.alerts(), ElementsAre(w.host_of("vm1") + " (vm1)"));
  w.pass(200s);
  EXPECT_THAT(w.alerts(), IsEmpty()) << "it is still so, and was answered";
}

TEST_F(HeldFactsTest, AHostThatIsHeldIsAnsweredOnceToo) {
  diagram("host_down", "[*] --> a\na : alert(event.host)\na --> [*]", {"hold: 30s"});
  ScriptedWorld& w = begun();
  for (const char* host : {"lab1", "lab2"}) falls_silent(host);
  w.pass(29s);
  EXPECT_THAT(w.alerts(), IsEmpty());
  w.pass(200s);
  EXPECT_THAT(w.alerts(), ElementsAre("lab1", "lab2"));
}

TEST_F(HeldFactsTest, AShortOutageMovesNothing) {
  diagram("host_down", "[*] --> a\na : alert(event.host, this)\na --> [*]", {"on: vm", "hold: 30s"});
  ScriptedWorld& w = begun();
  const std::string host = w.host_of("vm1");
  falls_silent(host);
  w.pass(20s);
  forget();
  w.observed(system::HostChanged{.host = host, .state = HostState::kUp}, "attune");
  EXPECT_THAT(w.suppressed(), Contains("host_down " + host +
                                       ": its condition ended before it had lasted 30s: " + host + " is up"));
  w.pass(200s);
  EXPECT_THAT(w.alerts(), IsEmpty());
}

TEST_F(HeldFactsTest, WhatWasStartedByHandWhileItWasHeldIsNotAnswered) {
  ScriptedWorld& w = repairs("a : this.stop()", {"on: vm", "hold: 8s"});
  ends("vm1");
  w.pass(2s);
  EXPECT_EQ(w.by_hand("vm1", "start"), "");
  EXPECT_THAT(w.suppressed(), Contains("vm_crashed vm1: its condition ended before it had lasted 8s: "
                                       "vm1 is started"));
  forget();
  w.pass(200s);
  EXPECT_EQ(w.calls(), "");
}

TEST_F(HeldFactsTest, WhatIsBeingStartedWhenItsHoldIsOverIsAnsweredOnlyIfThatFails) {
  ScriptedWorld& w = repairs("a : alert(event.host, this)", {"on: vm", "hold: 8s"});
  for (const bool works : {true, false}) {
    ends("vm1");
    w.hold("vm1.start");
    EXPECT_EQ(w.by_hand("vm1", "start"), "");
    w.pass(60s);
    EXPECT_THAT(w.alerts(), IsEmpty());
    forget();
    w.end("vm1.start", exits(works ? 0 : 1));
    w.pass(200s);
    EXPECT_EQ(w.alerts().size(), works ? 0u : 1u);
    const std::string over = "vm_crashed vm1: its condition ended before it had lasted 8s: vm1 is started";
    EXPECT_EQ(std::ranges::count(w.suppressed(), over), works ? 1 : 0);
  }
}

TEST_F(HeldFactsTest, WhatIsSoAgainMustLastAnew) {
  ScriptedWorld& w = repairs("a : alert(event.host, this)", {"on: vm", "hold: 10s"});
  ends("vm1");
  w.pass(6s);
  EXPECT_EQ(w.by_hand("vm1", "start"), "");
  ends("vm1");
  w.pass(9s);
  EXPECT_THAT(w.alerts(), IsEmpty());
  w.pass(1s);
  EXPECT_THAT(w.alerts(), ElementsAre(w.host_of("vm1") + " (vm1)"));
  w.pass(200s);
  EXPECT_THAT(w.alerts(), IsEmpty());
}

TEST_F(HeldFactsTest, AnotherHostThatFallsSilentMustLastAnewToo) {
  diagram("host_down", "[*] --> a\na : alert(event.host, this)\na --> [*]", {"on: vm", "hold: 10s"});
  ScriptedWorld& w = begun();
  const std::string host = w.host_of("vm1"), other = host == "lab3" ? "lab2" : "lab3";
  falls_silent(host, HostState::kOff);
  w.pass(6s);
  EXPECT_EQ(w.change(system::HostAssigned{w.system->find("vm1")->id, other}), "");
  falls_silent(other);
  w.pass(9s);
  EXPECT_THAT(w.alerts(), Not(Contains(HasSubstr("(vm1)"))));
  w.pass(1s);
  EXPECT_THAT(w.alerts(), Contains(other + " (vm1)"));
}

TEST_F(HeldFactsTest, WhatIsBackWithinItsReleaseHasLasted) {
  ScriptedWorld& w = repairs("a : alert(event.host, this)", {"on: vm", "hold: 10s", "release: 5s"});
  ends("vm1");
  w.pass(6s);
  EXPECT_EQ(w.by_hand("vm1", "start"), "");
  w.pass(2s);
  ends("vm1");
  w.pass(2s);
  EXPECT_THAT(w.alerts(), ElementsAre(w.host_of("vm1") + " (vm1)"));
}

TEST_F(HeldFactsTest, OneThatIsRepeatedWhileItIsHeldIsAnsweredOnce) {
  ScriptedWorld& w = repairs("a : alert(event.host, this)", {"on: vm", "hold: 10s"});
  for (int i = 0; i < 9; ++i) {
    ends("vm1");
    w.pass(1s);
  }
  EXPECT_THAT(w.alerts(), IsEmpty());
  w.pass(200s);
  EXPECT_THAT(w.alerts(), ElementsAre(w.host_of("vm1") + " (vm1)"));
}

TEST_F(HeldFactsTest, OneThatIsHeldInACooldownIsAnsweredOnceAfterIt) {
  ScriptedWorld& w = repairs("a : alert(event.host, this)", {"on: vm", "hold: 10s", "cooldown: 1min"});
  ends("vm1");
  w.pass(10s);
  forget();
  ends("vm1");
  w.pass(59s);
  EXPECT_THAT(w.alerts(), IsEmpty());
  w.pass(200s);
  EXPECT_THAT(w.alerts(), ElementsAre(w.host_of("vm1") + " (vm1)"));
}

TEST_F(HeldFactsTest, WhatAPersonSaysIsHeldAndAnsweredAlsoWhereItWasNeverSo) {
  ScriptedWorld& w = repairs("a : this.stop()", {"on: vm", "hold: 10s"});
  EXPECT_EQ(w.send("vm_crashed vm1 host=lab1"), "");
  w.pass(10s);
  EXPECT_EQ(w.calls(), "vm1.stop(vm1)");
}

TEST_F(HeldFactsTest, ARunThatHasLastedAndWaitsIsWithdrawnAndMustLastAnew) {
  ScriptedWorld& w = repairs("a : alert(event.host, this)", {"on: vm", "hold: 10s"});
  EXPECT_EQ(w.mode(Mode::kPaused), "");
  ends("vm1");
  w.pass(10s);
  EXPECT_EQ(w.by_hand("vm1", "start"), "");
  EXPECT_THAT(w.ends(),
              Contains("vm_crashed vm1 cancelled: its condition ended before it could begin: vm1 is "
                       "started"));
  EXPECT_EQ(w.mode(Mode::kAutomatic), "");
  ends("vm1");
  w.pass(9s);
  EXPECT_THAT(w.alerts(), IsEmpty());
  w.pass(1s);
  EXPECT_THAT(w.alerts(), ElementsAre(w.host_of("vm1") + " (vm1)"));
}

TEST_F(HeldFactsTest, ARunThatHasMendedWhatWasHeldHasHelped) {
  ScriptedWorld& w = repairs("a : this.start()", {"on: vm", "hold: 10s", "within: 30s", "tries: 1"});
  ends("vm1");
  w.pass(10s);
  EXPECT_THAT(w.judged(), ElementsAre("vm_crashed vm1 helped: the condition has ended"));
  EXPECT_THAT(w.engine->switched_off(), IsEmpty());
}

}  // namespace
}  // namespace attune::workflow
