// SPDX-License-Identifier: Apache-2.0
// The proof of small cases against all placements there are.
#include "runtime/placement/exact.h"

#include <gtest/gtest.h>

#include "runtime/placement/bound.h"
#include "runtime/placement/tally.h"
#include "tests/placement/states.h"

namespace attune::placement {
namespace {

// Each VM everywhere.
class BruteForce {
 public:
  explicit BruteForce(const Problem& problem) : problem_(problem), tally_(problem), best_(tally_.score()) {
    for (Index vm = 0; vm < problem.vms(); ++vm) tally_.place_at(vm, kNowhere);
    next(0);
  }
  const Score& best() const { return best_; }

 private:
  void next(Index vm) {
    if (vm == problem_.vms()) {
      const auto& budget = problem_.state().budget;
      if ((!budget || tally_.moves() <= *budget) && is_better(tally_.score(), best_)) best_ = tally_.score();
      return;
    }
    if (problem_.now(vm) == kNowhere) next(vm + 1);
    for (Index host = 0; host < problem_.hosts(); ++host) {
      if (!problem_.may_be(vm, host) || !(tally_.load(host) + problem_.size(vm)).fits(problem_.room(host)))
        continue;
      tally_.place_at(vm, host);
      next(vm + 1);
      tally_.place_at(vm, kNowhere);
    }
  }

  const Problem& problem_;
  Tally tally_;
  Score best_;
};

class RandomCase : public ::testing::TestWithParam<uint64_t> {};

TEST_P(RandomCase, IsSolvedAsWellAsByTryingAll) {
  const State state = test::random_state(GetParam(), 6);
  const Problem problem(state);
  const Proof proof = prove(problem, search(problem, 300, 1), 1'000'000);
  const BruteForce all(problem);
  EXPECT_TRUE(proof.is_proven);
  EXPECT_EQ(compare(proof.best.score, all.best()), std::weak_ordering::equivalent);
}

TEST_P(RandomCase, IsNotBetterThanItsBound) {
  const State state = test::random_state(GetParam(), 6);
  const Problem problem(state);
  const Score best = BruteForce(problem).best();
  if (best[kHardLevel] >= 1) return;  // the bound is one of placements of all
  for (const Objective objective : state.objectives) {
    const double value = best[problem.level_of(objective)];
    EXPECT_LE(bound_of(problem, objective).value, value * (1 + 1e-9) + 1e-9) << name_of(objective);
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, RandomCase, ::testing::Range<uint64_t>(0, 120));

TEST(Prove, GivesUpWhenItsWorkIsUsedUp) {
  const State state = test::random_state(5, 12);
  const Problem problem(state);
  EXPECT_FALSE(prove(problem, search(problem, 10, 1), 1).is_proven);
}

}  // namespace
}  // namespace attune::placement
