// SPDX-License-Identifier: Apache-2.0
#include "runtime/main/replay/replay_report.h"

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
  EXPECT_THAT(xml, HasSubstr("<testsuite name=\"shop on monday.trace\" tests=\"2\" failures=\"1\">"));
  EXPECT_THAT(xml, HasSubstr("<testcase classname=\"shop\" name=\"created &lt;= 1\"/>"));
  EXPECT_THAT(xml, HasSubstr("<failure message=\"at the end: app.count is 3\"/>"));
  EXPECT_THAT(xml, HasSubstr("shop &lt;new&gt; on monday.trace"));
}

TEST(TimeLine, HasALaneForEachComponentAndDiagram) {
  const std::string svg = time_line(outcomes()[0], "monday.trace");
  for (const char* part : {">app1<", ">app3<", ">run slow<", ">host lab1<", ">lab2<", "05-04 12:05"})
    EXPECT_THAT(svg, HasSubstr(part));
}

}  // namespace
}  // namespace attune::replay
