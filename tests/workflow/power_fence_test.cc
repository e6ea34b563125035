// SPDX-License-Identifier: Apache-2.0
// One device is both the power and the fence of its hosts: a fence does not wait for a host to boot.
#include "tests/workflow/power_test.h"

namespace attune::workflow {
namespace {

using ::testing::Contains;
using ::testing::Not;

// lab2 is off; lab3 is the reserve; everybody answers for long.
class PowerBesideFencesTest : public PowerTest {
 protected:
  // lab2 is switched on, and does not answer.
  void booting(const std::string& more = {}) {
    begun(more);
    ASSERT_THAT(power("power_off", "lab2"), HasSubstr("done"));
    w().pass(2min);
    forget();
    if (!more.empty()) return;
    ASSERT_EQ(power("power_on", "lab2"), "goes on");
    ASSERT_EQ(w().calls(), "bmc.power_on(2)");
  }
  // lab1 falls silent, and its fence is due.
  void fence_is_due() {
    observed("lab1", HostState::kDown);
    w().pass(1min);
  }
};

TEST_F(PowerBesideFencesTest, AFenceGoesBeforeARunThatWaitsForAHostToAnswer) {
  booting();
  fence_is_due();
  EXPECT_EQ(w().calls(), "bmc.fence(1)");
  EXPECT_EQ(state("lab1"), HostState::kOff);
  answers("lab2");
  EXPECT_THAT(w().ends(), Contains("call bmc done"));
}

TEST_F(PowerBesideFencesTest, AlsoBeforeOneThatWaitsForIt) {
  booting();
  ASSERT_EQ(power("power_off", "lab3"), "goes on") << "behind the other";
  fence_is_due();
  EXPECT_EQ(w().calls(), "bmc.fence(1)");
}

TEST_F(PowerBesideFencesTest, ItWaitsWhileTheDeviceIsAsked) {
  begun();
  ASSERT_THAT(power("power_off", "lab2"), HasSubstr("done"));
  w().pass(2min);
  forget();
  w().hold("bmc.power_on");
  power("power_on", "lab2");
  fence_is_due();
  EXPECT_EQ(w().calls(), "bmc.power_on(2)");
  w().end("bmc.power_on");
  EXPECT_EQ(w().calls(), "bmc.fence(1)");
}

TEST_F(PowerBesideFencesTest, WhoWantsTheDeviceNextWaitsForTheFence) {
  booting();
  w().hold("bmc.fence");
  fence_is_due();
  answers("lab2");
  ASSERT_THAT(w().ends(), Contains("call bmc done"));
  forget();
  EXPECT_EQ(power("power_off", "lab3"), "goes on");
  EXPECT_EQ(w().calls(), "");
  w().end("bmc.fence");
  EXPECT_EQ(w().calls(), "bmc.power_off(3)");
}

TEST_F(PowerBesideFencesTest, ARunThatHasLetAFencePassDoesNotAskItsDeviceMeanwhile) {
  booting(R"(=== diagrams/slow.mmd
stateDiagram-v2
  [*] --> a
  a : lab.power_on()
  a : x = lab.any(name == "lab3")
  a : x.power_off()
  a --> [*]
)");
  ASSERT_EQ(w().send("slow app1"), "");
  w().hold("bmc.fence");
  fence_is_due();
  ASSERT_EQ(w().calls(), "bmc.power_on(2) bmc.fence(1)");
  answers("lab2");
  EXPECT_THAT(w().ends(), ElementsAre(HasSubstr("the 'bmc' that could switch lab3 is in use by run")));
  EXPECT_EQ(state("lab3"), HostState::kUp);
}

TEST_F(PowerBesideFencesTest, AnotherRunIsNotPassed) {
  begun();
  w().pass(2min);
  w().hold("app1.stop");
  ASSERT_EQ(w().undeploy(""), "") << "which holds everything";
  fence_is_due();
  EXPECT_THAT(w().calls(), Not(HasSubstr("fence")));
}

TEST_F(PowerBesideFencesTest, AnIdleDeviceIsTaken) {
  world_ =
      std::make_unique<ScriptedWorld>(with(kPowerProject, "+wrapper: String = \"bmc.xml\"\n",
                                           "+wrapper: String = \"bmc.xml\"\n    +initial: Integer = 2\n"));
  w().begin();
  for (const char* host : {"lab1", "lab2", "lab3", "desk1"}) answers(host);
  w().pass(2min);
  w().hold("bmc1.power_off");
  ASSERT_EQ(w().by_hand("bmc1", "power_off", {"lab2"}), "");
  forget();
  fence_is_due();
  EXPECT_EQ(w().calls(), "bmc2.fence(1)");
}

}  // namespace
}  // namespace attune::workflow
