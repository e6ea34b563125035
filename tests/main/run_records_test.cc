// SPDX-License-Identifier: Apache-2.0
#include "runtime/main/run_records.h"

#include <gmock/gmock.h>

#include "runtime/main/run_explanations.h"
#include "runtime/main/suppression_search.h"
#include "tests/journal/journal_fixture.h"
#include "tests/support/hand_loop.h"

namespace attune::main {
namespace {

using testing::HasSubstr;
using workflow::Record;

// Runs 3, 4 ... each with an event, so many other records, and an end; they overlap by halves.
class RunRecordsTest : public journal::JournalFixture {
 protected:
  static constexpr workflow::RunId kFirst = 3, kLast = 42;

  void SetUp() override {
    open();
    for (workflow::RunId run = kFirst; run <= kLast; ++run) {
      add(workflow::EventAccepted{run * 2, "busy", "app", "probe", {}});
      add(workflow::RunStarted{run, run * 2, "busy", "app"});
      for (size_t i = 0; i < run * 7 % 300; ++i)
        add(workflow::EventSuppressed{"busy", i % 2 == 0 ? "app" : "vm", "no", i});
      if (run > kFirst) add(workflow::RunEnded{run - 1, workflow::RunEnd::kDone, ""});
    }
    ASSERT_TRUE(append(records_));
  }
  template <class What>
  void add(What what) {
    records_.push_back(Record{records_.size() + 1, {}, std::move(what)});
  }

  // Until they are found.
  std::vector<Record> suppressions(const std::string& event, const std::string& component) {
    RunExplanations explanations(loop_, path_, [] { return Story(); });
    std::vector<Record> found;
    explanations.suppressions({.name = event, .component = component}, [&](const auto& records) {
      ASSERT_TRUE(records) << records.error().message;
      found = *records;
    });
    loop_.turn();
    return found;
  }

  std::vector<Record> records_;
  test::HandLoop loop_;
};

TEST_F(RunRecordsTest, FindEachRunWithItsEventAndItsEnd) {
  for (workflow::RunId run = kFirst; run < kLast; ++run) {
    const auto found = records_of_run(path_, run);
    ASSERT_TRUE(found) << run;
    ASSERT_EQ(found->size(), 3u) << run;
    EXPECT_EQ(std::get<workflow::EventAccepted>((*found)[0].what).event, run * 2);
    EXPECT_EQ(std::get<workflow::RunStarted>((*found)[1].what).run, run);
    EXPECT_EQ(std::get<workflow::RunEnded>((*found)[2].what).run, run);
  }
  EXPECT_EQ(records_of_run(path_, kLast)->size(), 2u) << "it goes on";
}

// Runs end after the next one has begun.
TEST_F(RunRecordsTest, FindTheRunsThatADamagedRecordIsNotPartOf) {
  close();
  const auto middle = records_.size() / 2;
  auto database = journal::Database::open(path_);
  ASSERT_TRUE(database->run("DELETE FROM records WHERE sequence = " + std::to_string(middle)));
  size_t lost = 0;
  for (workflow::RunId run = kFirst; run < kLast; ++run) {
    const auto found = records_of_run(path_, run);
    if (found) {
      EXPECT_EQ(found->size(), 3u) << run;
    } else {
      EXPECT_THAT(found.error().message, HasSubstr("damaged or missing")) << run;
      ++lost;
    }
  }
  EXPECT_LE(lost, 2u);
}

TEST_F(RunRecordsTest, TellWhetherItHasHelped) {
  add(workflow::RunEnded{kLast, workflow::RunEnd::kDone, ""});
  for (size_t i = 0; i < 300; ++i) add(workflow::EventSuppressed{"busy", "app", "no", i});
  add(workflow::RunJudged{kLast, "busy", "app", true, "app.count = 2"});
  ASSERT_TRUE(append({records_.end() - 302, records_.end()}));
  const auto found = records_of_run(path_, kLast);
  ASSERT_EQ(found->size(), 4u);
  EXPECT_EQ(std::get<workflow::RunJudged>(found->back().what).seen, "app.count = 2");
}

TEST_F(RunRecordsTest, FindAnEventThatStandsFarBeforeItsRun) {
  const size_t before = records_.size();
  add(workflow::EventAccepted{1000, "slow", "app", "probe", {}});
  for (size_t i = 0; i < 5000; ++i) add(workflow::EventSuppressed{"busy", "app", "no", i});
  add(workflow::RunStarted{kLast + 1, 1000, "slow", "app"});
  ASSERT_TRUE(append({records_.begin() + static_cast<std::ptrdiff_t>(before), records_.end()}));
  const auto found = records_of_run(path_, kLast + 1);
  ASSERT_EQ(found->size(), 2u);
  EXPECT_EQ(std::get<workflow::EventAccepted>(found->front().what).event, 1000u);
}

TEST_F(RunRecordsTest, AreLookedForWhileTheLoopServesOthers) {
  RunExplanations explanations(loop_, path_, [] { return Story(); });
  std::vector<workflow::RunId> explained;
  for (const workflow::RunId run : {7, 8, 4711})
    explanations.explain(
        run, [&](const Result<workflow::RunExplanation>& one) { explained.push_back(one ? one->run : 0); });
  EXPECT_THAT(explained, testing::IsEmpty());
  size_t turns = 0;
  while (explained.size() < 3 && turns < 1000) {
    loop_.turn_once();
    ++turns;
  }
  EXPECT_THAT(explained, testing::ElementsAre(7, 8, 0));
  EXPECT_GT(turns, 10u) << "a piece in each";
}

TEST_F(RunRecordsTest, SayThatThereIsNoSuchRun) {
  for (const workflow::RunId run : {workflow::RunId{1}, kLast + 1, workflow::RunId{1} << 60}) {
    const auto found = records_of_run(path_, run);
    ASSERT_FALSE(found) << run;
    EXPECT_EQ(found.error().code, ErrorCode::kNotFound);
    EXPECT_THAT(found.error().message, HasSubstr("there is no run " + std::to_string(run)));
  }
}

TEST_F(RunRecordsTest, TellTheLastSuppressionsOfAnEvent) {
  const auto all = suppressions("busy", ""), one = suppressions("busy", "vm");
  EXPECT_GT(all.size(), one.size());
  EXPECT_THAT(one, testing::Not(testing::IsEmpty()));
  for (const Record& record : one)
    EXPECT_EQ(std::get<workflow::EventSuppressed>(record.what).component, "vm");
  EXPECT_THAT(suppressions("idle", ""), testing::IsEmpty());
}

TEST_F(RunRecordsTest, TellSuppressionsOfTheLastRecordsAlone) {
  const size_t before = records_.size();
  add(workflow::EventSuppressed{"idle", "app", "no", 1});
  add(workflow::EventSuppressed{"idle", "app", "no", 2});
  for (size_t i = 1; i < SuppressionSearch::kLookedBack; ++i)
    add(workflow::EventSuppressed{"busy", "app", "no", i});
  ASSERT_TRUE(append({records_.begin() + static_cast<std::ptrdiff_t>(before), records_.end()}));
  const auto found = suppressions("idle", "");
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(std::get<workflow::EventSuppressed>(found[0].what).count, 2u);
}

TEST_F(RunRecordsTest, LookForSuppressionsWhileTheLoopServesOthers) {
  RunExplanations explanations(loop_, path_, [] { return Story(); });
  bool is_told = false;
  explanations.suppressions({.name = "busy"}, [&](const auto& found) { is_told = found.has_value(); });
  size_t turns = 0;
  for (; !is_told && turns < 1000; ++turns) loop_.turn_once();
  EXPECT_TRUE(is_told);
  EXPECT_GT(turns, 10u) << "a piece in each";
}

TEST_F(RunRecordsTest, AreLookedForByNoMoreThanSoManyAtOnce) {
  RunExplanations explanations(loop_, path_, [] { return Story(); });
  size_t told = 0;
  std::vector<ErrorCode> refused;
  for (size_t i = 0; i < RunExplanations::kAtMost + 2; ++i)
    explanations.suppressions({.name = "busy"}, [&](const auto& found) {
      ++told;
      if (!found) refused.push_back(found.error().code);
    });
  EXPECT_THAT(refused, testing::ElementsAre(ErrorCode::kUnreachable, ErrorCode::kUnreachable));
  loop_.turn();
  EXPECT_EQ(told, RunExplanations::kAtMost + 2);
}

}  // namespace
}  // namespace attune::main
