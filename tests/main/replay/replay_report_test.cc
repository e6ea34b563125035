// SPDX-License-Identifier: Apache-2.0
#include "runtime/main/replay/replay_report.h"

#include <algorithm>
#include <chrono>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "runtime/main/replay/time_line.h"
#include "tests/main/replay/small_shop.h"

namespace attune::replay {
namespace {

using ::testing::HasSubstr;

std::vector<Outcome> outcomes() {
  test::Run run =
      test::run_of(test::SmallShop(), "2026-05-04T12:00:00Z slow app1\n+5min @host lab1 state=down\n",
                   "expect: created <= 1\nexpect: finally app.count < 3\n");
  Outcome one{"shop", run.played, run.verdicts};
  return {one, {"shop <new>", run.played, {run.verdicts[0]}}};
}

TEST(ReplayReport, ShowsVersionsSideBySide) {
  const std::string text = report_text(outcomes(), "monday.trace");
  EXPECT_THAT(text, HasSubstr("monday.trace: 2026-05-04T12:00:00.000000Z to 2026-05-04T12:05:00.000000Z\n"));
  EXPECT_THAT(text, HasSubstr("                                     shop       shop <new>\n"));
  EXPECT_THAT(text, HasSubstr("created                                 1                1\n"));
  EXPECT_THAT(
      text,
      HasSubstr("shop: 1 of 2 expectations hold\n  holds   created <= 1\n  broken  finally app.count < 3\n"));
  EXPECT_FALSE(all_hold(outcomes()));
}

TEST(ReplayReport, IsJsonForPrograms) {
  const auto json = nlohmann::json::parse(report_json(outcomes(), "monday.trace"));
  EXPECT_EQ(json["projects"][0]["figures"]["created"], 1);
  EXPECT_EQ(json["projects"][0]["expectations"][1]["holds"], false);
  EXPECT_FALSE(json["projects"][0]["happenings"].empty());
}

TEST(ReplayReport, IsATestSuiteForJUnit) {
  const std::string xml = report_junit(outcomes(), "monday.trace");
  EXPECT_THAT(
      xml, HasSubstr("<testsuite name=\"shop on monday.trace\" tests=\"2\" failures=\"1\" skipped=\"0\">"));
  EXPECT_THAT(xml, HasSubstr("<testcase classname=\"shop\" name=\"created &lt;= 1\"/>"));
  EXPECT_THAT(xml, HasSubstr("<failure message=\"at the end: app.count is 3\"/>"));
  EXPECT_THAT(xml, HasSubstr("shop &lt;new&gt; on monday.trace"));
}

TEST(ReplayReport, WarnsOfWhatWasNotChecked) {
  const test::Run run = test::run_of(test::SmallShop(), "2026-05-04T12:00:00Z slow app1\n",
                                     "created <= 1\nwithin 1s after slow app2 app.count == 9\n");
  const std::vector<Outcome> all{{"shop", run.played, run.verdicts}};
  EXPECT_TRUE(all_hold(all));
  EXPECT_THAT(report_text(all, "t"), HasSubstr("shop: 2 of 2 expectations hold, 1 of them unchecked\n"));
  EXPECT_THAT(report_text(all, "t"), HasSubstr("  doubt   within 1s after slow app2 app.count == 9\n"
                                               "          slow of app2 never came: nothing was checked\n"));
  const auto json = nlohmann::json::parse(report_json(all, "t"))["projects"][0]["expectations"];
  EXPECT_EQ(json[0]["checked"], true);
  EXPECT_EQ(json[1]["checked"], false);
  EXPECT_EQ(json[1]["why"], "slow of app2 never came: nothing was checked");
  const std::string xml = report_junit(all, "t");
  EXPECT_THAT(xml, HasSubstr("tests=\"2\" failures=\"0\" skipped=\"1\">"));
  EXPECT_THAT(xml, HasSubstr("<skipped message=\"slow of app2 never came: nothing was checked\"/>"));
}

TEST(ReplayReport, CountsRefusalsInWords) {
  Outcome one{"shop", {}, {}};
  one.played.refused = {{"no host 'a'", 1}, {"no host 'b'", 2}};
  EXPECT_THAT(report_text({one}, "t"),
              HasSubstr("shop: refused once: no host 'a'\nshop: refused 2 times: no"));
}

TEST(ReplayReport, CountsInAllDigits) {
  Outcome one{"shop", {}, {}};
  one.played.figures["calls"] = 12345678;
  EXPECT_THAT(report_text({one}, "t"), HasSubstr(" 12345678\n"));
  EXPECT_THAT(report_json({one}, "t"), HasSubstr("\"calls\":12345678}"));
}

// The texts of the picture, in their order.
std::vector<std::string> texts_in(const std::string& svg) {
  std::vector<std::string> texts;
  for (size_t at = svg.find("<text "); at != svg.npos; at = svg.find("<text ", at + 1)) {
    const size_t begin = svg.find('>', at) + 1;
    texts.push_back(svg.substr(begin, svg.find('<', begin) - begin));
  }
  return texts;
}

TEST(TimeLine, HasALaneForEachComponentThenForEachDiagramThenForHosts) {
  const std::string svg = time_line({outcomes()[0]}, "monday.trace");
  const std::vector<std::string> texts = texts_in(svg);
  const auto lanes = std::find(texts.begin(), texts.end(), "app1");
  EXPECT_EQ(
      std::vector(lanes, texts.end()),
      (std::vector<std::string>{"app1", "app2", "app3", "run start", "run slow", "run host_down", "host lab1",
                                "lab1", "lab2", "lab3", "a run", "a run that did not end well; an alert"}));
  EXPECT_THAT(svg, HasSubstr("05-04 12:05"));
}

TEST(TimeLine, ABarSaysWhatItIs) {
  Outcome one{"shop", {}, {}};
  one.played.end = WallTime(std::chrono::hours(1));
  using What = Happening::What;
  one.played.happenings = {{{}, What::kRunBegan, "slow", "app1", 7},
                           {one.played.end, What::kRunEnded, "slow", "failed: no <way>", 7}};
  const std::string svg = time_line({one}, "monday.trace");
  EXPECT_THAT(svg, HasSubstr("fill=\"#000000\"><title>app1: failed: no &lt;way&gt;</title></rect>"));
}

TEST(TimeLine, ComponentsAreNotWhatIsCut) {
  Outcome one{"shop", {}, {}};
  for (int i = 0; i < 70; ++i)
    one.played.happenings.push_back({{}, Happening::What::kRunBegan, "d" + std::to_string(i), "", 1u + i});
  one.played.happenings.push_back({{}, Happening::What::kPlaced, "app1", "lab1", 0});
  const std::string svg = time_line({one}, "monday.trace");
  EXPECT_THAT(svg, HasSubstr(">app1<"));
  EXPECT_THAT(svg, HasSubstr(">and 11 more<"));
}

}  // namespace
}  // namespace attune::replay
