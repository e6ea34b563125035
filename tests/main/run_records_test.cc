// SPDX-License-Identifier: Apache-2.0
#include "runtime/main/run_records.h"

#include <gmock/gmock.h>

#include "tests/journal/journal_fixture.h"

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

  std::vector<Record> records_;
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

TEST_F(RunRecordsTest, TellWhetherItHasHelped) {
  add(workflow::RunEnded{kLast, workflow::RunEnd::kDone, ""});
  for (size_t i = 0; i < 300; ++i) add(workflow::EventSuppressed{"busy", "app", "no", i});
  add(workflow::RunJudged{kLast, "busy", "app", true, "app.count = 2"});
  ASSERT_TRUE(append({records_.end() - 302, records_.end()}));
  const auto found = records_of_run(path_, kLast);
  ASSERT_EQ(found->size(), 4u);
  EXPECT_EQ(std::get<workflow::RunJudged>(found->back().what).seen, "app.count = 2");
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
  const auto all = last_suppressions(path_, "busy", ""), one = last_suppressions(path_, "busy", "vm");
  ASSERT_TRUE(all && one);
  EXPECT_GT(all->size(), one->size());
  for (const Record& record : *one)
    EXPECT_EQ(std::get<workflow::EventSuppressed>(record.what).component, "vm");
  EXPECT_TRUE(last_suppressions(path_, "idle", "")->empty());
}

}  // namespace
}  // namespace attune::main
