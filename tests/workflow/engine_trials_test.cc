// SPDX-License-Identifier: Apache-2.0
// Whether runs help, and what becomes of reactions that do not.
#include <fmt/format.h>

#include "tests/workflow/shop.h"

namespace attune::workflow {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using std::chrono_literals::operator""s;
using std::chrono_literals::operator""min;

class TrialsTest : public WorkflowTest {
 protected:
  ScriptedWorld& checks(const std::vector<std::string>& settings) {
    diagram("overload", "[*] --> a\na : this.check()\na --> [*]", settings);
    return begun();
  }
  void fail_once(ScriptedWorld& w) {
    w.script("app1.check", exits(1));
    w.send("overload app1");
  }
  void fail_times(ScriptedWorld& w, int times) {
    for (int i = 0; i < times; ++i) fail_once(w);
  }
};

// --- ensure, within ---

TEST_F(TrialsTest, WhatIsTrueAtTheRunsEndHasHelped) {
  ScriptedWorld& w = checks({"ensure: this.state == \"started\""});
  w.send("overload app1");
  EXPECT_THAT(w.judged(), ElementsAre("overload app1 helped: this.state = started"));
}

TEST_F(TrialsTest, WithoutATimeItIsLookedAtOnce) {
  ScriptedWorld& w = checks({"ensure: this.note == \"well\""});
  w.send("overload app1");
  EXPECT_THAT(w.judged(), ElementsAre(HasSubstr("overload app1 did not help: ")));
  w.send("overload app1");
  EXPECT_EQ(w.calls(), "app1.check app1.check");
}

TEST_F(TrialsTest, WithATimeItIsLookedAtUntilItIsTrue) {
  ScriptedWorld& w = checks({"ensure: this.host.load < 80%", "within: 1min"});
  w.measured("lab2", 95);
  w.send("overload app1");
  EXPECT_THAT(w.judged(), IsEmpty());
  w.pass(5s);
  EXPECT_THAT(w.judged(), IsEmpty());
  w.measured("lab2", 10);
  w.pass(1s);
  EXPECT_THAT(w.judged(), ElementsAre(HasSubstr("overload app1 helped: this.host.load = ")));
}

TEST_F(TrialsTest, WhatIsNotTrueInTimeHasNotHelped) {
  ScriptedWorld& w = checks({"ensure: this.limit > 90%", "within: 1min"});
  w.send("overload app1");
  w.pass(59s);
  EXPECT_THAT(w.judged(), IsEmpty());
  w.pass(2s);
  EXPECT_THAT(w.judged(), ElementsAre("overload app1 did not help: this.limit = 80%"));
}

TEST_F(TrialsTest, MeanwhileTheEventIsNotAnswered) {
  ScriptedWorld& w = checks({"ensure: this.limit > 90%", "within: 1min"});
  w.send("overload app1");
  w.send("overload app1");
  EXPECT_THAT(w.suppressed(), ElementsAre(HasSubstr(" has helped is seen until 12:01:00")));
  w.pass(61s);
  w.send("overload app1");
  EXPECT_EQ(w.calls(), "app1.check app1.check");
}

TEST_F(TrialsTest, ALevelHasToClearWithinTheTime) {
  ScriptedWorld& w = checks({"hold: 1s", "within: 1min"});
  w.send("overload app1");
  w.pass(1s);
  w.send("overload app1 cleared=true");
  EXPECT_THAT(w.judged(), ElementsAre("overload app1 helped: the condition has ended"));
  w.send("overload app1");
  w.pass(1s);
  EXPECT_EQ(w.calls(), "app1.check app1.check");
  w.pass(61s);
  EXPECT_THAT(w.judged(), ElementsAre("overload app1 did not help: the condition lasts"));
}

TEST_F(TrialsTest, WhoseComponentIsGoneIsNotJudged) {
  diagram("overload", "[*] --> a\na : app--(this)\na --> [*]", {"ensure: this.limit > 90%", "within: 1min"});
  ScriptedWorld& w = begun();
  w.send("overload app1");
  w.pass(2min);
  EXPECT_THAT(w.judged(), IsEmpty());
}

// --- tries ---

TEST_F(TrialsTest, SoManyFailuresInARowSwitchItOffAndTellAPerson) {
  ScriptedWorld& w = checks({"tries: 3"});
  fail_times(w, 3);
  EXPECT_THAT(w.ends(), SizeIs(3));
  EXPECT_THAT(w.alerts(),
              ElementsAre(HasSubstr("overload is switched off: 3 runs in a row did not help, the last: ")));
  fail_once(w);
  EXPECT_THAT(w.ends(), IsEmpty());
  EXPECT_THAT(w.suppressed(), ElementsAre("overload app1: switched off after 3 runs that did not help"));
}

TEST_F(TrialsTest, WhoAsksIsToldHowToSwitchItOn) {
  ScriptedWorld& w = checks({"tries: 1"});
  fail_once(w);
  const auto found = w.engine->explain({"overload", "app1", {}, "a test", w.now()}, {w.now(), {}});
  ASSERT_TRUE(found);
  EXPECT_EQ(found->front().why, "switched off after 1 run that did not help");
  EXPECT_EQ(found->front().remedy, "mend what keeps it from helping, then `attune resume overload app1`");
  EXPECT_EQ(found->front().terms, "1 try");
}

TEST_F(TrialsTest, WhoAsksIsToldUntilWhenItIsSeen) {
  ScriptedWorld& w = checks({"ensure: this.limit > 90%", "within: 1min"});
  w.send("overload app1");
  const RunId run = w.last_run();
  const auto found = w.engine->explain({"overload", "app1", {}, "a test", w.now()}, {w.now(), {}});
  ASSERT_TRUE(found);
  EXPECT_EQ(found->front().remedy, fmt::format("in 60s, or when run {} is seen to have helped", run));
  EXPECT_EQ(found->front().terms, "ensure this.limit > 90%, within 60s");
}

TEST_F(TrialsTest, WhatIsRemovedIsNotSwitchedOffAnyMore) {
  ScriptedWorld& w = checks({"tries: 1"});
  w.script("app2.check", exits(1));
  w.send("overload app2");
  EXPECT_THAT(w.engine->switched_off(), SizeIs(1));
  EXPECT_EQ(w.remove("app2"), "");
  EXPECT_THAT(w.engine->switched_off(), IsEmpty());
  w.die();
  w.begin();
  EXPECT_THAT(w.engine->switched_off(), IsEmpty());
}

TEST_F(TrialsTest, AboutOtherComponentsItStaysOn) {
  ScriptedWorld& w = checks({"tries: 3"});
  fail_times(w, 3);
  forget();
  w.send("overload app2");
  EXPECT_EQ(w.calls(), "app2.check");
}

TEST_F(TrialsTest, OneThatHelpsBeginsTheCountAnew) {
  ScriptedWorld& w = checks({"tries: 2"});
  fail_once(w);
  w.script("app1.check", exits(0));
  w.send("overload app1");
  fail_once(w);
  EXPECT_THAT(w.alerts(), IsEmpty());
}

TEST_F(TrialsTest, RunsThatEndWellAndDoNotHelpCountToo) {
  ScriptedWorld& w = checks({"ensure: this.limit > 90%", "tries: 2"});
  w.send("overload app1");
  w.send("overload app1");
  EXPECT_THAT(w.alerts(), SizeIs(1));
  EXPECT_THAT(w.engine->switched_off(), SizeIs(1));
}

TEST_F(TrialsTest, ACancelledRunSaysNothing) {
  ScriptedWorld& w = checks({"tries: 1"});
  w.hold("app1.check");
  w.send("overload app1");
  w.cancel(w.last_run());
  EXPECT_THAT(w.alerts(), IsEmpty());
}

TEST_F(TrialsTest, APersonSwitchesItOnAgain) {
  ScriptedWorld& w = checks({"tries: 2"});
  fail_times(w, 2);
  EXPECT_EQ(w.resume("overload", "app1"), "");
  EXPECT_THAT(w.engine->switched_off(), IsEmpty());
  forget();
  fail_times(w, 1);
  EXPECT_EQ(w.calls(), "app1.check");
  EXPECT_THAT(w.alerts(), IsEmpty());
}

TEST_F(TrialsTest, WhatIsNotSwitchedOffCannotBeResumed) {
  ScriptedWorld& w = checks({"tries: 2"});
  EXPECT_EQ(w.resume("overload", "app1"), "overload of app1 is not switched off: see `attune status`");
  EXPECT_EQ(w.resume("flood", ""), "no diagram answers an event 'flood'");
}

TEST_F(TrialsTest, ItStaysSwitchedOffWhenTheManagerDies) {
  ScriptedWorld& w = checks({"tries: 2"});
  fail_times(w, 2);
  w.die();
  w.begin();
  forget();
  w.send("overload app1");
  EXPECT_THAT(w.suppressed(), Contains(HasSubstr("switched off after 2 runs")));
}

TEST_F(TrialsTest, TheCountOutlivesTheManager) {
  ScriptedWorld& w = checks({"tries: 2"});
  fail_once(w);
  w.die();
  w.begin();
  forget();
  fail_once(w);
  EXPECT_THAT(w.alerts(), SizeIs(1));
}

}  // namespace
}  // namespace attune::workflow
