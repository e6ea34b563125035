// SPDX-License-Identifier: Apache-2.0
#include "runtime/placement/sequence.h"

#include <gtest/gtest.h>

#include "tests/placement/states.h"

namespace attune::placement {
namespace {

class OrderMoves : public ::testing::Test {
 protected:
  Sequence order(const std::vector<Index>& places) const {
    return order_moves(Problem(world_.state), places, false);
  }
  test::States world_;
};

TEST_F(OrderMoves, IndependentMovesGoInOneStep) {
  for (int i = 0; i < 4; ++i) world_.host(4);
  world_.vm(4, 0);
  world_.vm(4, 1);
  const Sequence sequence = order({2, 3});
  ASSERT_EQ(sequence.steps.size(), 1u);
  EXPECT_EQ(sequence.steps[0].size(), 2u);
}

TEST_F(OrderMoves, AMoveWaitsForTheRoomThatAnotherLeaves) {
  for (int i = 0; i < 3; ++i) world_.host(4);
  world_.vm(4, 0);
  world_.vm(4, 1);
  const Sequence sequence = order({1, 2});
  ASSERT_EQ(sequence.steps.size(), 2u);
  EXPECT_EQ(sequence.steps[0][0].vm, 1u);
}

TEST_F(OrderMoves, ASwapIsBrokenWithATemporaryPlace) {
  for (int i = 0; i < 3; ++i) world_.host(4);
  world_.vm(4, 0);
  world_.vm(4, 1);
  const Sequence sequence = order({1, 0});
  ASSERT_EQ(sequence.steps.size(), 3u);
  EXPECT_EQ(sequence.steps[0][0].kind, MoveKind::kDetour);
  EXPECT_EQ(sequence.steps[0][0].to, 2u);
  EXPECT_TRUE(sequence.stuck.empty());
}

TEST_F(OrderMoves, ASwapWithoutATemporaryPlaceIsStuck) {
  world_.host(4);
  world_.host(4);
  world_.vm(4, 0);
  world_.vm(4, 1);
  const Sequence sequence = order({1, 0});
  EXPECT_TRUE(sequence.steps.empty());
  EXPECT_EQ(sequence.stuck.size(), 2u);
}

TEST_F(OrderMoves, WhatMustBeApartNeverMeetsOnTheWay) {
  for (int i = 0; i < 3; ++i) world_.host(8);
  world_.vm(1, 0);
  world_.vm(1, 1);
  world_.constrain(ConstraintKind::kApart, {0, 1});
  const Sequence sequence = order({1, 2});
  ASSERT_EQ(sequence.steps.size(), 2u);
  EXPECT_EQ(sequence.steps[0][0].vm, 1u);
}

TEST_F(OrderMoves, NoMoreMigrationsShareAHostThanAreMeantTo) {
  world_.host(16);
  world_.host(16);
  for (int i = 0; i < 5; ++i) world_.vm(1, 0);
  const Sequence sequence = order({1, 1, 1, 1, 1});
  ASSERT_EQ(sequence.steps.size(), 3u);
  EXPECT_EQ(sequence.steps[0].size(), kMovesPerHost);
  EXPECT_GT(sequence.steps[0][0].predicted.duration, 1.9 * sequence.steps[2][0].predicted.duration);
}

TEST_F(OrderMoves, TheBudgetHoldsForTemporaryPlacesToo) {
  for (int i = 0; i < 3; ++i) world_.host(4);
  world_.vm(4, 0);
  world_.vm(4, 1);
  world_.state.budget = 2;
  EXPECT_EQ(order({1, 0}).stuck.size(), 2u);
}

}  // namespace
}  // namespace attune::placement
