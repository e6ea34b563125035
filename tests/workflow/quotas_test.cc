// SPDX-License-Identifier: Apache-2.0
#include "runtime/workflow/quotas.h"

#include <map>
#include <random>

#include <gtest/gtest.h>

namespace attune::workflow {
namespace {

Slot of_class(uint32_t of, uint32_t limit = 1) {
  return {Slot::Kind::kClass, of, limit};
}
Slot of_host(uint32_t of, uint32_t limit = 1) {
  return {Slot::Kind::kHost, of, limit};
}

class QuotasTest : public ::testing::Test {
 protected:
  bool take(RunId run, const std::vector<Slot>& slots) { return !quotas_.take({0, run}, slots, may_go_); }
  void leave(RunId run) { quotas_.leave(run, may_go_); }

  // Runs come and end in any order, until all have had their turn.
  void storm(unsigned seed) {
    std::mt19937 dice(seed);
    std::map<RunId, std::vector<Slot>> waiting, going_on;
    const auto below = [&](uint32_t n) { return static_cast<uint32_t>(dice() % n); };
    const auto ask = [&](RunId run) {
      if (!take(run, waiting.at(run))) return;
      going_on.insert(waiting.extract(run));
    };
    for (RunId next = 1; next <= 2000 || !waiting.empty() || !going_on.empty();) {
      if (next <= 2000 && below(2) == 0) {
        waiting[next] = {of_class(below(3), 2), of_host(below(4), 2), {Slot::Kind::kAll, 0, 5}};
        ask(next++);
      } else if (!going_on.empty()) {
        const auto ends = std::next(going_on.begin(), below(static_cast<uint32_t>(going_on.size())));
        leave(ends->first);
        going_on.erase(ends);
      } else {
        ASSERT_TRUE(waiting.empty()) << "nobody goes on, and they wait for each other";
      }
      while (!may_go_.empty()) {
        const Turn turn = may_go_.extract(may_go_.begin()).value();
        if (waiting.contains(turn.run)) ask(turn.run);
      }
      std::map<std::pair<Slot::Kind, uint32_t>, uint32_t> used;
      for (const auto& [run, slots] : going_on)
        for (const Slot& slot : slots) ASSERT_LE(++used[std::pair(slot.kind, slot.of)], slot.limit);
    }
  }

  Quotas quotas_;
  std::set<Turn> may_go_;
};

TEST_F(QuotasTest, ASlotThatFallsFreeIsOfferedToTheFirst) {
  EXPECT_TRUE(take(1, {of_class(1)}));
  EXPECT_FALSE(take(3, {of_class(1)}));
  EXPECT_FALSE(take(2, {of_class(1)}));
  leave(1);
  EXPECT_EQ(may_go_, (std::set<Turn>{{0, 2}}));
  EXPECT_FALSE(take(3, {of_class(1)})) << "it is the other's turn";
  EXPECT_TRUE(take(2, {of_class(1)}));
}

TEST_F(QuotasTest, WhatARunHasItKeepsWhileItWaitsForTheNext) {
  EXPECT_TRUE(take(1, {of_class(1), of_host(1)}));
  EXPECT_FALSE(take(2, {of_class(2), of_host(1)}));
  EXPECT_FALSE(take(3, {of_class(2), of_host(2)})) << "else that could go on for ever";
  leave(1);
  EXPECT_TRUE(take(2, {of_class(2), of_host(1)}));
}

TEST_F(QuotasTest, WhoNeedsOtherSlotsNowGivesBackTheOld) {
  EXPECT_TRUE(take(1, {of_host(1)}));
  EXPECT_FALSE(take(2, {of_class(1), of_host(1)}));
  EXPECT_TRUE(take(2, {of_host(2)}));
  EXPECT_TRUE(take(3, {of_class(1)}));
}

TEST_F(QuotasTest, AllHaveTheirTurnAndNoLimitIsExceeded) {
  for (unsigned seed = 1; seed <= 3; ++seed) storm(seed);
}

}  // namespace
}  // namespace attune::workflow
