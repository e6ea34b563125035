// SPDX-License-Identifier: Apache-2.0
// Which period is counted, and when it ends: with clocks that are set, and a sensor that sleeps over a
// border.
#include "probes/traffic/period.h"

#include <gtest/gtest.h>

namespace attune::probes {
namespace {

constexpr std::int64_t kSecond = 1'000'000'000;
constexpr std::int64_t kBoot = 1000 * kSecond;  // the monotonic clock at the wall's 0

Moment at(std::int64_t wall, std::int64_t set_by = 0) {
  return {(wall + set_by) * kSecond, kBoot + wall * kSecond};
}

TEST(Schedule, BeginsWithAPartOfThePeriodThatItIsIn) {
  const Schedule schedule(30, at(70));
  EXPECT_EQ(schedule.current(), (Period{60, 30, true}));
  EXPECT_EQ(schedule.border(), kBoot + 90 * kSecond);
}

TEST(Schedule, BeginsWholeOnABorder) {
  EXPECT_EQ(Schedule(30, at(90)).current(), (Period{90, 30, false}));
}

TEST(Schedule, PeriodsFollowOneAnother) {
  Schedule schedule(30, at(70));
  EXPECT_EQ(schedule.next(at(90)), (Period{60, 30, true}));
  EXPECT_EQ(schedule.current(), (Period{90, 30, false}));
  EXPECT_EQ(schedule.next({120 * kSecond + 5, kBoot + 120 * kSecond + 5}), (Period{90, 30, false}));
  EXPECT_EQ(schedule.border(), kBoot + 150 * kSecond);
}

TEST(Schedule, FollowsAClockThatDrifts) {
  Schedule schedule(30, at(90));
  schedule.look({100 * kSecond + 50'000'000, kBoot + 100 * kSecond});
  EXPECT_EQ(schedule.border(), kBoot + 120 * kSecond - 50'000'000);
  EXPECT_FALSE(schedule.current().is_part);
}

TEST(Schedule, AClockThatIsSetForwardEndsThePeriod) {
  Schedule schedule(30, at(90));
  schedule.look(at(100, 45));
  EXPECT_LT(schedule.border(), at(100).monotonic);
  EXPECT_EQ(schedule.next(at(100, 45)), (Period{90, 30, true}));
  EXPECT_EQ(schedule.current().start, 120);
}

TEST(Schedule, AClockThatIsSetBackTellsNoPeriodTwice) {
  Schedule schedule(30, at(90));
  schedule.look(at(100, -60));
  EXPECT_EQ(schedule.border(), at(180).monotonic) << "the wall is at 120 then";
  EXPECT_EQ(schedule.next(at(180, -60)), (Period{90, 30, true}));
  EXPECT_EQ(schedule.current(), (Period{120, 30, false}));
}

TEST(Schedule, WhatWasSleptOverIsAPartOfThePeriodOfWaking) {
  Schedule schedule(30, at(90));
  EXPECT_EQ(schedule.next(at(215)), (Period{90, 30, false}));
  EXPECT_EQ(schedule.current(), (Period{210, 30, true}));
}

TEST(ParsePeriod, TakesWhatDividesTheDay) {
  EXPECT_EQ(parse_period("1s"), 1);
  EXPECT_EQ(parse_period("30s"), 30);
  EXPECT_EQ(parse_period("5min"), 300);
  EXPECT_EQ(parse_period("1h"), 3600);
}

TEST(ParsePeriod, RefusesTheRest) {
  for (const char* text :
       {"", "s", "0s", "7s", "-30s", "30", "2h", "61min", "30s ", "1.5s", "99999999999999999999s"})
    EXPECT_EQ(parse_period(text), std::nullopt) << text;
}

}  // namespace
}  // namespace attune::probes
