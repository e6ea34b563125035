// SPDX-License-Identifier: Apache-2.0
#include "runtime/main/traffic_books.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "runtime/events/event_line.h"
#include "tests/support/temp_dir.h"
#include "tests/traffic/reports.h"

namespace attune::main {
namespace {

using namespace traffic::test;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

class TrafficBooksTest : public ::testing::Test {
 protected:
  TrafficBooksTest() {
    open(kStart - 100);
    books_->set_roster(two_hosts(), kStart - 100);
  }
  // Goes on with what the store has.
  void open(int64_t now) {
    books_.reset();
    auto opened = TrafficBooks::open(dir_ / "traffic.db", {});
    EXPECT_TRUE(opened) << opened.error().message;
    books_ = std::move(*opened);
    books_->recall(now);
  }

  void report(const std::string& sensor, int64_t number, std::vector<traffic::InterfaceCount> counts) {
    const traffic::Report report = report_of(sensor, number, std::move(counts));
    const std::string lines = to_lines(report);
    std::vector<workflow::Event> events;
    for (size_t at = 0; at < lines.size();) {
      const size_t end = lines.find('\n', at);
      events.push_back(*events::parse_event_line(lines.substr(at, end - at)));
      at = end + 1;
    }
    books_->take(events, report.period.end() + 1);
  }
  // Both sensors report; b sent a so many messages.
  void report_all(int64_t number, uint64_t messages) {
    report("s1", number, {count_of(1, {{2, messages}})});
    report("s2", number, {count_of(2), count_of(3)});
  }
  // All report, of one pair that talks; the groups where these have changed with that, else "-".
  std::string regroup(int64_t number, int from, int to) {
    std::vector<traffic::InterfaceCount> counts;
    for (int machine = 1; machine <= 3; ++machine)
      counts.push_back(machine == to ? count_of(machine, {{from, 100}}) : count_of(machine));
    report("s1", number, {counts[0]});
    report("s2", number, {counts[1], counts[2]});
    return books_->look(end_of(number) + 2).regroup.value_or("-");
  }
  static int64_t end_of(int64_t number) { return period_at(number).end(); }

  // What has been answered: the JSON, or the error's message.
  std::shared_ptr<std::string> ask(int64_t now, control::TrafficRequest request = {}) {
    auto said = std::make_shared<std::string>();
    books_->ask(request, now,
                [said](const Result<std::string>& text) { *said = text ? *text : text.error().message; });
    return said;
  }
  static double first_cell(const std::string& answer) {
    return nlohmann::json::parse(answer)["matrices"][0]["cells"][0]["messages"];
  }

  test::TempDir dir_;
  std::unique_ptr<TrafficBooks> books_;
};

TEST_F(TrafficBooksTest, SayThatNoPeriodHasSettledYet) {
  EXPECT_THAT(*ask(kStart), HasSubstr("no period has settled since the manager began: they are 30 s long"));
}

TEST_F(TrafficBooksTest, AnswerForTheNewestPeriodThatHasSettled) {
  report_all(0, 5);
  report_all(1, 7);
  books_->look(end_of(1) + 1);
  EXPECT_EQ(first_cell(*ask(end_of(1) + 20)), 7);
  control::TrafficRequest both;
  both.periods = 2;
  both.question.form = traffic::Form::kMean;
  EXPECT_EQ(first_cell(*ask(end_of(1) + 20, both)), 6);
}

TEST_F(TrafficBooksTest, WaitForThePeriodThatHasJustEnded) {
  control::TrafficRequest patient;
  patient.question.wait = 20;
  const auto said = ask(end_of(0) + 1, patient);
  EXPECT_EQ(*said, "");
  report("s1", 0, {count_of(1, {{2, 9}})});
  books_->look(end_of(0) + 2);
  EXPECT_EQ(*said, "") << "the other sensor has not reported";
  report("s2", 0, {count_of(2), count_of(3)});
  books_->look(end_of(0) + 3);
  EXPECT_EQ(first_cell(*said), 9);
}

TEST_F(TrafficBooksTest, NameWhatIsMissingWhenTheTimeToWaitIsOver) {
  control::TrafficRequest patient;
  patient.question.wait = 5;
  const auto said = ask(end_of(0) + 1, patient);
  report("s1", 0, {count_of(1, {{2, 9}})});
  const auto next = books_->look(end_of(0) + 2).next;
  ASSERT_TRUE(next);
  EXPECT_LE(*next, end_of(0) + 6);
  books_->look(*next);
  EXPECT_THAT(*said, StartsWith("in the period from 2025-11-29T19:00:00Z a part is missing"));
  EXPECT_THAT(*said, HasSubstr("is missing; b on h2: its host's sensor has not reported"));
  EXPECT_EQ(said->find('\n'), said->npos);
}

TEST_F(TrafficBooksTest, SayHowMuchWasSentLately) {
  EXPECT_EQ(*books_->recent(std::chrono::minutes(5), kStart), traffic::Rates{});
  for (int64_t number = 0; number < 20; ++number) {
    report_all(number, number < 10 ? 300 : 30);
    books_->look(end_of(number) + 1);
  }
  const auto rates = books_->recent(std::chrono::seconds(150), end_of(19) + 10);
  ASSERT_TRUE(rates);
  EXPECT_THAT(rates->pairs, ElementsAre(traffic::Rate{"b", "a", {1, 100}}));
  EXPECT_EQ(rates->from, end_of(15)) << "of the periods that lie in the window";
  EXPECT_EQ(rates->to, end_of(19));
  const auto all = books_->recent(std::chrono::hours(24), end_of(19) + 10);
  EXPECT_THAT(all->pairs, ElementsAre(traffic::Rate{"b", "a", {5.5, 550}})) << "also what only the store has";
}

TEST_F(TrafficBooksTest, SayHowMuchWasSentInTheNewestPeriodAtLeast) {
  report_all(0, 30);
  report_all(1, 60);
  report("s1", 2, {count_of(1, {{2, 90}})});
  books_->look(end_of(2) + 1);
  const auto rates = books_->recent(std::chrono::seconds(10), end_of(2) + 1);
  EXPECT_THAT(rates->pairs, ElementsAre(traffic::Rate{"b", "a", {2, 200}}))
      << "of the newest that has settled";
}

TEST_F(TrafficBooksTest, TellOfLinesThatCannotBeRead) {
  books_->take({{"traffic", "s1", {{"period", "never"}}, "probe s1", {}}}, kStart);
  EXPECT_EQ(books_->look(kStart).problems.size(), 1u);
  EXPECT_THAT(books_->look(kStart).problems, IsEmpty());
}

TEST_F(TrafficBooksTest, TellOfTheirGroupsWhereTheseHaveChanged) {
  for (int64_t number = 0; number < 2; ++number) EXPECT_EQ(regroup(number, 2, 1), "-");
  EXPECT_EQ(regroup(2, 2, 1), "a b") << "the first groups of all are a change";
  for (int64_t number = 3; number < 10; ++number) EXPECT_EQ(regroup(number, 2, 1), "-");
  EXPECT_EQ(regroup(10, 3, 1), "-");
  EXPECT_EQ(regroup(11, 2, 1), "-") << "one period differed";
  for (int64_t number = 12; number < 14; ++number) EXPECT_EQ(regroup(number, 3, 1), "-");
  EXPECT_EQ(regroup(14, 3, 1), "a c");
  EXPECT_EQ(regroup(15, 3, 1), "-");
}

TEST_F(TrafficBooksTest, KnowTheirGroupsAfterARestartAndTellOfThemNoMore) {
  for (int64_t number = 0; number < 20; ++number) regroup(number, 2, 1);
  open(end_of(19) + 10);
  EXPECT_EQ(books_->look(end_of(19) + 10).regroup, std::nullopt);
  for (int64_t number = 20; number < 25; ++number) EXPECT_EQ(regroup(number, 2, 1), "-");
  for (int64_t number = 25; number < 27; ++number) EXPECT_EQ(regroup(number, 3, 1), "-");
  EXPECT_EQ(regroup(27, 3, 1), "a c");
}

TEST_F(TrafficBooksTest, GoOnWithAChangeThatWasUnderWayBeforeARestart) {
  for (int64_t number = 0; number < 10; ++number) regroup(number, 2, 1);
  for (int64_t number = 10; number < 12; ++number) EXPECT_EQ(regroup(number, 3, 1), "-");
  open(end_of(11) + 10);
  EXPECT_EQ(regroup(12, 3, 1), "a c") << "it is the third period";
}

TEST_F(TrafficBooksTest, TakeAPeriodThatWasNotSettledBeforeARestartWhenItIs) {
  for (int64_t number = 0; number < 2; ++number) regroup(number, 2, 1);
  report("s1", 2, {count_of(1, {{2, 100}})});
  open(end_of(2) + 1);
  EXPECT_EQ(books_->look(end_of(2) + 1).regroup, std::nullopt);
  report("s2", 2, {count_of(2), count_of(3)});
  EXPECT_EQ(books_->look(end_of(2) + 2).regroup, "a b");
}

}  // namespace
}  // namespace attune::main
