// SPDX-License-Identifier: Apache-2.0
#include "runtime/main/replay/replay.h"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/main/replay/small_shop.h"

namespace attune::replay {
namespace {

const std::string kNoon = "2026-05-04T12:00:00Z ";

std::string happenings_of(const Played& played, Happening::What what) {
  std::string text;
  for (const Happening& one : played.happenings) {
    if (one.what == what && one.at >= played.begin) text += one.who + " " + one.text + "; ";
  }
  return text;
}

TEST(Replay, RunsTheProjectsDiagramsOnTheEvents) {
  const test::Run run =
      test::run_of(test::SmallShop(), kNoon + "slow app1\n+2min slow app1\n+4min slow app1\n");
  EXPECT_EQ(run.played.figures.at("events"), 3);
  EXPECT_EQ(run.played.figures.at("runs(slow)"), 3);
  EXPECT_EQ(run.played.figures.at("created"), 2);
  EXPECT_EQ(run.played.figures.at("alerts"), 1);
  EXPECT_EQ(run.played.figures.at("failed_runs"), 0);
  EXPECT_EQ(happenings_of(run.played, Happening::What::kCreated), "app3 app; app4 app; ");
}

TEST(Replay, AnswersByTheReactionsSettings) {
  const test::Run run =
      test::run_of(test::SmallShop(), kNoon + "slow app1\n+20s slow app1\n+50s slow app1\n");
  EXPECT_EQ(run.played.figures.at("runs"), 1);
}

TEST(Replay, CallsTakeAsLongAsTheTraceSays) {
  const std::string events = kNoon + "slow app1\n+1s slow app2\n";
  const auto ended = [](const Played& played) {
    for (const Happening& one : played.happenings)
      if (one.what == Happening::What::kRunEnded && one.at > played.begin) return one.at - played.begin;
    return WallTime::duration{};
  };
  const auto quick = ended(test::run_of(test::SmallShop(), events).played);
  const auto slow = ended(test::run_of(test::SmallShop(), events + "@takes app.start 45s\n").played);
  EXPECT_EQ(slow - quick, std::chrono::seconds(44));
}

TEST(Replay, ACallThatTakesLongerThanItsTimeoutFails) {
  const test::Run run = test::run_of(test::SmallShop(), kNoon + "slow app1\n@takes start 5min\n");
  EXPECT_EQ(run.played.figures.at("failed_runs"), 1);
}

TEST(Replay, AHostThatIsDownIsLeft) {
  const test::Run run =
      test::run_of(test::SmallShop(), kNoon +
                                          "@host lab3 load=5%\n+1s @host lab2 load=50%\n+1min @host lab1 "
                                          "state=down\n+1h @host lab1 state=up\n");
  EXPECT_EQ(run.played.figures.at("runs(host_down)"), 1);
  EXPECT_EQ(run.played.figures.at("moves"), 1);
  EXPECT_EQ(happenings_of(run.played, Happening::What::kPlaced), "app1 lab3; ");
}

TEST(Replay, CostsWhatIsDrawn) {
  const test::Run run =
      test::run_of(test::SmallShop(), kNoon + "@host lab3 load=5%\n+2h @host lab3 load=5%\n");
  EXPECT_NEAR(run.played.figures.at("cost"), 2 * (2 * 0.5 + 2 * 0.25), 0.001);
}

TEST(Replay, CountsWhatTheProjectDoesNotKnow) {
  const test::Run run =
      test::run_of(test::SmallShop(), kNoon + "full app1\n+1s slow app9\n+2s @host lab9 load=5%\n");
  EXPECT_EQ(run.played.figures.at("refused"), 3);
  EXPECT_EQ(run.played.figures.at("events"), 0);
  EXPECT_EQ(run.played.refused.size(), 3u);
}

TEST(Replay, ATimerGoesByTheTracesClock) {
  std::string project(test::kShop);
  project +=
      "=== diagrams/hourly.mmd\n---\nattune:\n  every: 1h\n---\nstateDiagram-v2\n  [*] --> tell\n"
      "  tell : alert(\"an hour\")\n  tell --> [*]\n";
  const test::Run run =
      test::run_of(test::SmallShop(project), kNoon + "@host lab1 load=5%\n+7d @host lab1 load=5%\n");
  EXPECT_NEAR(run.played.figures.at("alerts"), 7 * 24, 1);
}

TEST(Replay, TheTraceBeginsWhenTheProjectHasBeenStarted) {
  std::string project(test::kShop);
  project +=
      "=== diagrams/start.mmd\nstateDiagram-v2\n  [*] --> boot\n  boot : wait(30s)\n  boot : app.start()\n"
      "  boot --> [*]\n";
  const test::Run run =
      test::run_of(test::SmallShop(project), kNoon + "slow app1\n", "expect: always app1.state == started");
  EXPECT_EQ(run.verdicts[0].why, "");
  EXPECT_EQ(run.played.figures.at("runs(slow)"), 1);
  EXPECT_EQ(run.played.figures.at("calls"), 2) << "of the start there is nothing";  // deploy and start
}

TEST(Replay, AStartThatDoesNotEndWellIsSaid) {
  std::string project(test::kShop);
  project +=
      "=== diagrams/start.mmd\nstateDiagram-v2\n  [*] --> boot\n  boot : wait(app.count == 4)\n"
      "  boot --> [*]\n";
  const test::SmallShop shop(project);
  const Trace trace = test::trace_of(kNoon + "slow app1\n");
  dsl::LoadedProject loaded = shop.loaded();
  Replay replay(std::move(loaded.project), trace);
  const auto played = replay.run(loaded.instances);
  ASSERT_FALSE(played);
  EXPECT_EQ(played.error().message, "its start does not end: it waits for what does not happen here");
}

TEST(Replay, WhatGoesOnAtTheEndComesToItsEndAndTimersBeginNoMore) {
  std::string project(test::kShop);
  project +=
      "=== diagrams/often.mmd\n---\nattune:\n  every: 10s\n---\nstateDiagram-v2\n  [*] --> tell\n"
      "  tell : alert(\"again\")\n  tell --> [*]\n";
  const test::Run run =
      test::run_of(test::SmallShop(project), kNoon + "slow app1\n+1min slow app2\n@takes start 50s\n");
  EXPECT_EQ(run.played.figures.at("runs(slow)"), 2);
  EXPECT_NEAR(run.played.figures.at("alerts"), 6, 1);
  EXPECT_EQ(run.played.figures.at("unfinished_runs"), 0);
  EXPECT_NEAR(run.played.figures.at("cost"), (2 * 0.5 + 2 * 0.25) / 60, 0.02);
}

TEST(Replay, ATimerBreaksNoExpectationWhenTheTraceIsOver) {
  std::string project(test::kShop);
  project +=
      "=== diagrams/often.mmd\n---\nattune:\n  every: 40s\n---\nstateDiagram-v2\n  [*] --> grow\n"
      "  grow : app++\n  grow --> [*]\n";
  const test::Run run =
      test::run_of(test::SmallShop(project), kNoon + "@host lab3 load=5%\n+30s slow app1\n@takes start 55s\n",
                   "never app.count == 4\nfinally app.count == 3\n");
  for (const Verdict& one : run.verdicts) EXPECT_EQ(one.why, "") << one.text;
  EXPECT_EQ(run.played.figures.at("unfinished_runs"), 0);
}

TEST(Replay, ALongPauseIsNoCircle) {
  std::string project(test::kShop);
  project +=
      "=== diagrams/often.mmd\n---\nattune:\n  every: 1s\n---\nstateDiagram-v2\n  [*] --> tell\n"
      "  tell : limit = \"\"\n  tell --> [*]\n";
  const test::Run run =
      test::run_of(test::SmallShop(project), kNoon + "@host lab1 load=5%\n+31h @host lab1 load=5%\n");
  EXPECT_NEAR(run.played.figures.at("runs(often)"), 31 * 3600, 1);
}

TEST(Replay, HostsAreNotEmptyBeforeTheFirstComponentsAreThere) {
  std::string project(test::kShop);
  project +=
      "=== diagrams/host_empty.mmd\nstateDiagram-v2\n  [*] --> tell\n  tell : alert(\"empty\")\n"
      "  tell --> [*]\n";
  const test::Run run = test::run_of(test::SmallShop(project), kNoon + "@host lab1 load=5%\n");
  std::string before;
  for (const Happening& one : run.played.happenings) {
    if (one.what == Happening::What::kCreated) break;
    before += one.who + "; ";
  }
  EXPECT_EQ(before, "");
}

TEST(Replay, AHostThatIsSwitchedOnAnswers) {
  const test::Run run = test::run_of(
      test::SmallShop(test::kSwitched),
      kNoon + "@host lab1 load=5%\n+10min slow app\n+20min @host lab1 load=5%\n@takes power_on 40s\n",
      "within 39s after slow lab2.state == up\nwithin 41s after slow lab2.state == up\n"
      "failed_runs == 0\n");
  EXPECT_FALSE(run.verdicts.at(0).holds);
  EXPECT_EQ(run.verdicts.at(1).why, "");
  EXPECT_EQ(run.verdicts.at(2).why, "");
  std::string hosts;
  for (const Happening& one : run.played.happenings)
    if (one.what == Happening::What::kHost) hosts += one.who + " " + one.text + "; ";
  EXPECT_EQ(hosts, "lab2 off; lab2 up; ");
}

TEST(Replay, TheSameTraceGivesTheSame) {
  const std::string trace =
      kNoon + "slow app1\n+5min @host lab1 state=down\n+6min slow app2\n+9min @host lab2 load=80%\n";
  const test::Run one = test::run_of(test::SmallShop(), trace),
                  other = test::run_of(test::SmallShop(), trace);
  EXPECT_EQ(one.played.figures, other.played.figures);
  EXPECT_EQ(happenings_of(one.played, Happening::What::kPlaced),
            happenings_of(other.played, Happening::What::kPlaced));
}

}  // namespace
}  // namespace attune::replay
