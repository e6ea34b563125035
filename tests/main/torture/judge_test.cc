// SPDX-License-Identifier: Apache-2.0
#include "runtime/main/torture/judge.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace attune::torture {
namespace {

using ::testing::HasSubstr;
using Kind = Finding::Kind;

class JudgeTest : public ::testing::Test {
 protected:
  std::optional<Finding> judged(Step::Answer answer, Step::Then then) {
    const Trial trial{"start", Role::kStart, Ordeal::kTwice, {{Step::Act::kCall, "start", answer, then}}, {}};
    return judge(trial, 0, seen_, norm_);
  }
  static SeenProcess process(int pid, int parent = 1) { return {pid, parent, pid, "server"}; }

  Seen seen_{.ends = {CallEnd()}};
  Norm norm_{.roots = 1, .ports = {80}, .files = {"log"}};
};

TEST_F(JudgeTest, ACallThatHadToWorkAndFailedIsFound) {
  seen_.ends = {{CallEnd::Kind::kFailed, "exited with 1: no"}};
  const auto finding = judged(Step::Answer::kWorks, Step::Then::kAny);
  ASSERT_TRUE(finding);
  EXPECT_EQ(finding->kind, Kind::kFailed);
  EXPECT_EQ(finding->happened, "exited with 1: no");
  EXPECT_NE(finding->mend, "");
  EXPECT_FALSE(judged(Step::Answer::kEnds, Step::Then::kAny));
  EXPECT_FALSE(judged(Step::Answer::kRefuses, Step::Then::kAny));
}

TEST_F(JudgeTest, ACallThatDoesNotEndIsFoundWhateverItsAnswer) {
  seen_.ends = {{CallEnd::Kind::kTimedOut, "it had not ended"}};
  for (const auto answer : {Step::Answer::kWorks, Step::Answer::kEnds, Step::Answer::kRefuses}) {
    const auto finding = judged(answer, Step::Then::kAny);
    ASSERT_TRUE(finding);
    EXPECT_EQ(finding->kind, Kind::kHangs);
  }
  EXPECT_FALSE(judged(Step::Answer::kAny, Step::Then::kAny));
}

TEST_F(JudgeTest, OfTwoAtOnceOneMayBeRefused) {
  seen_.ends = {CallEnd(), {CallEnd::Kind::kFailed, "busy"}};
  EXPECT_FALSE(judged(Step::Answer::kOneWorks, Step::Then::kAny));
  EXPECT_TRUE(judged(Step::Answer::kAllWork, Step::Then::kAny));
  seen_.ends[0] = seen_.ends[1];
  EXPECT_TRUE(judged(Step::Answer::kOneWorks, Step::Then::kAny));
}

TEST_F(JudgeTest, WorkersAreNoSecondService) {
  seen_.after.processes = {process(10), process(11, 10), process(12, 11)};
  EXPECT_FALSE(judged(Step::Answer::kWorks, Step::Then::kRuns));
  seen_.after.processes.push_back(process(20));
  const auto finding = judged(Step::Answer::kWorks, Step::Then::kRuns);
  ASSERT_TRUE(finding);
  EXPECT_EQ(finding->kind, Kind::kDoubled);
  EXPECT_EQ(finding->happened, "2 run: server (10), server (20)");
}

TEST_F(JudgeTest, AStartThatWorkedAndRunsNothingIsFound) {
  const auto finding = judged(Step::Answer::kWorks, Step::Then::kRuns);
  ASSERT_TRUE(finding);
  EXPECT_EQ(finding->kind, Kind::kDead);
  norm_.roots = 0;  // nothing of it is ever seen
  EXPECT_FALSE(judged(Step::Answer::kWorks, Step::Then::kRuns));
}

TEST_F(JudgeTest, WhatIsLeftIsFoundByItsKind) {
  seen_.after.files = {"log"};
  seen_.after.ports = {22};
  EXPECT_FALSE(judged(Step::Answer::kWorks, Step::Then::kClean));
  seen_.after.files.insert("lock");
  EXPECT_EQ(judged(Step::Answer::kWorks, Step::Then::kClean)->kind, Kind::kLeftFile);
  norm_.counts_files = false;
  EXPECT_FALSE(judged(Step::Answer::kWorks, Step::Then::kClean));
  seen_.after.ports.insert(80);
  EXPECT_EQ(judged(Step::Answer::kWorks, Step::Then::kClean)->kind, Kind::kLeftPort);
  seen_.after.processes = {process(10)};
  const auto finding = judged(Step::Answer::kWorks, Step::Then::kClean);
  EXPECT_EQ(finding->kind, Kind::kLeftProcess);
  EXPECT_EQ(finding->happened, "left: server (10); port 80");
}

TEST_F(JudgeTest, AStatusThatMakesAFileWhereNothingRunsIsFound) {
  seen_.ends = {{CallEnd::Kind::kFailed, "exited with 3"}};
  seen_.after.files = {"seen"};
  EXPECT_EQ(judged(Step::Answer::kRefuses, Step::Then::kUnchanged)->kind, Kind::kChanges);
  seen_.before.processes = seen_.after.processes = {process(10)};  // that may have made it
  EXPECT_FALSE(judged(Step::Answer::kRefuses, Step::Then::kUnchanged));
}

TEST_F(JudgeTest, AFileOfAServiceThatIsNotSeenIsNotTheStatuss) {
  seen_.after.files = {"log"};
  EXPECT_FALSE(judged(Step::Answer::kWorks, Step::Then::kUnchanged));
}

TEST_F(JudgeTest, AStatusThatRestartsWhatItLooksAtIsFound) {
  seen_.before.processes = {process(10)};
  seen_.after.processes = {process(11)};
  const auto finding = judged(Step::Answer::kWorks, Step::Then::kUnchanged);
  ASSERT_TRUE(finding);
  EXPECT_THAT(finding->happened, HasSubstr("server (11)"));
}

TEST_F(JudgeTest, OnlyWhatEndsMaySettle) {
  Finding finding;
  finding.kind = Kind::kLeftProcess;
  EXPECT_TRUE(may_settle(finding));
  finding.kind = Kind::kFailed;
  EXPECT_FALSE(may_settle(finding));
}

}  // namespace
}  // namespace attune::torture
