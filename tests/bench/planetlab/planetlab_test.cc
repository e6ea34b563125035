// SPDX-License-Identifier: Apache-2.0
#include <cmath>

#include <gtest/gtest.h>

#include "tests/bench/planetlab/heuristics.h"
#include "tests/bench/planetlab/statistics.h"
#include "tests/bench/planetlab/upkeep_policy.h"
#include "tests/support/temp_dir.h"

namespace attune::planetlab {
namespace {

Trace steady(double use) {
  Trace trace;
  trace.use.fill(use);
  return trace;
}

// A VM of each type, all half busy: 1250, 1000, 500 and 250 MIPS.
std::vector<Trace> four() {
  return std::vector<Trace>(4, steady(0.5));
}

// --- the account ---

TEST(PlanetLab, PowerLiesOnALineBetweenTheTablesValues) {
  EXPECT_DOUBLE_EQ(kHostTypes[0].power(0), 86);
  EXPECT_DOUBLE_EQ(kHostTypes[0].power(0.05), 87.7);
  EXPECT_DOUBLE_EQ(kHostTypes[1].power(0.97), 134.4);
  EXPECT_DOUBLE_EQ(kHostTypes[1].power(1), 135);
}

TEST(PlanetLab, EnergyIsTheMeanOfBothEndsAndNothingFromOff) {
  Account account(1, 0);
  account.spend(kHostTypes[0], 0.1, 0.2, 3600);
  account.spend(kHostTypes[0], 0, 0.2, 3600);
  EXPECT_DOUBLE_EQ(account.figures().kwh, 0.091);
}

TEST(PlanetLab, OverloadIsAShareOfTheActiveTime) {
  Account account(3, 0);
  account.note_host(0, 100, 100);
  account.note_host(1, 50, 80);
  account.note_host(2, 0, 0);
  account.pass(300);
  account.note_host(1, 80, 80);
  account.pass(100);
  EXPECT_DOUBLE_EQ(account.figures().overload, 300.0 / 800);
}

TEST(PlanetLab, DegradationIsWhatMigrationsTookAndShortfallAll) {
  Account account(0, 2);
  account.note_vm(0, 90, 100, true);
  account.note_vm(1, 70, 100, false);
  account.pass(10);
  account.note_vm(0, 100, 100, false);
  account.note_vm(1, 100, 100, false);
  account.pass(40);
  EXPECT_DOUBLE_EQ(account.figures().degradation, 100.0 / 10000);
  EXPECT_DOUBLE_EQ(account.figures().shortfall, 400.0 / 10000);
}

// --- the world ---

TEST(PlanetLab, ATraceIsALineBetweenItsSamples) {
  Trace trace = steady(0.2);
  trace.use[1] = 0.5;
  EXPECT_DOUBLE_EQ(trace.at(300), 0.5);
  EXPECT_DOUBLE_EQ(trace.at(400), 0.4);
  EXPECT_DOUBLE_EQ(trace.at(24 * 3600), 0.2);
}

// The big ones need the fast cores of the G5. There the third finds no room left, and the last costs less.
TEST(PlanetLab, VmsAreStartedWherePowerIncreasesLeast) {
  const std::vector<Trace> traces = four();
  const World world(2, traces);
  EXPECT_EQ(world.hosts()[0].vms, (std::vector<Index>{2}));
  EXPECT_EQ(world.hosts()[1].vms, (std::vector<Index>{0, 1, 3}));
  const World wider(4, traces);  // of equal hosts the first
  EXPECT_EQ(wider.hosts()[1].vms, (std::vector<Index>{0, 1, 3}));
  EXPECT_EQ(wider.hosts()[3].vms, (std::vector<Index>{2}));
}

// 870 MiB at 62.5 MiB/s take 13.92 s, in which 1250 MIPS are a tenth less.
TEST(PlanetLab, AMigrationTakesItsTimeAndATenthOfThePower) {
  const std::vector<Trace> traces = four();
  World world(2, traces);
  world.go_on(300.1);
  world.start_migration({0, 0});
  EXPECT_DOUBLE_EQ(world.hosts()[0].used, 500 + 125);
  EXPECT_DOUBLE_EQ(world.hosts()[1].used, 1250 + 1000 + 250);
  world.go_on(300.1 + 13.9);
  EXPECT_EQ(world.vms()[0].host, 1U);
  world.go_on(600.1);
  EXPECT_EQ(world.vms()[0].host, 0U);
  EXPECT_EQ(world.migrations(), 1U);
  EXPECT_NEAR(world.figures().degradation, 125 * 13.92 / (3000 * 300), 1e-9);
  // The host that it comes to counts as short as long as it comes.
  EXPECT_NEAR(world.figures().overload, 13.92 / 600, 1e-9);
}

TEST(PlanetLab, WhoWantsTooMuchSharesWhatThereIs) {
  const std::vector<Trace> traces(8, steady(1));  // two of each type
  World world(2, traces);
  world.go_on(300.1);
  // On the G5 2500 + 2500; what found no host is not there. A third one more would be too much:
  EXPECT_DOUBLE_EQ(world.hosts()[1].used, 5000);
  world.start_migration({4, 1});
  world.go_on(400);
  EXPECT_EQ(world.hosts()[1].used, std::floor(2500 * 5320 / 6000.0) * 2 + std::floor(1000 * 5320 / 6000.0));
}

TEST(PlanetLab, WhoWantsNothingIsGone) {
  std::vector<Trace> traces = four();
  traces[0].use[1] = traces[0].use[2] = 0;
  World world(2, traces);
  world.go_on(300.1);
  EXPECT_EQ(world.vms()[0].host, kNowhere);
  EXPECT_EQ(world.hosts()[1].vms, (std::vector<Index>{1, 3}));
}

// --- the heuristics ---

TEST(PlanetLab, MmtSelectsTheFirstWithTheLeastMemory) {
  const std::vector<Trace> traces(8, steady(0.1));
  const World world(8, traces);
  EXPECT_EQ(select_mmt(world, {2, 0, 1}), 0U);
  EXPECT_EQ(select_mmt(world, {0, 7, 6}), 7U);
  EXPECT_EQ(select_mmt(world, {}), kNowhere);
}

TEST(PlanetLab, StatisticsAreThoseOfTheirDefinitions) {
  EXPECT_DOUBLE_EQ(median({3, 1, 2}), 2);
  EXPECT_DOUBLE_EQ(median({4, 1, 2, 3}), 2.5);
  EXPECT_DOUBLE_EQ(median_absolute_deviation({1, 1, 2, 2, 4, 6, 9}), 1);
  EXPECT_DOUBLE_EQ(interquartile_range({144, 1, 4, 9, 16, 25, 36, 49, 64, 81, 100, 121}), 100 - 9);
}

TEST(PlanetLab, LocalRegressionGoesOnAlongTheTrend) {
  EXPECT_NEAR(local_regression({1, 2, 3, 4, 5, 6, 7, 8, 9, 10}).at(11), 11, 1e-12);
  // By hand: mean 0.5, slope 0.5 / 10.
  EXPECT_NEAR(local_regression({0.5, 0.25, 0.5, 0.75, 0.5}).at(6), 0.65, 1e-12);
}

TEST(PlanetLab, AShortHistoryFallsBackOnAThreshold) {
  const std::vector<Trace> traces(4, steady(1));
  World world(2, traces);
  world.go_on(300.1);  // on the G5 5000 of 5320
  for (const Detector detector : {Detector::kThr, Detector::kIqr, Detector::kMad, Detector::kLr}) {
    EXPECT_TRUE(is_overloaded(world, 1, {0, 1, 3}, detector));
    EXPECT_FALSE(is_overloaded(world, 1, {0, 3}, detector));
  }
}

// What uses 90 % without change, is overloaded by LR's margin of a fifth, and not by its spread.
TEST(PlanetLab, DetectorsDifferByTheHistory) {
  const std::vector<Trace> traces(4, steady(0.9576));
  World world(2, traces);
  for (int step = 1; step <= 12; ++step) world.go_on(0.1 + 300 * step);  // 4788 of 5320
  EXPECT_TRUE(is_overloaded(world, 1, {0, 1, 3}, Detector::kLr));
  EXPECT_TRUE(is_overloaded(world, 1, {0, 1, 3}, Detector::kThr));
  EXPECT_FALSE(is_overloaded(world, 1, {0, 1, 3}, Detector::kIqr));
  EXPECT_FALSE(is_overloaded(world, 1, {0, 1, 3}, Detector::kMad));
}

TEST(PlanetLab, EveryPolicyPlaysTheDayToItsEnd) {
  std::vector<Trace> traces;
  for (int i = 0; i < 40; ++i) {
    traces.push_back(steady(0.1));
    for (size_t at = i % 7; at < kSamples; at += 5 + i % 11) traces.back().use[at] = 0.6;
  }
  Effort effort;
  std::vector<std::unique_ptr<Policy>> policies;
  for (const auto* name : {"thr", "iqr", "mad", "lr"}) policies.push_back(heuristic(*find_detector(name)));
  policies.push_back(upkeep_policy(effort));
  for (const auto& policy : policies) {
    World world(30, traces);
    world.play(*policy);
    EXPECT_GT(world.figures().kwh, 0);
    EXPECT_GT(world.migrations(), 0U);
  }
  EXPECT_EQ(effort.steps, kSamples - 1);
}

// --- the traces ---

TEST(PlanetLab, TracesAreReadInTheOrderOfTheirNames) {
  const test::TempDir dir;
  std::string sevens, twenties;
  for (size_t i = 0; i < kSamples; ++i) sevens += "7\n", twenties += "20\n";
  dir.write("b", twenties), dir.write("a", sevens);
  const auto traces = load_traces(dir.path().string());
  ASSERT_TRUE(traces) << traces.error().message;
  ASSERT_EQ(traces->size(), 2U);
  EXPECT_DOUBLE_EQ((*traces)[0].use[0], 0.07);
  EXPECT_DOUBLE_EQ((*traces)[1].use[kSamples], 0.2);
}

TEST(PlanetLab, WhatIsNoTraceIsToldWithItsLine) {
  const test::TempDir dir;
  const std::string folder = dir.path().string();
  EXPECT_NE(load_traces(folder).error().message.find("no trace"), std::string::npos);
  EXPECT_EQ(load_traces(dir / "nowhere").error().code, ErrorCode::kNotFound);
  dir.write("a", "1\n101\n");
  EXPECT_NE(load_traces(folder).error().message.find("a:2: "), std::string::npos);
}

}  // namespace
}  // namespace attune::planetlab
