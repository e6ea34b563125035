// SPDX-License-Identifier: Apache-2.0
#include "runtime/placement/plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "runtime/placement/plan_json.h"
#include "runtime/placement/state_json.h"
#include "tests/placement/states.h"
#include "tests/support/golden.h"

namespace attune::placement {
namespace {

using attune::test::golden_cases;
using attune::test::golden_folder;
using attune::test::load_file;
using attune::test::matches_golden;
using ::testing::HasSubstr;
using Places = std::vector<Index>;

class PlacementCase : public ::testing::TestWithParam<std::string> {};

TEST_P(PlacementCase, IsPlannedAsItsGoldenFileSays) {
  const ReadState read = read_state(load_file(golden_folder() / GetParam()));
  const std::string text =
      read.findings.empty() ? json_of(plan(read.state), read.state) : json_of(read.findings);
  EXPECT_TRUE(matches_golden(std::filesystem::path(GetParam()).replace_extension(".plan"), text));
}

INSTANTIATE_TEST_SUITE_P(Golden, PlacementCase, ::testing::ValuesIn(golden_cases("placement", ".json")),
                         attune::test::case_name);

TEST(Plan, WithoutVmsThereIsNothingToDo) {
  for (const Objective objective :
       {Objective::kRunTime, Objective::kCost, Objective::kUseOfResources, Objective::kBalance}) {
    test::States world(objective);
    world.host(4);
    const Plan made = plan(world.state);
    EXPECT_TRUE(made.steps.empty());
    EXPECT_TRUE(made.is_proven);
  }
}

TEST(Plan, VmsAreConsolidatedOnFewestHosts) {
  test::States world;
  for (int i = 0; i < 3; ++i) world.vm(2, world.host(6));
  const Plan made = plan(world.state);
  EXPECT_EQ(made.power_off.size(), 2u);
  EXPECT_EQ(made.changes[0].gain(), 2);
  EXPECT_TRUE(made.is_proven);
}

// Its VMs could leave it, and others would stay.
TEST(Plan, NobodyLeavesAHostThatIsInUseAnywayToFreeIt) {
  for (const Objective objective : {Objective::kCost, Objective::kUseOfResources})
    for (const size_t hosts : {3, 30}) {  // few enough for the exact search, and too many
      test::States world(objective);
      world.state.sites[0].host_price = 1;
      for (size_t i = 0; i < hosts; ++i) {
        world.vm(2, world.host(6));
        world.state.hosts[i].is_in_use = true;
      }
      const Plan made = plan(world.state);
      EXPECT_TRUE(made.steps.empty()) << hosts;
      EXPECT_EQ(made.changes[0].before, 0);
      EXPECT_EQ(made.changes[0].bound, 0);
    }
}

TEST(Plan, VmsGoToTheHostThatIsInUseAnyway) {
  for (const size_t pairs : {2, 20}) {
    test::States world;
    for (size_t i = 0; i < pairs * 2; ++i) world.vm(2, world.host(6));
    for (size_t i = 0; i < pairs; ++i) world.state.hosts[i * 2].is_in_use = true;
    const Plan made = plan(world.state);
    EXPECT_EQ(made.power_off.size(), pairs);
    for (const Index host : made.places) EXPECT_TRUE(world.state.hosts[host].is_in_use);
    EXPECT_EQ(made.changes[0].gain(), static_cast<double>(pairs));
    EXPECT_EQ(made.changes[0].bound, 0);
  }
}

TEST(Plan, AHostThatIsInUseAnywayIsNotEmptyOnceItsVmsHaveLeft) {
  test::States world;
  world.host(4);
  world.host(4);
  world.vm(2, 0);
  world.state.hosts[0].is_in_maintenance = world.state.hosts[0].is_in_use = true;
  const Plan made = plan(world.state);
  EXPECT_EQ(made.places, Places{1});
  EXPECT_TRUE(made.power_off.empty());
}

TEST(Plan, ABudgetOfMovesHolds) {
  test::States world;
  for (int i = 0; i < 3; ++i) world.vm(2, world.host(6));
  world.state.budget = 1;
  const Plan made = plan(world.state);
  EXPECT_EQ(made.power_off.size(), 1u);
}

TEST(Plan, OneThatIsToStopEndsWithoutUsingUpItsWork) {
  test::States world;
  for (int i = 0; i < 6; ++i) world.vm(2, world.host(7));
  std::stop_source stopped;
  stopped.request_stop();
  const Plan whole = plan(world.state), cut = plan(world.state, {.stop = stopped.get_token()});
  EXPECT_GT(whole.work, 1000u);
  EXPECT_LT(cut.work, whole.work / 10);
  EXPECT_FALSE(cut.is_proven);
}

TEST(Plan, WhoTalksComesTogether) {
  test::States world(Objective::kRunTime);
  world.host(2);
  world.host(2, world.site("t"));
  for (const Index at : {0, 1, 0, 1}) world.vm(0.5, at);
  world.talk(0, 1, 1000);
  world.talk(2, 3, 1000);
  const Plan made = plan(world.state);
  EXPECT_EQ(made.places[0], made.places[1]);
  EXPECT_EQ(made.places[2], made.places[3]);
  EXPECT_GT(made.changes[0].gain(), 0);
}

TEST(Plan, NothingMovesForLessThanItCosts) {
  test::States world(Objective::kRunTime);
  world.vm(1, world.host(2));
  world.vm(1, world.host(2));
  world.talk(0, 1, 0.01);
  world.state.horizon = 60;
  EXPECT_TRUE(plan(world.state).steps.empty());
}

TEST(Plan, AHostInMaintenanceIsEmptied) {
  test::States world;
  world.host(4);
  world.host(4);
  world.vm(2, 0);
  world.state.hosts[0].is_in_maintenance = true;
  const Plan made = plan(world.state);
  EXPECT_EQ(made.places, Places{1});
  EXPECT_EQ(made.steps[0][0].reason, "host h0 is in maintenance");
}

// Of two that are as good the one that is there for longer is taken, and for all of the horizon is enough.
TEST(Plan, AHostThatLeavesBeforeTheHorizonIsEmptiedAndTakesNothing) {
  test::States world;
  for (int i = 0; i < 3; ++i) world.host(4);
  world.vm(2, 0);
  world.state.now = 1000;
  world.state.horizon = 3600;
  world.state.hosts[0].available_until = 4599;
  world.state.hosts[1].available_until = 4599;
  world.state.hosts[2].available_until = 4600;
  const Plan made = plan(world.state);
  ASSERT_EQ(made.places, Places{2});
  EXPECT_EQ(made.steps[0][0].reason, "host h0 is available for less than the horizon");
  world.state.hosts[0].available_until = 4600;
  EXPECT_EQ(plan(world.state).places, Places{0});
}

TEST(Plan, ASiteThatLeavesBeforeTheHorizonIsEmptied) {
  test::States world;
  world.host(4);
  world.host(4, world.site("t"));
  world.vm(2, 0);
  world.state.horizon = 3600;
  world.state.sites[0].available_until = 3599;
  const Plan made = plan(world.state);
  ASSERT_EQ(made.places, Places{1});
  EXPECT_EQ(made.steps[0][0].reason, "site s is available for less than the horizon");
  world.state.sites[1].available_until = 0;
  EXPECT_EQ(plan(world.state).places, Places{0}) << "there is nowhere to go";
  EXPECT_EQ(plan(world.state).obstacles.size(), 1u);
}

TEST(Plan, AHardConstraintIsNotBrokenToEmptyAHost) {
  test::States world;
  for (int i = 0; i < 2; ++i) world.host(6);
  for (const Index at : {0, 1, 1, 1}) world.vm(1, at);
  Constraint apart;
  apart.kind = ConstraintKind::kApart;
  apart.vms = {0, 1};
  world.state.constraints.push_back(apart);
  world.state.hosts[1].is_in_maintenance = true;
  const Plan made = plan(world.state);
  EXPECT_EQ(made.places, (Places{0, 1, 0, 0}));
  EXPECT_THAT(made.obstacles, ::testing::Not(::testing::IsEmpty()));
}

TEST(Plan, WhatMayNotMoveStaysAndIsToldOf) {
  test::States world;
  world.host(4);
  world.host(4);
  world.vm(2, 0);
  world.state.hosts[0].is_in_maintenance = true;
  world.state.vms[0].may_move = false;
  const Plan made = plan(world.state);
  ASSERT_EQ(made.obstacles.size(), 1u);
  EXPECT_EQ(made.obstacles[0].place, "/vms/0");
  EXPECT_EQ(made.obstacles[0].because, "it may not move");
}

TEST(Plan, IsNotProvenWhereMovesAreStuck) {
  test::States world;
  for (int i = 0; i < 2; ++i) world.vm(4, world.host(4));
  world.pin(0, 1);
  world.pin(1, 0);
  const Plan made = plan(world.state);
  EXPECT_TRUE(made.steps.empty());
  EXPECT_EQ(made.obstacles.size(), 2u);
  EXPECT_FALSE(made.is_proven);
}

TEST(Plan, AReasonTellsOfTheHostThatIsLeftEmptyNotOfFewerHosts) {
  test::States world;
  world.host(8);
  world.host(8);
  for (int i = 0; i < 2; ++i) world.pin(world.vm(2, 0), 1);
  const Plan made = plan(world.state);
  ASSERT_EQ(made.changes[0].gain(), 0);  // one host before, one after
  EXPECT_EQ(made.steps[0][0].reason, "/constraints/0 pins it; host h0 is left empty");
}

TEST(Plan, AVmRestsAfterAMove) {
  test::States world;
  for (int i = 0; i < 2; ++i) world.vm(2, world.host(6));
  world.state.rest = 300;
  for (Vm& vm : world.state.vms) vm.moved_at = -100;
  EXPECT_TRUE(plan(world.state).steps.empty());
  world.state.now = 200;
  EXPECT_EQ(plan(world.state).steps.size(), 1u);
}

TEST(Plan, WhatFitsNowhereIsToldWithTheReason) {
  test::States world;
  world.host(4);
  world.host(16);
  world.pin(world.vm(8), 0);
  const Plan made = plan(world.state);
  EXPECT_EQ(made.places, Places{kNowhere});
  ASSERT_EQ(made.obstacles.size(), 1u);
  EXPECT_THAT(made.obstacles[0].because, HasSubstr("1 excluded by /constraints/0, 1 too small"));
}

TEST(Plan, AHostThatIsOffIsSwitchedOnWhereItIsNeeded) {
  test::States world;
  world.host(2);
  world.host(2);
  world.state.hosts[1].is_on = false;
  world.vm(2, 0);
  world.vm(2);
  EXPECT_EQ(plan(world.state).power_on, Places{1});
}

TEST(Plan, AHostThatIsOffIsSwitchedOnForATemporaryPlaceToo) {
  test::States world(Objective::kRunTime);
  for (int i = 0; i < 2; ++i) world.vm(4, world.host(4));
  world.host(4);
  world.state.hosts[1].core_speed = 2;
  world.state.vms[1].demand = 0.1;
  world.state.hosts[2].core_speed = 0.1;
  world.state.hosts[2].is_on = false;
  const Plan made = plan(world.state);
  EXPECT_EQ(made.steps.size(), 3u);
  EXPECT_EQ(made.power_on, Places{2});
  EXPECT_EQ(made.power_off, Places{2});
}

// v0 and v1 are to change sites, for which there is no room on the way, and v2 is to follow v0.
TEST(Plan, WhoIsStuckKeepsThoseOfItsConstraintsAndNobodyElse) {
  test::States world;
  world.site("t");
  world.vm(4, world.host(4));
  world.vm(4, world.host(4, 1));
  world.vm(1, world.host(1));
  world.vm(1, world.host(1));
  world.host(1);
  world.host(1, 1);
  world.pin(0, 1);
  world.pin(1, 0);
  world.constrain(ConstraintKind::kTogether, {0, 2});
  world.state.constraints.back().scope = Scope::kSite;
  world.state.hosts[3].is_in_maintenance = true;
  world.state.constraints.push_back({.kind = ConstraintKind::kPin, .vms = {3}, .hosts = {3, 4}});
  const Plan made = plan(world.state);
  EXPECT_EQ(made.places, (Places{0, 1, 2, 4}));
  EXPECT_EQ(made.obstacles.size(), 2u);
}

TEST(Plan, AHostThatHasBecomeTooSmallIsRelieved) {
  test::States world(Objective::kCost);
  world.host(8);
  world.host(8);
  for (int i = 0; i < 4; ++i) world.vm(2, 0);
  world.state.hosts[0].cores = 4;
  const Plan made = plan(world.state);
  EXPECT_EQ(std::ranges::count(made.places, 1U), 2);
  EXPECT_TRUE(made.obstacles.empty());
}

TEST(Plan, HardApartAndTogetherHold) {
  test::States world;
  for (int i = 0; i < 3; ++i) world.vm(2, world.host(8));
  world.constrain(ConstraintKind::kApart, {0, 1});
  world.constrain(ConstraintKind::kTogether, {1, 2});
  const Plan made = plan(world.state);
  EXPECT_NE(made.places[0], made.places[1]);
  EXPECT_EQ(made.places[1], made.places[2]);
}

TEST(Plan, ALaterObjectiveIsNotServedAtTheExpenseOfAnEarlierOne) {
  test::States world;
  for (int i = 0; i < 2; ++i) world.vm(2, world.host(6));
  world.state.objectives = {Objective::kUseOfResources, Objective::kBalance};
  EXPECT_EQ(plan(world.state).power_off.size(), 1u);
  world.state.objectives = {Objective::kBalance, Objective::kUseOfResources};
  EXPECT_TRUE(plan(world.state).steps.empty());
}

}  // namespace
}  // namespace attune::placement
