// SPDX-License-Identifier: Apache-2.0
#include "runtime/traffic/stable_groups.h"

#include <gtest/gtest.h>

#include "tests/traffic/dice.h"

namespace attune::traffic {
namespace {

using Names = std::vector<std::string>;

Groups grouped(const std::vector<Names>& groups) {
  Groups found;
  for (const Names& machines : groups) {
    if (machines.size() == 1) {
      found.alone.push_back(machines.front());
    } else {
      found.groups.push_back({machines, {}, {}, 0});
    }
  }
  return found;
}

class StableGroupsTest : public ::testing::Test {
 protected:
  // Takes the same groups in several times; what changed, and when.
  std::string take(const std::vector<Names>& groups, int times = 1, const Names& uncertain = {}) {
    std::string told;
    for (int i = 0; i < times; ++i)
      for (const Regroup& change : take_period(state_, grouped(groups), uncertain, {}))
        told += to_text(change) + "\n";
    return told;
  }

  std::vector<Names> held() const {
    std::vector<Names> all;
    for (const HeldGroup& group : held_groups(state_)) all.push_back(group.machines);
    return all;
  }

  StableGroups state_;
};

const std::vector<Names> kPairs = {{"a", "b"}, {"c", "d"}};
const std::vector<Names> kCrossed = {{"a", "c"}, {"b", "d"}};

TEST_F(StableGroupsTest, EveryoneBeginsAlone) {
  EXPECT_EQ(take(kPairs, 2), "");
  EXPECT_TRUE(held().empty());
  EXPECT_EQ(take(kPairs), "a joined b\nb joined a\nc joined d\nd joined c\n");
  EXPECT_EQ(held(), kPairs);
}

TEST_F(StableGroupsTest, ALastingChangeIsTakenAfterThreePeriods) {
  take(kPairs, 3);
  EXPECT_EQ(take(kCrossed, 2), "");
  EXPECT_EQ(take(kCrossed), "b left a for d\nc left d for a\n");
  EXPECT_EQ(held(), kCrossed);
}

TEST_F(StableGroupsTest, OneOddPeriodNeverChangesAnything) {
  take(kPairs, 3);
  for (const auto& odd : std::vector<std::vector<Names>>{
           kCrossed, {{"a", "b", "c", "d"}}, {{"a"}, {"b"}, {"c"}, {"d"}}, {{"a", "b", "c"}, {"d"}}, {}}) {
    for (int i = 0; i < 5; ++i) {
      EXPECT_EQ(take(odd), "");
      EXPECT_EQ(take(kPairs), "");
    }
  }
  EXPECT_EQ(held(), kPairs);
}

TEST_F(StableGroupsTest, AGroupThatSplitsKeepsItsNumberInOnePart) {
  take({{"a", "b", "c", "d"}}, 3);
  const GroupId whole = held_groups(state_).front().id;
  EXPECT_EQ(take(kPairs, 3), "c left a, b, d for d\nd left a, b, c for c\n");
  EXPECT_EQ(held_groups(state_).front(), (HeldGroup{whole, {"a", "b"}}));
}

TEST_F(StableGroupsTest, TwoGroupsThatMergeBecomeOneOfThem) {
  take(kPairs, 3);
  EXPECT_EQ(take({{"a", "b", "c", "d"}}, 3), "c left d for a, b, d\nd left c for a, b, c\n");
}

TEST_F(StableGroupsTest, WhoTalksToNobodyAnyMoreIsAlone) {
  take(kPairs, 3);
  EXPECT_EQ(take({{"a", "b"}, {"c"}, {"d"}}, 3), "c left d\nd left c\n");
}

TEST_F(StableGroupsTest, OneMachineThatIsRestlessDoesNotHoldUpTheOthers) {
  take({{"a", "b"}, {"c", "d"}, {"e"}}, 3);
  EXPECT_EQ(take({{"a", "c", "e"}, {"b", "d"}}), "");
  EXPECT_EQ(take({{"a", "c"}, {"b", "d", "e"}}), "");
  EXPECT_EQ(take({{"a", "c"}, {"b", "d"}, {"e"}}), "a left b for c\nd left c for b\n");
}

TEST_F(StableGroupsTest, APeriodInWhichAMachineIsUncertainDoesNotCountForIt) {
  take(kPairs, 3);
  EXPECT_EQ(take({{"a"}, {"b"}, {"c"}, {"d"}}, 5, {"a", "b", "c", "d"}), "");
  take(kCrossed, 2);
  EXPECT_EQ(take(kPairs, 1, {"b", "c"}), "");
  EXPECT_EQ(take(kCrossed), "b left a for d\nc left d for a\n");
}

TEST_F(StableGroupsTest, WhoIsGoneForLongEnoughIsForgotten) {
  take(kPairs, 3);
  EXPECT_EQ(take({{"a", "b"}, {"c"}}, 2), "");
  EXPECT_EQ(take({{"a", "b"}, {"c"}}), "c left d\nd left c\n");
  EXPECT_EQ(state_.machines.size(), 3u);
}

TEST_F(StableGroupsTest, ANumberIsNeverGivenTwice) {
  take(kPairs, 3);
  const GroupId most = held_groups(state_).back().id;
  take({{"a"}, {"b"}, {"c"}, {"d"}}, 3);
  take(kPairs, 3);
  EXPECT_GT(held_groups(state_).front().id, most);
}

TEST_F(StableGroupsTest, RemembersNothingOfWhatHasPassed) {
  take(kPairs, 3);
  const StableGroups before = state_;
  take(kCrossed);
  take({{"a", "b", "c"}, {"d"}});
  take(kPairs);
  state_.next = before.next;
  for (size_t i = 0; i < state_.machines.size(); ++i) state_.machines[i].other = before.machines[i].other;
  EXPECT_EQ(state_, before);
}

TEST(StabilitySettingsTest, NoPeriodAtAllIsRefused) {
  EXPECT_TRUE(check(StabilitySettings{}));
  EXPECT_EQ(check(StabilitySettings{0}).error().message,
            "periods is 0: a change of groups needs at least 1 period");
}

// Groups of machines of which each one is now and then found somewhere at random.
std::vector<Names> noisy(test::Dice& dice, unsigned groups, unsigned size, double noise) {
  std::vector<Names> all(groups);
  for (unsigned i = 0; i < groups * size; ++i) {
    const bool is_astray = dice.falls(noise);
    all[is_astray ? dice.below(groups) : i / size].push_back("vm" + std::to_string(1000 + i));
  }
  std::erase_if(all, [](const Names& names) { return names.empty(); });
  return all;
}

TEST(StableGroupsNoise, DoesNotMakeGroupsFlap) {
  for (unsigned seed = 1; seed <= 20; ++seed) {
    test::Dice dice(seed);
    StableGroups state;
    const StabilitySettings settings{4};
    for (int i = 0; i < 4; ++i) take_period(state, grouped(noisy(dice, 5, 6, 0)), {}, settings);
    ASSERT_EQ(held_groups(state).size(), 5u);
    size_t changes = 0;
    for (int i = 0; i < 200; ++i)
      changes += take_period(state, grouped(noisy(dice, 5, 6, 0.05)), {}, settings).size();
    EXPECT_EQ(changes, 0u) << seed;
  }
}

}  // namespace
}  // namespace attune::traffic
