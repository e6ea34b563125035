// SPDX-License-Identifier: Apache-2.0
#include "runtime/hypervisor/settlement.h"

#include <gmock/gmock.h>

namespace attune::hypervisor {
namespace {

using State = Side::State;
using Where = ports::MigrationEnd::Where;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr Side kSilent{.state = State::kSilent};
constexpr Side kAbsent{.state = State::kAbsent};
constexpr Side kOff{.state = State::kOff};
constexpr Side kRunning{.state = State::kRunning};
constexpr Side kPaused{.state = State::kPaused};  // by a person
constexpr Side kHandedOver{.state = State::kPaused, .by_migration = true};
constexpr Side kResumed{.state = State::kRunning, .by_migration = true};
constexpr Side kMoving{.state = State::kRunning, .is_busy = true};

constexpr Side kAll[] = {kSilent, kAbsent, kOff, kRunning, kPaused, kHandedOver, kResumed};

auto is(Where where) {
  return ::testing::Field(&Verdict::where, where);
}
template <class... T>
auto does(T... acts) {
  return ::testing::Field(&Verdict::acts, ElementsAre(acts...));
}
auto does_nothing() {
  return ::testing::Field(&Verdict::acts, IsEmpty());
}

TEST(Settlement, AMigrationThatCameOffNeedsNothing) {
  EXPECT_THAT(decide(kAbsent, kRunning, Doubt::kNone), AllOf(is(Where::kTarget), does_nothing()));
}

TEST(Settlement, ADefinitionLeftOnTheSourceIsRemoved) {
  EXPECT_THAT(decide(kOff, kRunning, Doubt::kNone), AllOf(is(Where::kTarget), does(Act::kUndefineSource)));
}

TEST(Settlement, AMigrationThatNeverBeganNeedsNothing) {
  EXPECT_THAT(decide(kRunning, kAbsent, Doubt::kNone), AllOf(is(Where::kSource), does_nothing()));
  EXPECT_THAT(decide(kRunning, kOff, Doubt::kNone), AllOf(is(Where::kSource), does_nothing()));
}

TEST(Settlement, OfTwoThatRunTheTargetHasTheNewerState) {
  EXPECT_THAT(decide(kResumed, kRunning, Doubt::kNone),
              AllOf(is(Where::kTarget), does(Act::kDestroySource, Act::kUndefineSource)));
}

TEST(Settlement, ASourceThatHandedOverIsRemovedOnceTheTargetRuns) {
  EXPECT_THAT(decide(kHandedOver, kRunning, Doubt::kNone),
              AllOf(is(Where::kTarget), does(Act::kDestroySource, Act::kUndefineSource)));
}

TEST(Settlement, ASourceThatHandedOverToNobodyGoesOn) {
  EXPECT_THAT(decide(kHandedOver, kAbsent, Doubt::kNone),
              AllOf(is(Where::kSource), does(Act::kResumeSource)));
}

TEST(Settlement, AGuestThatAPersonPausedStaysPaused) {
  EXPECT_THAT(decide(kPaused, kAbsent, Doubt::kNone), AllOf(is(Where::kSource), does_nothing()));
  EXPECT_THAT(decide(kAbsent, kPaused, Doubt::kNone), AllOf(is(Where::kTarget), does_nothing()));
}

TEST(Settlement, OfTwoThatDoNotRunTheSourceHasTheWholeState) {
  EXPECT_THAT(decide(kHandedOver, kHandedOver, Doubt::kNone),
              AllOf(is(Where::kSource), does(Act::kDestroyTarget, Act::kUndefineTarget, Act::kResumeSource)));
}

TEST(Settlement, ARunningSourceOutdoesWhatTheTargetDidNotFinish) {
  EXPECT_THAT(decide(kRunning, kHandedOver, Doubt::kNone),
              AllOf(is(Where::kSource), does(Act::kDestroyTarget, Act::kUndefineTarget)));
}

TEST(Settlement, ATargetThatAloneIsLeftIsLetRun) {
  EXPECT_THAT(decide(kAbsent, kHandedOver, Doubt::kNone),
              AllOf(is(Where::kTarget), does(Act::kResumeTarget)));
}

TEST(Settlement, ASilentTargetThatMayRunKeepsTheSourcePaused) {
  EXPECT_THAT(decide(kResumed, kSilent, Doubt::kTargetMayRun),
              AllOf(is(Where::kUnknown), does(Act::kPauseSource)));
  EXPECT_THAT(decide(kHandedOver, kSilent, Doubt::kTargetMayRun), AllOf(is(Where::kUnknown), does_nothing()));
}

TEST(Settlement, ASilentTargetThatCannotRunLeavesTheSourceAlone) {
  EXPECT_THAT(decide(kRunning, kSilent, Doubt::kTargetMayRun), AllOf(is(Where::kSource), does_nothing()));
  EXPECT_THAT(decide(kResumed, kSilent, Doubt::kNone), AllOf(is(Where::kSource), does_nothing()));
}

TEST(Settlement, ARunningTargetNeedsNoWordOfTheSource) {
  EXPECT_THAT(decide(kSilent, kRunning, Doubt::kNone), AllOf(is(Where::kTarget), does_nothing()));
}

TEST(Settlement, ASilentSourceLeavesItOpenWhenTheTargetHasNothing) {
  for (const Side& target : {kAbsent, kOff, kHandedOver, kSilent})
    EXPECT_THAT(decide(kSilent, target, Doubt::kNone), AllOf(is(Where::kUnknown), does_nothing()));
}

TEST(Settlement, WhatBothHaveLostRunsNowhere) {
  EXPECT_THAT(decide(kAbsent, kAbsent, Doubt::kNone), AllOf(is(Where::kNowhere), does_nothing()));
  EXPECT_THAT(decide(kOff, kAbsent, Doubt::kNone), AllOf(is(Where::kNowhere), does_nothing()));
}

TEST(Settlement, AMigrationUnderWayIsNotInterferedWith) {
  EXPECT_THAT(decide(kMoving, kHandedOver, Doubt::kNone), AllOf(is(Where::kSource), does_nothing()));
  const Side handing_over{.state = State::kPaused, .by_migration = true, .is_busy = true};
  EXPECT_THAT(decide(handing_over, kHandedOver, Doubt::kNone), AllOf(is(Where::kUnknown), does_nothing()));
}

// --- of what is left of its own job ---

TEST(OwnJob, GoesOnUntilTheSourceIsSeenWithoutAJob) {
  OwnJob job{true};
  EXPECT_TRUE(job.goes_on(kMoving));
  EXPECT_FALSE(job.goes_on(kSilent));
  EXPECT_TRUE(job.goes_on(kMoving)) << "a silent source says nothing";
  EXPECT_FALSE(job.goes_on(kResumed));
}

// Regression: while a target stayed silent, each job that a person began on the source was broken off.
TEST(OwnJob, IsNoneThatTheSourceHasAfterOursWasOver) {
  for (const Side& without : {kRunning, kPaused, kOff, kAbsent}) {
    OwnJob job{true};
    EXPECT_FALSE(job.goes_on(without));
    EXPECT_FALSE(job.goes_on(kMoving));
  }
}

TEST(OwnJob, IsNoneOfAManagerThatBeganNothing) {
  OwnJob job{false};
  EXPECT_FALSE(job.goes_on(kMoving));
}

// --- of what earlier answers have told ---

auto is_open(bool open) {
  return ::testing::Field(&Verdict::is_open, open);
}

TEST(Settlement, GoesOnUntilTheSideThatMayHaveSomethingLeftHasAnswered) {
  EXPECT_THAT(decide(kSilent, kRunning, Doubt::kNone), AllOf(is(Where::kTarget), is_open(true)));
  EXPECT_THAT(decide(kRunning, kSilent, Doubt::kNone), AllOf(is(Where::kSource), is_open(true)));
  EXPECT_THAT(decide(kAbsent, kRunning, Doubt::kNone), is_open(false));
  EXPECT_THAT(decide(kRunning, kAbsent, Doubt::kNone), is_open(false));
  EXPECT_THAT(decide(kSilent, kSilent, Doubt::kNone), is_open(true));
}

TEST(Settlement, WhatASourceThatWasSilentKeepsPausedIsRemoved) {
  for (const Side& target : {kRunning, kPaused, kOff, kAbsent, kSilent})
    EXPECT_THAT(decide(kHandedOver, target, Doubt::kNone, Where::kTarget),
                AllOf(is(Where::kTarget), does(Act::kDestroySource, Act::kUndefineSource), is_open(false)));
}

TEST(Settlement, OnceItHasRunOnTheTargetTheSourceNeverGoesOn) {
  for (const Side& source : kAll)
    for (const Side& target : kAll) {
      const Verdict verdict = decide(source, target, Doubt::kNone, Where::kTarget);
      EXPECT_THAT(verdict.acts, ::testing::Not(::testing::Contains(Act::kResumeSource)));
    }
}

TEST(Settlement, WhatAPersonOrAnotherMigrationDidSinceIsLeftAlone) {
  const Side arriving{.state = State::kPaused, .by_migration = true, .is_busy = true};
  for (const Side& source : {kPaused, kRunning, kResumed})
    EXPECT_THAT(decide(source, kAbsent, Doubt::kNone, Where::kTarget), AllOf(does_nothing(), is_open(false)));
  EXPECT_THAT(decide(kHandedOver, kMoving, Doubt::kNone, Where::kTarget), does_nothing());
  EXPECT_THAT(decide(arriving, kAbsent, Doubt::kNone, Where::kTarget), AllOf(does_nothing(), is_open(true)));
  EXPECT_THAT(decide(kOff, kRunning, Doubt::kNone, Where::kSource),
              AllOf(is(Where::kSource), does_nothing()));
}

// Whatever both sides say, what is done leaves at most one that runs, and at no moment two that did not
// before.
TEST(Settlement, NeverLeavesTwoRunning) {
  for (const Doubt doubt : {Doubt::kNone, Doubt::kTargetMayRun})
    for (const Side& source : kAll)
      for (const Side& target : kAll) {
        bool source_runs = source.state == State::kRunning;
        bool target_runs = target.state == State::kRunning;
        const bool ran_twice = source_runs && target_runs;
        for (const Act act : decide(source, target, doubt).acts) {
          if (act == Act::kPauseSource || act == Act::kDestroySource) source_runs = false;
          if (act == Act::kResumeSource) source_runs = true;
          if (act == Act::kDestroyTarget) target_runs = false;
          if (act == Act::kResumeTarget) target_runs = true;
          ASSERT_FALSE(source_runs && target_runs && !ran_twice);
        }
        EXPECT_FALSE(source_runs && target_runs);
      }
}

// A side that does not answer may run it.
TEST(Settlement, WakesNothingAndRemovesNothingWhileASideIsSilent) {
  for (const Doubt doubt : {Doubt::kNone, Doubt::kTargetMayRun})
    for (const Side& side : kAll) {
      EXPECT_THAT(decide(kSilent, side, doubt), does_nothing());
      for (const Act act : decide(side, kSilent, doubt).acts) EXPECT_EQ(act, Act::kPauseSource);
    }
}

// libvirt resumes a source by itself when the connection to the target breaks.
TEST(Settlement, LeavesNoSourceRunningBesideASilentTargetThatMayRun) {
  for (const Side& source : {kResumed, kHandedOver}) {
    const Verdict verdict = decide(source, kSilent, Doubt::kTargetMayRun);
    EXPECT_THAT(verdict, is(Where::kUnknown));
    const bool is_paused = source.state == State::kPaused;
    EXPECT_EQ(verdict.acts.size(), is_paused ? 0u : 1u);
  }
}

}  // namespace
}  // namespace attune::hypervisor
