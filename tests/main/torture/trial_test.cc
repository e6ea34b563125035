// SPDX-License-Identifier: Apache-2.0
#include "runtime/main/torture/trial.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace attune::torture {
namespace {

std::vector<StubShape> all_stubs() {
  return {{"start", Role::kStart, {}},
          {"stop", Role::kStop, {}},
          {"status", Role::kStatus, {}},
          {"configure", Role::kConfigure, {}},
          {"clean", Role::kOther, {}}};
}

std::string steps_of(const std::vector<StubShape>& stubs, const std::string& stub, Ordeal ordeal) {
  for (const Trial& trial : trials_of(stubs))
    if (trial.stub == stub && trial.ordeal == ordeal) return words_of(trial.steps, trial.steps.size());
  return "there is none";
}

std::string why_not(const std::vector<StubShape>& stubs, const std::string& stub, Ordeal ordeal) {
  for (const Trial& trial : trials_of(stubs))
    if (trial.stub == stub && trial.ordeal == ordeal) return trial.why_not;
  return "there is none";
}

TEST(Trial, EachStubHasOneOfEachOrdeal) {
  EXPECT_EQ(trials_of(all_stubs()).size(), 35u);
}

TEST(Trial, ThePlainStartAndStopComeFirst) {
  const auto trials = trials_of(all_stubs());
  EXPECT_EQ(trials[0].stub, "start");
  EXPECT_EQ(trials[0].ordeal, Ordeal::kOnce);
  EXPECT_EQ(trials[1].stub, "stop");
  EXPECT_EQ(trials[2].stub, "status");
  EXPECT_EQ(trials[2].ordeal, Ordeal::kOrder);  // before any other asks it
}

TEST(Trial, AStartIsCalledAgainWhateverHappenedToIt) {
  EXPECT_EQ(steps_of(all_stubs(), "start", Ordeal::kTwice), "start; start; status; stop");
  EXPECT_EQ(steps_of(all_stubs(), "start", Ordeal::kDoubled), "start twice at once; status; stop");
  EXPECT_EQ(steps_of(all_stubs(), "start", Ordeal::kKilled),
            "start (killed in the middle); start; status; stop");
  EXPECT_EQ(steps_of(all_stubs(), "start", Ordeal::kOrder),
            "start; all its processes killed; start; status; stop");
}

TEST(Trial, AStopIsCalledBeforeTheStartAndAfterADeath) {
  EXPECT_EQ(steps_of(all_stubs(), "stop", Ordeal::kOrder), "stop; start; all its processes killed; stop");
  EXPECT_EQ(steps_of(all_stubs(), "stop", Ordeal::kTwice), "start; stop; stop");
}

TEST(Trial, AStatusIsAskedBeforeTheStartAndAfterADeath) {
  EXPECT_EQ(steps_of(all_stubs(), "status", Ordeal::kOrder),
            "status; start; all its processes killed; status");
}

TEST(Trial, OfWhatIsStartedAgainByOthersNoDeathIsAskedFor) {
  std::vector<StubShape> stubs = all_stubs();
  stubs[0].kept_by = "systemd";
  EXPECT_EQ(why_not(stubs, "start", Ordeal::kOrder), "what dies is started again by systemd itself");
  EXPECT_EQ(steps_of(stubs, "status", Ordeal::kOrder), "status");
  EXPECT_EQ(steps_of(stubs, "stop", Ordeal::kOrder), "stop; start; all its processes killed; stop");
}

TEST(Trial, AConfigurationIsMadeWhileItRuns) {
  EXPECT_EQ(steps_of(all_stubs(), "configure", Ordeal::kOrder), "start; configure; stop");
}

TEST(Trial, AnotherStubIsCalledBeforeTheStart) {
  EXPECT_EQ(steps_of(all_stubs(), "clean", Ordeal::kOrder), "clean; stop");
  EXPECT_EQ(steps_of(all_stubs(), "clean", Ordeal::kOnce), "start; clean; stop");
}

TEST(Trial, WithoutAStartTheOthersAreStillTried) {
  EXPECT_EQ(steps_of({{"clean", Role::kOther, {}}}, "clean", Ordeal::kTwice), "clean; clean");
}

TEST(Trial, WhereNothingStartsItNothingIsExpectedOfItsRunning) {
  std::vector<StubShape> stubs = all_stubs();
  stubs[0].why_not = "it takes an argument that only a diagram has";
  for (const Ordeal ordeal : kOrdeals) EXPECT_EQ(why_not(stubs, "status", ordeal), "nothing starts it");
  EXPECT_EQ(why_not(stubs, "clean", Ordeal::kOnce), "nothing starts it");
  EXPECT_EQ(steps_of(stubs, "clean", Ordeal::kOrder), "clean");
  EXPECT_EQ(steps_of(stubs, "stop", Ordeal::kTwice), "stop; stop");
  EXPECT_EQ(steps_of(stubs, "configure", Ordeal::kTwice), "configure; configure");
}

TEST(Trial, WhatHasNoProgramIsNotHurt) {
  EXPECT_EQ(why_not({{"start", Role::kStart, {}, false}}, "start", Ordeal::kKilled),
            "nothing of the call runs on the host");
}

TEST(Trial, WithoutAConnectionNoneIsCut) {
  EXPECT_EQ(why_not(all_stubs(), "start", Ordeal::kCut), "this host is reached without a connection");
}

TEST(Trial, NamesOfOrdealsAreFound) {
  for (const Ordeal ordeal : kOrdeals) EXPECT_EQ(find_ordeal(name_of(ordeal)), ordeal);
  EXPECT_EQ(find_ordeal("thrice"), std::nullopt);
}

}  // namespace
}  // namespace attune::torture
