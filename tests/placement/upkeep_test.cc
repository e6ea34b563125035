// SPDX-License-Identifier: Apache-2.0
#include "runtime/placement/upkeep.h"

#include <gtest/gtest.h>

#include "tests/placement/states.h"

namespace attune::placement {
namespace {

using test::States;

State moved(State state, const Plan& plan) {
  for (size_t vm = 0; vm < state.vms.size(); ++vm) state.vms[vm].host = plan.places[vm];
  return state;
}

// Together 3 cores, with a deviation of 0.71 around them.
struct TwoOnFour {
  TwoOnFour() {
    states.host(4), states.host(4);
    states.vm(1, 0), states.vm(1, 0);
  }
  States states;
  std::vector<Demand> demands{{1.5, 0.25}, {1.5, 0.25}};
};

TEST(Upkeep, AHostIsOverloadedByTheRisk) {
  TwoOnFour two;
  EXPECT_TRUE(overloads(two.states.state, two.demands, 0.2).empty());
  EXPECT_EQ(overloads(two.states.state, two.demands, 0.05), std::vector<Index>{0});
}

TEST(Upkeep, WhatOthersTakeIsNotThere) {
  TwoOnFour two;
  two.states.state.hosts[0].free_cores = 1;  // beside the two that the VMs have
  EXPECT_EQ(overloads(two.states.state, two.demands, 0.45), std::vector<Index>{0});
}

TEST(Upkeep, OthersHaveTheirPartOfWhatIsPromised) {
  TwoOnFour two;
  two.states.state.hosts[0].cpu_overcommit = 2;
  two.states.state.hosts[0].free_cores =
      4;  // the VMs have two: others have two of eight promised, so one of four
  EXPECT_EQ(overloads(two.states.state, two.demands, 0.45), std::vector<Index>{0});
}

TEST(Upkeep, NothingIsDoneWhereNobodyWillHaveTooLittle) {
  TwoOnFour two;
  EXPECT_FALSE(relieve(two.states.state, two.demands));
}

TEST(Upkeep, OnlyVmsOfTheOverloadedHostMove) {
  States states;
  states.host(4), states.host(4), states.host(4);
  states.vm(1, 0), states.vm(1, 0), states.vm(1, 1), states.vm(1, 2);
  const std::vector<Demand> demands{{3, 0}, {3, 0}, {0.5, 0}, {0.5, 0}};
  const auto plan = relieve(states.state, demands);
  ASSERT_TRUE(plan);
  EXPECT_TRUE(overloads(moved(states.state, *plan), demands, 0.03).empty());
  EXPECT_NE(plan->places[0], plan->places[1]);
  EXPECT_EQ(plan->places[2], 1U);
  EXPECT_EQ(plan->places[3], 2U);
}

TEST(Upkeep, NothingIsDoneWhereThereIsNoRoom) {
  States states;
  states.host(4);
  states.vm(1, 0), states.vm(1, 0);
  EXPECT_FALSE(relieve(states.state, {{3, 0}, {3, 0}}));
}

TEST(Upkeep, HostsAreEmptiedIfThatIsWorthTheMoves) {
  States states;
  states.host(4), states.host(4), states.host(4);
  states.vm(1, 0), states.vm(1, 1), states.vm(1, 2);
  const std::vector<Demand> demands{{1, 0}, {1, 0}, {1, 0}};
  const auto plan = consolidate(states.state, demands);
  ASSERT_TRUE(plan);
  EXPECT_EQ(plan->power_off.size(), 2U);
  EXPECT_FALSE(consolidate(states.state, demands, {.moves_for_a_host = 0.9}));
}

TEST(Upkeep, WhoVariesNeedsMoreRoom) {
  States states;
  states.host(4), states.host(4);
  states.vm(1, 0), states.vm(1, 1);
  EXPECT_TRUE(consolidate(states.state, {{1.5, 0}, {1.5, 0}}));
  EXPECT_FALSE(consolidate(states.state, {{1.5, 0.5}, {1.5, 0.5}}));
}

// The planner adds what does not add up: that it errs on the safe side is what the sizes are for.
TEST(Upkeep, NoHostIsFilledBeyondTheRisk) {
  for (uint64_t seed = 1; seed <= 20; ++seed) {
    Random random(seed);
    States states;
    std::vector<Demand> demands;
    for (int i = 0; i < 30; ++i) states.host(4 + static_cast<double>(random.below(4)));
    for (Index i = 0; i < 60; ++i) {
      states.vm(0.1, i % 30);
      const double mean = static_cast<double>(random.below(100)) / 100;
      demands.push_back({mean, mean * static_cast<double>(random.below(100)) / 400});
    }
    Upkeep upkeep;
    upkeep.search.work = 20'000;
    const auto plan = consolidate(states.state, demands, upkeep);
    ASSERT_TRUE(plan) << seed;
    EXPECT_TRUE(overloads(moved(states.state, *plan), demands, upkeep.fill_risk).empty()) << seed;
  }
}

TEST(Upkeep, AMoveToAnIdleHostFreesNobody) {
  // The second host costs less, and is on: it is fuller than before, and the first one empty.
  States states(Objective::kCost);
  states.host(4), states.host(4);
  states.state.hosts[0].price = 2, states.state.hosts[1].price = 1;
  states.vm(1, 0);
  EXPECT_FALSE(consolidate(states.state, {{1, 0}}));
}

TEST(Upkeep, WhatIsPromisedBeyondTheCoresThatThereAreIsNotThere) {
  TwoOnFour two;
  two.states.state.hosts[0].cpu_overcommit = 4;
  EXPECT_EQ(overloads(two.states.state, two.demands, 0.05), std::vector<Index>{0});
}

TEST(Upkeep, FasterCoresDoMore) {
  TwoOnFour two;
  two.states.state.hosts[0].core_speed = 2;
  EXPECT_TRUE(overloads(two.states.state, two.demands, 0.05).empty());
}

}  // namespace
}  // namespace attune::placement
