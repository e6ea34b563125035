// SPDX-License-Identifier: Apache-2.0
// Hosts whose switching off breaks off: nobody can tell at once whether they go off all the same.
#include "tests/workflow/power_test.h"

namespace attune::workflow {
namespace {

// lab2 was to be switched off; 15 s of silence and 2 min of grace later it shows whether it is.
class BrokenPowerTest : public PowerTest {
 protected:
  static constexpr Duration kSettles = 2min + 15s;

  // It is off as far as anybody may use it, and what it answers means nothing.
  void expect_in_doubt() {
    EXPECT_EQ(state("lab2"), HostState::kOff);
    EXPECT_EQ(switched_off_by("lab2"), "bmc.power_off (broken off)");
    answers("lab2");
    EXPECT_EQ(state("lab2"), HostState::kOff);
  }
  void expect_up_as_soon_as_it_answers() {
    w().pass(kSettles);
    EXPECT_EQ(state("lab2"), HostState::kOff);
    answers("lab2");
    EXPECT_EQ(state("lab2"), HostState::kUp);
    EXPECT_EQ(switched_off_by("lab2"), "");
  }
};

TEST_F(BrokenPowerTest, WhereTheCallFails) {
  begun();
  w().script("bmc.power_off", exits(1, "wrong password"));
  EXPECT_THAT(power("power_off", "lab2"), HasSubstr("bmc.power_off exited with 1: wrong password"));
  expect_in_doubt();
  expect_up_as_soon_as_it_answers();
}

TEST_F(BrokenPowerTest, WhereTheCallIsLost) {
  begun();
  w().script("bmc.power_off", lost());
  EXPECT_THAT(power("power_off", "lab2"), HasSubstr("failed"));
  expect_in_doubt();
  expect_up_as_soon_as_it_answers();
}

TEST_F(BrokenPowerTest, WhereTheRunIsCancelled) {
  begun();
  w().hold("bmc.power_off");
  power("power_off", "lab2");
  EXPECT_EQ(w().cancel(w().last_run()), "");
  EXPECT_EQ(w().cancelled(), "bmc.power_off");
  expect_in_doubt();
  expect_up_as_soon_as_it_answers();
}

TEST_F(BrokenPowerTest, WhereTheManagerIsReloaded) {
  begun();
  w().hold("bmc.power_off");
  power("power_off", "lab2");
  w().wind_up("reload");
  w().stopped();
  w().go_on("bmc.power_off");
  w().begin();
  expect_in_doubt();
  expect_up_as_soon_as_it_answers();
}

TEST_F(BrokenPowerTest, WhereTheManagerDies) {
  begun();
  w().hold("bmc.power_off");
  power("power_off", "lab2");
  w().die();
  w().go_on("bmc.power_off");
  w().begin();
  expect_in_doubt();
  expect_up_as_soon_as_it_answers();
}

TEST_F(BrokenPowerTest, WhereTheManagerDiesBeforeItShows) {
  begun();
  w().script("bmc.power_off", lost());
  power("power_off", "lab2");
  w().pass(1min);
  w().die();
  w().begin();
  expect_in_doubt();
  expect_up_as_soon_as_it_answers();
}

TEST_F(BrokenPowerTest, OneThatStaysSilentIsOffAndThereForTheReserve) {
  begun();
  w().script("bmc.power_off", lost());
  power("power_off", "lab2");
  w().go_on("bmc.power_off");
  fill_one();
  EXPECT_EQ(w().host_of("app2"), "lab3");
  EXPECT_THAT(calls_, ::testing::Not(HasSubstr("power_on"))) << "it may not have shut down yet";
  w().pass(kSettles);
  EXPECT_EQ(w().calls(), "bmc.power_on(2)");
}

TEST_F(BrokenPowerTest, UntilItShowsItIsNotSwitchedOffAnew) {
  begun();
  w().script("bmc.power_off", lost());
  power("power_off", "lab2");
  EXPECT_THAT(power("power_off", "lab2"),
              HasSubstr("switching lab2 off has broken off, and does not show yet whether it is"));
}

TEST_F(BrokenPowerTest, ItTakesAsLongAsTheDeviceGivesAHostToShutDown) {
  world_ =
      std::make_unique<ScriptedWorld>(with(kPowerProject, "+wrapper: String = \"bmc.xml\"\n",
                                           "+wrapper: String = \"bmc.xml\"\n    +grace: Duration = 10min\n"));
  w().begin();
  for (const char* host : {"lab1", "lab2", "lab3", "desk1"}) answers(host);
  w().script("bmc.power_off", lost());
  power("power_off", "lab2");
  w().pass(10min);
  answers("lab2");
  EXPECT_EQ(state("lab2"), HostState::kOff);
  w().pass(15s);
  answers("lab2");
  EXPECT_EQ(state("lab2"), HostState::kUp);
}

}  // namespace
}  // namespace attune::workflow
