// SPDX-License-Identifier: Apache-2.0
#include "runtime/traffic/group_watch.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/traffic/small_matrix.h"

namespace attune::traffic {
namespace {

using attune::test::matrix_of;
using attune::test::Sent;

// vm1 to vm4, of which two pairs talk.
const std::vector<Sent> kPairs = {{"vm1", "vm2", 10, 1000}, {"vm3", "vm4", 10, 1000}};
const std::vector<Sent> kOthers = {{"vm1", "vm3", 10, 1000}, {"vm2", "vm4", 10, 1000}};

class GroupWatchTest : public ::testing::Test {
 protected:
  void take(const std::vector<Sent>& sent, std::vector<std::string> missing = {}) {
    Joined joined{.period = {30 * ++number_, 30}, .matrix = matrix_of(sent)};
    joined.matrix.missing = std::move(missing);
    watch_.take(joined);
  }
  void take_all(size_t times, const std::vector<Sent>& sent) {
    for (size_t i = 0; i < times; ++i) take(sent);
  }
  // The groups where they have changed, else "-".
  std::string change() { return watch_.take_change() ? to_text(watch_.groups()) : "-"; }

  int64_t number_ = 0;
  GroupWatch watch_{{}, {.periods = 3}};
};

TEST_F(GroupWatchTest, TellsOfTheFirstGroupsOnceTheyHaveHeld) {
  take_all(2, kPairs);
  EXPECT_EQ(change(), "-");
  take(kPairs);
  EXPECT_EQ(change(), "vm1 vm2; vm3 vm4");
  take_all(5, kPairs);
  EXPECT_EQ(change(), "-");
}

TEST_F(GroupWatchTest, TellsOfEachChangeOnce) {
  take_all(3, kPairs);
  EXPECT_EQ(change(), "vm1 vm2; vm3 vm4");
  take_all(2, kOthers);
  EXPECT_EQ(change(), "-");
  take(kOthers);
  EXPECT_EQ(change(), "vm1 vm3; vm2 vm4");
  take_all(5, kOthers);
  EXPECT_EQ(change(), "-");
}

TEST_F(GroupWatchTest, TellsOfNothingWhereOnePeriodDiffered) {
  take_all(3, kPairs);
  EXPECT_EQ(change(), "vm1 vm2; vm3 vm4");
  for (int i = 0; i < 5; ++i) {
    take_all(2, kOthers);
    take(kPairs);
    EXPECT_EQ(change(), "-");
  }
}

TEST_F(GroupWatchTest, TellsOfNothingWhereAChangeWasTakenBackBeforeItWasAsked) {
  take_all(3, kPairs);
  EXPECT_EQ(change(), "vm1 vm2; vm3 vm4");
  take_all(3, kOthers);
  take_all(3, kPairs);
  EXPECT_EQ(change(), "-");
}

TEST_F(GroupWatchTest, LeavesOutWhoIsAlone) {
  std::vector<Sent> sent = kPairs;
  sent.push_back({"vm5", "vm5", 1, 1});
  take_all(3, sent);
  EXPECT_EQ(change(), "vm1 vm2; vm3 vm4");
  take_all(3, {{"vm1", "vm2", 10, 1000}, {"vm3", "vm3", 1, 1}});
  EXPECT_EQ(change(), "vm1 vm2");
  take_all(3, {{"vm1", "vm1", 1, 1}});
  EXPECT_EQ(change(), "") << "everyone is alone";
}

TEST_F(GroupWatchTest, PassesOverAPeriodThatIsToldAgainOrComesLate) {
  take_all(3, kPairs);
  EXPECT_EQ(change(), "vm1 vm2; vm3 vm4");
  for (int i = 0; i < 5; ++i) {
    number_ = 1;
    take(kOthers);
  }
  EXPECT_EQ(change(), "-");
}

// What vm1 exchanges with vm2 is as much as with vm3; half of it reaches vm1, and that is missing.
TEST_F(GroupWatchTest, HoldsAPairTogetherOfWhichAPartIsMissing) {
  const std::vector<Sent> whole = {
      {"vm2", "vm1", 10, 1000}, {"vm1", "vm2", 10, 1000}, {"vm1", "vm3", 20, 2000}};
  take_all(3, whole);
  EXPECT_EQ(change(), "vm1 vm2 vm3");
  std::vector<Sent> half = whole;
  half.erase(half.begin());
  for (int i = 0; i < 10; ++i) take(half, {"vm1"});
  EXPECT_EQ(change(), "-");
  take_all(3, half);
  EXPECT_EQ(change(), "vm1 vm3") << "now nothing is missing";
}

TEST(GroupTextTest, NamesAsManyGroupsAsAShortTextHolds) {
  EXPECT_EQ(to_text(MachineGroups{}), "");
  EXPECT_EQ(to_text(MachineGroups{{"a", "b"}, {"c", "d", "e"}}), "a b; c d e");
  const MachineGroups many(1000, {"machine1", "machine2"});
  const std::string text = to_text(many);
  EXPECT_LE(text.size(), kMostGroupText + 20);
  EXPECT_THAT(text, ::testing::EndsWith("machine1 machine2; and 895 more"));
}

}  // namespace
}  // namespace attune::traffic
