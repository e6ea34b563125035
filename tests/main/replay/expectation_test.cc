// SPDX-License-Identifier: Apache-2.0
#include "runtime/main/replay/expectation.h"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/main/replay/small_shop.h"

namespace attune::replay {
namespace {

using ::testing::HasSubstr;

const std::string kTrace =
    "2026-05-04T12:00:00Z slow app1\n+5min @host lab1 state=down\n+10min @host lab2 load=50%\n";

// "" where it holds, else why not.
std::string why_not(const std::string& expectation) {
  const test::Run run = test::run_of(test::SmallShop(), kTrace, expectation);
  if (run.verdicts.size() != 1) return "there are " + std::to_string(run.verdicts.size());
  return run.verdicts[0].holds ? "" : run.verdicts[0].why;
}

std::string findings_in(const std::string& text) {
  Diagnostics found;
  (void)read_expectations(dsl::make_source("shop.expect", text, found), test::SmallShop().loaded().project,
                          found);
  std::string all;
  for (const Diagnostic& one : found.all()) all += to_text(one);
  return all;
}

TEST(Expectation, ComparesFigures) {
  EXPECT_EQ(why_not("expect: created == 1"), "");
  EXPECT_EQ(why_not("moves <= 1"), "");
  EXPECT_EQ(why_not("expect: runs(slow) > 1"), "runs(slow) is 1");
  EXPECT_EQ(why_not("calls(app.stop) == 0"), "");
  EXPECT_EQ(why_not("runs(slow) == 1 and created == 77"), "created is 1");
}

TEST(Expectation, WatchesWhatMustNeverOrAlwaysBe) {
  EXPECT_EQ(why_not("expect: never app.count > 3"), "");
  EXPECT_THAT(why_not("expect: never app.count == 3"), HasSubstr("app.count is 3"));
  EXPECT_EQ(why_not("expect: always app1.state != failed"), "");
  EXPECT_THAT(why_not("expect: always lab1.state == up"),
              HasSubstr("at 2026-05-04T12:05:00.000000Z: lab1.state is down"));
  EXPECT_EQ(why_not("expect: never app1.host == lab1 and lab1.load > 90%"), "");
}

TEST(Expectation, GivesAReactionItsTime) {
  EXPECT_EQ(why_not("expect: within 30s after slow app.count == 3"), "");
  EXPECT_EQ(why_not("expect: within 30s after slow app1 app.count == 3"), "");
  EXPECT_EQ(why_not("expect: within 30s after slow app2 app.count == 4"), "");  // there is none about app2
  EXPECT_THAT(why_not("expect: within 30s after slow app.count == 4"),
              HasSubstr("not by 2026-05-04T12:00:30"));
}

TEST(Expectation, AnEndOfTheConditionIsNoBeginning) {
  const auto run = [](const std::string& values) {
    return test::run_of(test::SmallShop(),
                        "2026-05-04T12:00:00Z slow app1" + values + "\n+5min @host lab1 load=5%\n",
                        "within 1min after slow app.count == 77")
        .verdicts.at(0);
  };
  EXPECT_FALSE(run("").holds);
  EXPECT_FALSE(run(" cleared=false").holds);
  EXPECT_TRUE(run(" cleared=true").holds);
  EXPECT_EQ(run(" cleared=true").doubt, "slow never came: nothing was checked");
}

TEST(Expectation, AboutWhatNeverCameIsDoubted) {
  const auto doubt = [](const std::string& expectation) {
    return test::run_of(test::SmallShop(), kTrace, expectation).verdicts.at(0).doubt;
  };
  EXPECT_EQ(doubt("within 30s after slow app2 app.count == 4"),
            "slow of app2 never came: nothing was checked");
  EXPECT_EQ(doubt("within 30s after slow app1 app.count == 3"), "");
  EXPECT_EQ(doubt("never app.count == 9"), "");
}

TEST(Expectation, HearsOfHostsThatAreDownToo) {
  EXPECT_THAT(why_not("expect: within 10s after host_down app.count == 77"),
              HasSubstr("not by 2026-05-04T12:05:10"));
  EXPECT_THAT(why_not("expect: never lab2.load > 40%"), HasSubstr("lab2.load is 50%"));
}

TEST(Expectation, LooksAtTheEnd) {
  EXPECT_EQ(why_not("expect: finally app.count == 3 and app1.limit == 80%"), "");
  EXPECT_THAT(why_not("expect: finally app.count == 2"), HasSubstr("at the end: app.count is 3"));
  EXPECT_EQ(why_not("expect: finally app1.host != lab1"), "");
}

TEST(Expectation, ThatNeverNamesAnythingDoesNotHold) {
  EXPECT_EQ(why_not("never app9.state == failed"),
            "app9 was never there: there are 4 of its class at most at once");
  EXPECT_EQ(why_not("never app4.state == failed"), "") << "which might have come";
  EXPECT_EQ(why_not("never app1.host == none"), "");
}

TEST(Expectation, CountsInAllDigits) {
  EXPECT_EQ(figure_text(12345678), "12345678");
  EXPECT_EQ(figure_text(0.25), "0.25");
  EXPECT_EQ(figure_text(1234567.891), "1234567.89");
}

TEST(Expectation, SaysWhatNamesNothingOfTheProject) {
  EXPECT_THAT(findings_in("never app.state == failed"),
              HasSubstr("'app' is a class, and none of its components is called so"));
  EXPECT_THAT(findings_in("never app.count == 9 and app.host == lab1"), HasSubstr("'app' is a class"));
  EXPECT_THAT(findings_in("never app1.host == lab9"), HasSubstr("1:20: error: there is no host 'lab9'"));
  EXPECT_THAT(findings_in("never \"lab9\" == app1.host"), HasSubstr("there is no host 'lab9'"));
  EXPECT_THAT(findings_in("never \"startd\" == app1.state"),
              HasSubstr("shop.expect:1:7: error: there is no state 'startd'"));
  EXPECT_THAT(findings_in("never app01.state == failed"), HasSubstr("no component, class or host 'app01'"));
  EXPECT_THAT(findings_in("never lab1.state == started"), HasSubstr("unknown, up, down, off"));
  EXPECT_EQ(findings_in("never lab1.state == off and app1.state == lost and app1.host == app2.host"), "");
}

TEST(Expectation, SaysWhatIsNone) {
  EXPECT_THAT(findings_in("expect: migratons <= 5"),
              HasSubstr("shop.expect:1:9: error: there is no figure 'migratons'"));
  EXPECT_THAT(findings_in("expect: migrations <= few"), HasSubstr("'few' is no number"));
  EXPECT_THAT(findings_in("# first\nexpect: never ap1.host == lab1"),
              HasSubstr("shop.expect:2:15: error: there is no component, class or host 'ap1'"));
  EXPECT_THAT(findings_in("expect: never app1.hosst == lab1"), HasSubstr("'app1' has no 'hosst'"));
  EXPECT_THAT(findings_in("expect: never app1.host lab1"), HasSubstr("a comparison is needed here"));
  EXPECT_THAT(findings_in("expect: within soon after slow app.count == 1"),
              HasSubstr("this is not: within DURATION after EVENT"));
  EXPECT_THAT(findings_in("expect: never lab1.temperature > 9"),
              HasSubstr("nothing is known of a host's 'temperature'"));
  EXPECT_THAT(findings_in("expect: never app.count > 1 or app.count < 9"),
              HasSubstr("'or' is not expected here"));
  EXPECT_THAT(findings_in("expect: migrations == \"\""), HasSubstr("is no number"));
  EXPECT_THAT(findings_in("expect: migrations <= 1e999"), HasSubstr("'1e999' is no number"));
  EXPECT_THAT(findings_in("expect: runs(slwo) == 0"), HasSubstr("there is no figure 'runs(slwo)'"));
  EXPECT_THAT(findings_in("expect: runs( == 0"), HasSubstr("there is no figure 'runs('"));
  EXPECT_THAT(findings_in("expect: calls(app.strat) == 0"),
              HasSubstr("there is no figure 'calls(app.strat)'"));
  EXPECT_THAT(findings_in("expect: within 30s after slwo app.count == 9"),
              HasSubstr("no diagram answers 'slwo'"));
  EXPECT_THAT(findings_in("expect: within 30s after slow ap1 app.count == 9"),
              HasSubstr("no component or host 'ap1'"));
  EXPECT_THAT(findings_in("expect: never app1.state == fialed"), HasSubstr("there is no state 'fialed'"));
  EXPECT_THAT(findings_in("expect: finally app1.limit != \"80"), HasSubstr("this text has no end"));
  EXPECT_THAT(findings_in("expect: finally app1.count == 0"), HasSubstr("'app1' is no class"));
  EXPECT_THAT(findings_in("expect:"), HasSubstr("there is nothing to expect here"));
}

}  // namespace
}  // namespace attune::replay
