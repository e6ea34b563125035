// SPDX-License-Identifier: Apache-2.0
#include "runtime/traffic/keeper.h"

#include <chrono>
#include <iostream>

#include <gmock/gmock.h>

#include "tests/support/temp_dir.h"
#include "tests/traffic/reports.h"

namespace attune::traffic {
namespace {

using namespace test;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class KeeperTest : public testing::Test {
 protected:
  KeeperTest() {
    open();
    keeper_->set_roster(two_hosts(), kStart - 100);
  }

  void open(const Keep& keep = {}) {
    keeper_.reset();
    auto opened = Keeper::open(path_, "test", {}, keep);
    ASSERT_TRUE(opened) << opened.error().message;
    keeper_ = std::move(*opened);
  }

  void take(const Report& report) {
    const std::string lines = to_lines(report);
    for (size_t at = 0; at < lines.size();) {
      const size_t end = lines.find('\n', at);
      keeper_->take(*events::parse_event_line(lines.substr(at, end - at)), report.period.end() + 1);
      at = end + 1;
    }
  }
  // Both sensors report: in period n, machine a heard n + 1 messages of b.
  void take_all(int64_t number) {
    take(report_of("s1", number, {count_of(1, {{2, static_cast<uint64_t>(number + 1)}})}));
    take(report_of("s2", number, {count_of(2), count_of(3)}));
  }

  // Periods of these numbers, the last included, asked when they were over long ago.
  Reply ask(int64_t first, int64_t last, Question question = {}) {
    question.from = period_at(first).start;
    question.to = period_at(last).end();
    auto reply = keeper_->ask(question, kStart + 100'000);
    EXPECT_TRUE(reply) << reply.error().message;
    return std::move(*reply);
  }

  attune::test::TempDir dir_;
  std::string path_ = dir_ / "traffic.db";
  std::unique_ptr<Keeper> keeper_;
};

TEST_F(KeeperTest, GivesSinglePeriods) {
  for (int64_t number = 0; number < 20; ++number) take_all(number);
  const auto answer = std::get<Answer>(ask(0, 19));
  ASSERT_EQ(answer.matrices.size(), 20u);
  for (size_t i = 0; i < 20; ++i)
    EXPECT_EQ(messages(answer.matrices[i].matrix, "b", "a"), static_cast<double>(i + 1));
}

TEST_F(KeeperTest, GivesTheMean) {
  for (int64_t number = 0; number < 4; ++number) take_all(number);
  const auto answer = std::get<Answer>(ask(0, 3, {.form = Form::kMean}));
  EXPECT_DOUBLE_EQ(messages(answer.matrices[0].matrix, "b", "a"), 2.5);
}

TEST_F(KeeperTest, EachPeriodCountsSoManyTimesTheOneBefore) {
  for (int64_t number = 0; number < 3; ++number) take_all(number);
  const auto answer = std::get<Answer>(ask(0, 2, {.form = Form::kWeighted, .weight = 2}));
  EXPECT_DOUBLE_EQ(messages(answer.matrices[0].matrix, "b", "a"), (1 * 1 + 2 * 2 + 3 * 4) / 7.0);
  EXPECT_TRUE(std::holds_alternative<Refusal>(ask(0, 2, {.form = Form::kWeighted, .weight = 0})));
}

TEST_F(KeeperTest, RefusesWhatIsMissingAndSaysWhatCouldBeAnswered) {
  for (int64_t number = 0; number < 3; ++number) take_all(number);
  take(report_of("s1", 3, {count_of(1)}));
  take_all(4);
  const auto refusal = std::get<Refusal>(ask(0, 4));
  EXPECT_EQ(refusal.period, period_at(3));
  EXPECT_EQ(refusal.gaps.size(), 2u);
  EXPECT_EQ(refusal.instead->from, period_at(0).start);
  EXPECT_EQ(refusal.instead->to, period_at(2).end());
  EXPECT_TRUE(refusal.would_estimate);
  EXPECT_THAT(to_text(refusal), HasSubstr("b on h2: its host's sensor has not reported"));
  const auto before = std::get<Refusal>(ask(3, 3));
  EXPECT_EQ(before.instead->from, period_at(2).start);
}

TEST_F(KeeperTest, EstimatesAMissingPartFromThePeriodBefore) {
  take_all(0);
  take(report_of("s2", 1, {count_of(2), count_of(3)}));
  const auto answer = std::get<Answer>(ask(1, 1, {.may_estimate = true}));
  EXPECT_THAT(answer.estimated, ElementsAre("a"));
  EXPECT_THAT(answer.matrices[0].matrix.estimated, ElementsAre("a"));
  EXPECT_EQ(messages(answer.matrices[0].matrix, "b", "a"), 1);
}

TEST_F(KeeperTest, EstimatesNothingThatNoPeriodBeforeKnows) {
  take_all(0);
  take(report_of("s2", 12, {count_of(2), count_of(3)}));
  const auto refusal = std::get<Refusal>(ask(12, 12, {.may_estimate = true}));
  EXPECT_THAT(refusal.gaps, ElementsAre(Gap{"a", "h1", Why::kNotReported}));
}

TEST_F(KeeperTest, WaitsForTheNewestPeriodAsLongAsItIsTold) {
  take_all(0);
  take(report_of("s1", 1, {count_of(1)}));
  const int64_t now = period_at(1).end() + 1;
  Question question{.from = kStart, .to = period_at(1).end(), .asked = now, .wait = 10};
  const auto waiting = std::get<Waiting>(*keeper_->ask(question, now));
  EXPECT_EQ(waiting.until, now + 10);
  EXPECT_THAT(waiting.awaited, ElementsAre("s2"));
  EXPECT_TRUE(std::holds_alternative<Refusal>(*keeper_->ask(question, now + 10)));
  take(report_of("s2", 1, {count_of(2), count_of(3)}));
  EXPECT_TRUE(std::holds_alternative<Answer>(*keeper_->ask(question, now + 5)));
}

TEST_F(KeeperTest, RefusesWhatIsNotKeptOrHasAnotherLength) {
  take_all(5);
  const auto refusal = std::get<Refusal>(ask(0, 5));
  EXPECT_EQ(refusal.instead->from, period_at(5).start);
  EXPECT_THAT(std::get<Refusal>(ask(4, 7, {.seconds = 60})).why, HasSubstr("30 s long, not 60 s"));
  EXPECT_TRUE(std::holds_alternative<Refusal>(ask(5, 4)));
}

TEST_F(KeeperTest, AReportCountsOnceAlsoAfterARestart) {
  for (int64_t number = 0; number < 20; ++number) take_all(number);
  open();
  for (int64_t number = 0; number < 20; ++number) take_all(number);
  EXPECT_THAT(keeper_->take_problems(), IsEmpty());
  const auto answer = std::get<Answer>(ask(0, 19));
  for (size_t i = 0; i < 20; ++i)
    EXPECT_EQ(messages(answer.matrices[i].matrix, "b", "a"), static_cast<double>(i + 1));
}

TEST_F(KeeperTest, WhatIsOutOfMemoryIsStillAddedToAndTold) {
  take(report_of("s1", 0, {count_of(1, {{2, 1}})}));
  for (int64_t number = 1; number < 20; ++number) take_all(number);
  keeper_->take_settled(kStart + 10'000);
  take(report_of("s2", 0, {count_of(2, {{1, 9}}), count_of(3)}));
  const auto settled = keeper_->take_settled(kStart + 10'000);
  ASSERT_EQ(settled.size(), 1u);
  EXPECT_EQ(settled[0].period, period_at(0));
  EXPECT_EQ(messages(settled[0].matrix, "a", "b"), 9);
  EXPECT_THAT(settled[0].gaps, IsEmpty());
}

TEST_F(KeeperTest, KeepsNoMoreThanItIsTold) {
  open({.periods = 5});
  for (int64_t number = 0; number < 20; ++number) take_all(number);
  keeper_->take_settled(kStart + 10'000);
  EXPECT_EQ(std::get<Refusal>(ask(0, 19)).instead->from, period_at(15).start);
  take_all(3);
  EXPECT_EQ(std::get<Refusal>(ask(0, 19)).instead->from, period_at(15).start);
}

TEST_F(KeeperTest, TellsWhichLineOfWhichSensorIsWrong) {
  keeper_->take(*events::parse_event_line("traffic s1 period=7 seconds=30 vm=52:54:00:00:00:01"), kStart);
  EXPECT_THAT(keeper_->take_problems(), ElementsAre(HasSubstr("sensor 's1': period=7")));
}

TEST_F(KeeperTest, ANewerFormatIsRefusedWithWhoWroteIt) {
  keeper_.reset();
  ASSERT_TRUE(journal::Database::open(path_)->run("PRAGMA user_version=2"));
  const auto opened = Keeper::open(path_, "test", {}, {});
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, ErrorCode::kInvalid);
  EXPECT_THAT(opened.error().message, HasSubstr("format 2, by attune test"));
}

TEST_F(KeeperTest, ADamagedReportIsNamedAndTheOthersStay) {
  for (int64_t number = 0; number < 3; ++number) take_all(number);
  keeper_.reset();
  ASSERT_TRUE(
      journal::Database::open(path_)->run("UPDATE reports SET lines = zeroblob(20) WHERE sensor = 's1' AND "
                                          "start = (SELECT min(start) FROM reports)"));
  open();
  EXPECT_THAT(keeper_->take_problems(),
              ElementsAre(HasSubstr("report of sensor 's1' for period 1764442800")));
  EXPECT_TRUE(std::holds_alternative<Answer>(ask(1, 2)));
}

TEST_F(KeeperTest, AFileThatIsNoneIsRefused) {
  const std::string other = dir_.write("other.db", std::string(4096, 'x'));
  const auto opened = Keeper::open(other, "test", {}, {});
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, ErrorCode::kCorrupt);
}

TEST_F(KeeperTest, TwoProcessesDoNotShareAFile) {
  const auto opened = Keeper::open(path_, "test", {}, {});
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, ErrorCode::kExists);
}

// 20 hosts of 50 machines, of which each heard 200 others. The time is shown, not judged: other machines are
// slower.
TEST_F(KeeperTest, ALargePeriodIsWrittenAndRead) {
  constexpr int kHosts = 20, kMachines = 50, kPeers = 200;
  const auto address = [](int machine) {
    return "10.2." + std::to_string(machine / 250) + "." + std::to_string(machine % 250);
  };
  const auto hex = [](int byte) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    return std::string{kDigits[static_cast<size_t>(byte / 16)], kDigits[static_cast<size_t>(byte % 16)]};
  };
  keeper_->set_roster({}, kStart - 90);
  std::vector<Report> reports;
  for (int host = 0; host < kHosts; ++host) {
    Report report{.sensor = "s" + std::to_string(host), .period = period_at(0)};
    for (int i = 0; i < kMachines; ++i) {
      const int machine = host * kMachines + i;
      InterfaceCount count{.mac = "52:54:00:01:" + hex(machine / 256) + ":" + hex(machine % 256),
                           .own = {address(machine)}};
      for (int peer = 1; peer <= kPeers; ++peer)
        count.from.push_back({address((machine + peer) % (kHosts * kMachines)), 1000, 1'234'567});
      add_count(report, std::move(count));
    }
    normalise(report);
    reports.push_back(std::move(report));
  }
  const auto begun = std::chrono::steady_clock::now();
  for (const Report& report : reports) take(report);
  const auto written = std::chrono::steady_clock::now();
  open();
  const auto opened = std::chrono::steady_clock::now();
  const auto answer = std::get<Answer>(ask(0, 0, {.may_estimate = true}));
  const std::chrono::duration<double> writing = written - begun, reading = opened - written,
                                      asking = std::chrono::steady_clock::now() - opened;
  EXPECT_EQ(answer.matrices[0].matrix.cells.size(), size_t{kHosts * kMachines * kPeers});
  std::cout << "200,000 pairs: lines to disk " << writing.count() << " s, opened " << reading.count()
            << " s, joined " << asking.count() << " s\n";
}

}  // namespace
}  // namespace attune::traffic
