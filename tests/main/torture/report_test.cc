// SPDX-License-Identifier: Apache-2.0
#include "runtime/main/torture/report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace attune::torture {
namespace {

using ::testing::HasSubstr;

Report small_report() {
  Report report;
  report.wrapper = "shop/wrappers/app.xml";
  report.class_name = "app";
  report.host = "lab1";
  report.stubs = {{"start", Role::kStart, {}}, {"grant", Role::kOther, "it takes an argument"}};
  for (Trial& trial : trials_of(report.stubs)) {
    const bool is_bad = trial.stub == "start" && trial.ordeal == Ordeal::kTwice;
    const std::string why = trial.why_not;
    const auto kind = is_bad        ? Verdict::Kind::kNotSurvived
                      : why.empty() ? Verdict::Kind::kSurvived
                                    : Verdict::Kind::kNotTried;
    report.verdicts.push_back({std::move(trial), kind, why});
  }
  Finding finding;
  finding.stub = "start";
  finding.ordeal = Ordeal::kTwice;
  finding.done = "start; start";
  finding.expected = "'start' works";
  finding.happened = "it exited with 1: \x1b[31mbusy";
  finding.mend = "look first";
  report.findings = {finding};
  return report;
}

TEST(TortureReport, TellsAPersonAllOfIt) {
  EXPECT_EQ(report_text(small_report()),
            "shop/wrappers/app.xml (class app) on lab1\n"
            "\n"
            "       once     twice    doubled  killed   cut      hung     order\n"
            "start  yes      NO       yes      yes      -        yes      yes\n"
            "grant  -        -        -        -        -        -        -\n"
            "\n"
            "not tried: start cut: this host is reached without a connection\n"
            "not tried: grant at all: it takes an argument\n"
            "\n"
            "start does not survive 'twice'\n"
            "  done:       start; start\n"
            "  expected:   'start' works\n"
            "  happened:   it exited with 1: \\x1b[31mbusy\n"
            "  mend it:    look first\n"
            "\n"
            "5 survived, 1 not survived, 8 not tried\n");
}

TEST(TortureReport, IsTheSameAsJson) {
  const auto json = nlohmann::json::parse(report_json(small_report()));
  EXPECT_EQ(json["class"], "app");
  EXPECT_EQ(json["stubs"][0]["trials"][1],
            nlohmann::json({{"ordeal", "twice"}, {"verdict", "not survived"}, {"why_not", nullptr}}));
  EXPECT_EQ(json["stubs"][1]["trials"][0]["why_not"], "it takes an argument");
  EXPECT_EQ(json["findings"][0]["done"], "start; start");
  EXPECT_EQ(json["broken_off"], false);
}

TEST(TortureReport, WhatWasNotReachedIsBrokenOff) {
  Report report = small_report();
  report.verdicts.clear();
  report.was_broken_off = true;
  EXPECT_THAT(report_text(report), HasSubstr("0 survived, 0 not survived, 0 not tried; broken off\n"));
  EXPECT_EQ(nlohmann::json::parse(report_json(report))["stubs"][0]["trials"][0]["why_not"],
            "it was broken off");
}

TEST(TortureReport, WhyItWasBrokenOffIsSaid) {
  Report report = small_report();
  report.was_broken_off = true;
  report.why_broken_off = "lab1 does not answer";
  EXPECT_THAT(report_text(report), HasSubstr("8 not tried; broken off: lab1 does not answer\n"));
  EXPECT_EQ(nlohmann::json::parse(report_json(report))["why_broken_off"], "lab1 does not answer");
}

TEST(TortureReport, OneThatWasBrokenOffIsNoGreenTestSuite) {
  Report report;
  report.class_name = "app";
  report.was_broken_off = true;
  EXPECT_THAT(report_junit(report), HasSubstr("tests=\"1\" failures=\"0\" errors=\"1\" skipped=\"0\""));
  EXPECT_THAT(report_junit(report), HasSubstr("<testcase classname=\"app\" name=\"torture\">\n"
                                              "      <error message=\"broken off\"/>\n"));
}

TEST(TortureReport, IsATestSuiteForJUnit) {
  const std::string xml = report_junit(small_report());
  EXPECT_THAT(xml, HasSubstr("tests=\"14\" failures=\"1\" errors=\"0\" skipped=\"8\""));
  EXPECT_THAT(xml, HasSubstr("<testcase classname=\"app\" name=\"start once\"/>"));
  EXPECT_THAT(xml, HasSubstr("<failure message=\"start; start: it exited with 1: "));
  EXPECT_THAT(xml, HasSubstr("<skipped message=\"it takes an argument\"/>"));
}

}  // namespace
}  // namespace attune::torture
