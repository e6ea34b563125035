// SPDX-License-Identifier: Apache-2.0
// What holds of every plan, on random states.
#include <algorithm>

#include <gtest/gtest.h>

#include "runtime/placement/check.h"
#include "runtime/placement/plan_json.h"
#include "runtime/placement/tally.h"
#include "tests/placement/states.h"

namespace attune::placement {
namespace {

class RandomPlan : public ::testing::TestWithParam<uint64_t> {
 protected:
  RandomPlan() : state_(test::random_state(GetParam(), 12)), problem_(state_), made_(plan(state_, kShort)) {}

  static inline const Options kShort{.work = 5000, .nodes = 20000};
  const State state_;
  const Problem problem_;
  const Plan made_;
};

TEST_P(RandomPlan, IsOfASoundState) {
  EXPECT_TRUE(check(state_).empty());
}

// Until a step has ended, its VMs count on both hosts: so it is with any order of their ends.
TEST_P(RandomPlan, NeverExceedsACapacity) {
  std::vector<Index> at;
  std::vector<Size> load(problem_.hosts());
  for (Index vm = 0; vm < problem_.vms(); ++vm) {
    at.push_back(problem_.now(vm));
    if (at[vm] != kNowhere) load[at[vm]] += problem_.size(vm);
  }
  for (const auto& step : made_.steps) {
    for (const auto& [move, reason] : step) {
      EXPECT_EQ(at[move.vm], move.from);
      EXPECT_TRUE(problem_.may_be(move.vm, move.to));
      EXPECT_FALSE(reason.empty());
      load[move.to] += problem_.size(move.vm);
      at[move.vm] = move.to;
    }
    for (Index host = 0; host < problem_.hosts(); ++host) EXPECT_TRUE(load[host].fits(problem_.room(host)));
    for (const auto& [move, reason] : step)
      if (move.from != kNowhere) load[move.from] -= problem_.size(move.vm);
  }
  EXPECT_EQ(at, made_.places);
}

TEST_P(RandomPlan, KeepsItsBudgetAndLeavesInPeaceWhoMayNotMove) {
  size_t moves = 0;
  for (const auto& step : made_.steps)
    for (const auto& [move, reason] : step) {
      moves += move.from != kNowhere;
      EXPECT_FALSE(problem_.is_fixed(move.vm));
    }
  if (state_.budget) {
    EXPECT_LE(moves, *state_.budget);
  }
}

TEST_P(RandomPlan, SaysWhatItCouldNotKeep) {
  Tally tally(problem_);
  tally.restore(made_.places);
  EXPECT_EQ(tally.score()[kHardLevel] > 1e-6, !made_.obstacles.empty());
}

// The first objective that changes gets better, unless something that counts more did.
TEST_P(RandomPlan, GainsWhatItsMovesCost) {
  Tally stay(problem_), then(problem_);
  then.restore(made_.places);
  if (!made_.is_comparable) return;
  for (const size_t level : {kHardLevel, kSoftLevel})
    if (!is_equal(stay.score()[level], then.score()[level])) return;
  for (const Change& change : made_.changes) {
    if (is_equal(change.before, change.after + change.own_cost)) continue;
    EXPECT_GT(change.gain(), 0);
    return;
  }
}

TEST_P(RandomPlan, IsTheSameEachTime) {
  EXPECT_EQ(json_of(made_, state_), json_of(plan(state_, kShort), state_));
}

TEST_P(RandomPlan, LeavesNothingToBePlanned) {
  if (!made_.is_proven || state_.budget || !made_.obstacles.empty()) return;
  State then = state_;
  for (Index vm = 0; vm < then.vms.size(); ++vm) then.vms[vm].host = made_.places[vm];
  for (Host& host : then.hosts) host.is_on = true;
  const Plan again = plan(then, kShort);
  EXPECT_TRUE(again.steps.empty());
}

INSTANTIATE_TEST_SUITE_P(Seeds, RandomPlan, ::testing::Range<uint64_t>(0, 150));

}  // namespace
}  // namespace attune::placement
