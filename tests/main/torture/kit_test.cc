// SPDX-License-Identifier: Apache-2.0
#include "runtime/main/torture/kit.h"

#include <algorithm>
#include <optional>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/main/torture/small_patient.h"

namespace attune::torture {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

std::vector<StubShape> usual_stubs() {
  return {{"start", Role::kStart, {}}, {"stop", Role::kStop, {}}, {"status", Role::kStatus, {}}};
}

class KitTest : public ::testing::Test {
 protected:
  Report torture(Faults faults, std::vector<StubShape> stubs = usual_stubs(), Skips skips = {},
                 std::stop_token stop = {}) {
    patient_.emplace(faults);
    Kit kit(*patient_, std::move(stubs), std::move(skips), {});
    std::optional<Report> report;
    start<Report>(kit.run(stop), [&](Report end) { report = std::move(end); });
    return std::move(report.value());  // nothing in this world waits
  }
  // "start twice: doubled"
  static std::vector<std::string> found(const Report& report) {
    std::vector<std::string> all;
    for (const Finding& one : report.findings)
      all.push_back(fmt::format("{} {}", one.stub, name_of(one.ordeal)));
    return all;
  }
  static std::string why_not(const Report& report, const std::string& stub, Ordeal ordeal) {
    for (const Verdict& one : report.verdicts)
      if (one.trial.stub == stub && one.trial.ordeal == ordeal)
        return one.kind == Verdict::Kind::kNotTried ? one.why_not : "it was tried";
    return "it is not in the report";
  }

  std::optional<SmallPatient> patient_;
};

TEST_F(KitTest, AGoodWrapperSurvivesAll) {
  const Report report = torture({});
  EXPECT_THAT(found(report), IsEmpty());
  EXPECT_TRUE(report.is_survived());
  EXPECT_EQ(report.verdicts.size(), 21u);
  EXPECT_EQ(why_not(report, "start", Ordeal::kHung), "it was tried");
}

TEST_F(KitTest, AStartThatDoublesIsFoundOnce) {
  const Report report = torture({.start_doubles = true});
  EXPECT_THAT(found(report), ElementsAre("start twice"));
  EXPECT_EQ(report.findings[0].kind, Finding::Kind::kDoubled);
  EXPECT_EQ(report.findings[0].done, "start; start");
  EXPECT_EQ(why_not(report, "start", Ordeal::kDoubled), "it does not bear 'twice'");
}

TEST_F(KitTest, ASecondStartThatFailsIsFound) {
  const Report report = torture({.second_start_fails = true});
  EXPECT_THAT(found(report), ElementsAre("start twice"));
  EXPECT_EQ(report.findings[0].happened, "exited with 1: it runs");
}

TEST_F(KitTest, AStopThatLeavesAChildIsFoundOnce) {
  const Report report = torture({.stop_leaves_child = true});
  EXPECT_THAT(found(report), ElementsAre("stop once"));
  EXPECT_EQ(report.findings[0].kind, Finding::Kind::kLeftProcess);
  EXPECT_THAT(report.findings[0].happened, HasSubstr("server ("));
}

TEST_F(KitTest, AStopThatFailsWhereNothingRunsIsFound) {
  const Report report = torture({.second_stop_fails = true});
  EXPECT_THAT(found(report), Contains("stop twice"));
  EXPECT_THAT(found(report), Contains("stop order"));
}

TEST_F(KitTest, AStatusThatWritesIsFoundOnce) {
  const Report report = torture({.status_writes = true});
  EXPECT_THAT(found(report), ElementsAre("status order"));
  EXPECT_EQ(report.findings[0].kind, Finding::Kind::kChanges);
}

TEST_F(KitTest, AStatusThatAlwaysSaysYesIsFoundOnce) {
  const Report report = torture({.status_always_works = true});
  EXPECT_THAT(found(report), ElementsAre("status order"));
  EXPECT_EQ(report.findings[0].kind, Finding::Kind::kWrongAnswer);
}

TEST_F(KitTest, AStartThatHangsAfterOneThatWasKilledIsFoundOnce) {
  const Report report = torture({.killed_start_locks = true});
  EXPECT_THAT(found(report), ElementsAre("start killed"));
  EXPECT_EQ(report.findings[0].kind, Finding::Kind::kHangs);
  EXPECT_EQ(report.findings[0].done, "start (killed in the middle); start");
  EXPECT_EQ(why_not(report, "start", Ordeal::kHung), "it does not bear 'killed'");
}

TEST_F(KitTest, AFileThatOnlyABrokenStopLeavesIsFound) {
  const Report report = torture({.stop_leaves_file = true});
  EXPECT_THAT(found(report), Contains("stop killed"));
  EXPECT_THAT(report.findings[0].happened, HasSubstr("stop.lock"));
}

TEST_F(KitTest, WhatAPlainCycleLeavesIsMeantToStay) {
  const Report report = torture({});  // it writes a log
  EXPECT_THAT(found(report), IsEmpty());
}

TEST_F(KitTest, WithoutAStartThatWorksNothingElseIsTried) {
  const Report report = torture({.start_fails = true});
  EXPECT_THAT(found(report), ElementsAre("start once"));
  EXPECT_EQ(why_not(report, "status", Ordeal::kOnce), "'start' has to bear 'once' before");
  EXPECT_THAT(patient_->calls, ElementsAre("start"));
}

TEST_F(KitTest, WhatOnlyHelpsAtAStartIsNotTakenForTheService) {
  EXPECT_THAT(found(torture({.start_doubles = true, .is_slow_to_settle = true})), ElementsAre("start twice"));
  EXPECT_THAT(found(torture({.is_slow_to_settle = true})), IsEmpty());
}

TEST_F(KitTest, APortThatIsOpenedLateIsMissedWhenItIsLeft) {
  const Report report = torture({.listens_late = true, .stop_leaves_port = true});
  ASSERT_THAT(report.findings, Not(IsEmpty()));
  EXPECT_EQ(report.findings[0].kind, Finding::Kind::kLeftPort);
}

TEST_F(KitTest, OfWhatTheManagerKeepsNoProcessIsCounted) {
  std::vector<StubShape> stubs = usual_stubs();
  stubs[0].kept_by = kTheManager;
  EXPECT_THAT(found(torture({.start_doubles = true}, stubs)), IsEmpty());
}

TEST_F(KitTest, WhatCannotBeSeenIsNotKilled) {
  const Report report = torture({.is_unseen = true});
  EXPECT_THAT(found(report), IsEmpty());
  EXPECT_EQ(why_not(report, "start", Ordeal::kOrder), "none of its processes can be seen on the host");
  EXPECT_EQ(why_not(report, "stop", Ordeal::kOrder), "it was tried");
}

TEST_F(KitTest, WithoutAStartAStopIsStillCalledOutOfOrder) {
  const Report report = torture({.second_stop_fails = true}, {{"stop", Role::kStop, {}}}, {"stop:once"});
  EXPECT_THAT(found(report),
              Contains("stop order"));  // nothing could be killed, and it was called all the same
}

TEST_F(KitTest, WhatEndsTooSoonToBeHurtIsNotCondemned) {
  const Report report = torture({.harm_misses = true});
  EXPECT_THAT(found(report), IsEmpty());
  EXPECT_EQ(why_not(report, "stop", Ordeal::kKilled), "it ends too soon to be hurt in its middle");
}

TEST_F(KitTest, WhyAHarmCanNeverComeIsSaid) {
  std::vector<StubShape> stubs = usual_stubs();
  for (StubShape& stub : stubs) stub.has_connection = true;
  const Report report = torture({.cannot_be_cut = true}, stubs);
  EXPECT_THAT(found(report), IsEmpty());
  EXPECT_EQ(why_not(report, "stop", Ordeal::kCut), "nobody has called it");
  EXPECT_EQ(why_not(report, "stop", Ordeal::kKilled), "it was tried");
}

TEST_F(KitTest, AStubThatWantsAnArgumentIsNotCalled) {
  std::vector<StubShape> stubs = usual_stubs();
  stubs.push_back({"grant", Role::kOther, "it takes an argument that only a diagram has"});
  const Report report = torture({}, stubs);
  EXPECT_THAT(patient_->calls, Not(Contains("grant")));
  EXPECT_EQ(why_not(report, "grant", Ordeal::kOnce), "it takes an argument that only a diagram has");
}

TEST_F(KitTest, SkipsAreKept) {
  const Report report = torture({.start_doubles = true}, usual_stubs(), {"start:twice", "status"});
  EXPECT_EQ(why_not(report, "start", Ordeal::kTwice), "left out by --skip");
  EXPECT_EQ(why_not(report, "status", Ordeal::kOnce), "left out by --skip");
}

TEST_F(KitTest, AStartThatIsLeftOutIsMadeOnceAllTheSame) {
  for (const std::string skip : {"start", "start:once"}) {
    const Report report = torture({.second_stop_fails = true}, usual_stubs(), {skip});
    EXPECT_EQ(why_not(report, "start", Ordeal::kOnce), "it was tried");
    EXPECT_THAT(found(report), Contains("stop twice"));
  }
  const Report report = torture({.start_doubles = true}, usual_stubs(), {"start"});
  EXPECT_EQ(why_not(report, "start", Ordeal::kTwice), "left out by --skip");
}

TEST_F(KitTest, WhereNothingIsTriedNothingIsSurvived) {
  EXPECT_FALSE(torture({}, {{"grant", Role::kOther, "it takes an argument"}}).is_survived());
}

TEST_F(KitTest, AStopRequestEndsItAndIsTold) {
  std::stop_source stop;
  stop.request_stop();
  const Report report = torture({}, usual_stubs(), {}, stop.get_token());
  EXPECT_TRUE(report.was_broken_off);
  EXPECT_FALSE(report.is_survived());
  EXPECT_THAT(patient_->calls, IsEmpty());
}

TEST_F(KitTest, WhatWasFoundBeforeTheHostIsGoneIsKept) {
  const Report report = torture({.start_doubles = true, .calls_until_gone = 28});
  EXPECT_THAT(found(report), ElementsAre("start twice"));
  EXPECT_TRUE(report.was_broken_off);
  EXPECT_EQ(report.why_broken_off, "it does not answer");
  EXPECT_EQ(why_not(report, "stop", Ordeal::kHung), "it is not in the report");
}

// "status once" leaves it stopped and clean, so that "status twice" needs no new one.
TEST_F(KitTest, WhereAllIsWellItIsNotMadeAnewForEachTrial) {
  const Report report = torture({});
  const auto leaves_it_clean = [](const Verdict& verdict) { return verdict.trial.ends_clean(); };
  const auto clean = std::count_if(report.verdicts.begin(), report.verdicts.end(), leaves_it_clean);
  const auto not_tried =
      std::count_if(report.verdicts.begin(), report.verdicts.end(),
                    [](const Verdict& verdict) { return verdict.kind == Verdict::Kind::kNotTried; });
  EXPECT_EQ(patient_->renewals, 1 + static_cast<int>(report.verdicts.size()) - not_tried - clean);
}

TEST_F(KitTest, AfterAFindingTheComponentIsMadeAnew) {
  const Skips skips = {"start:twice", "start:doubled", "start:killed", "start:hung", "start:order", "status"};
  torture({}, usual_stubs(), skips);
  const int usual = patient_->renewals;
  const Report report = torture({.second_stop_fails = true}, usual_stubs(), skips);
  ASSERT_THAT(found(report), Contains("stop twice"));
  EXPECT_GT(patient_->renewals, usual);
}

}  // namespace
}  // namespace attune::torture
