// SPDX-License-Identifier: Apache-2.0
// Which runs wait for a person, for how long, and what becomes of them meanwhile.
#include <algorithm>

#include "tests/workflow/shop.h"

namespace attune::workflow {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using std::chrono_literals::operator""min;
using std::chrono_literals::operator""h;

class ModesTest : public WorkflowTest {
 protected:
  // `overload` of an app tells it the load.
  ScriptedWorld& says(const std::vector<std::string>& settings = {}) {
    diagram("overload", "[*] --> a\na : this.say(event.load)\na --> [*]", settings);
    return begun();
  }
  std::string waits_for(RunId run) {
    for (const RunView& view : world().engine->runs())
      if (view.id == run) return view.waits_for;
    return "there is no such run";
  }
  bool needs_approval(RunId run) {
    const auto views = world().engine->runs();
    return std::any_of(views.begin(), views.end(),
                       [&](const RunView& view) { return view.id == run && view.needs_approval; });
  }
};

// --- recommend ---

TEST_F(ModesTest, WhatIsRecommendedBeginsWhenItIsApproved) {
  ScriptedWorld& w = says();
  EXPECT_EQ(w.mode(Mode::kRecommend), "");
  w.send("overload app1 load=90%");
  const RunId run = w.last_run();
  const std::string why = "`attune approve " + std::to_string(run) + "` lets it begin, until 12:15:00";
  EXPECT_THAT(w.waits(), ElementsAre(why));
  EXPECT_EQ(waits_for(run), why);
  EXPECT_TRUE(needs_approval(run));
  EXPECT_EQ(w.calls(), "");
  EXPECT_EQ(w.approve(run), "");
  EXPECT_EQ(w.calls(), "app1.say(90%)");
  EXPECT_THAT(w.ends(), ElementsAre("overload app1 done"));
}

TEST_F(ModesTest, WhatNobodyApprovesEndsCancelled) {
  setting("approval.patience 5min");
  ScriptedWorld& w = says();
  w.mode(Mode::kRecommend);
  w.send("overload app1 load=90%");
  w.pass(5min);
  EXPECT_THAT(w.ends(), ElementsAre("overload app1 cancelled: nobody approved it within 5min"));
  EXPECT_EQ(w.calls(), "");
  EXPECT_EQ(w.send("overload app1 load=90%"), "") << "and is asked for anew by the next event";
  EXPECT_EQ(w.engine->runs().size(), 1u);
}

TEST_F(ModesTest, WithoutPatienceItWaitsAsLongAsItTakes) {
  setting("approval.patience 0s");
  ScriptedWorld& w = says();
  w.mode(Mode::kRecommend);
  w.send("overload app1 load=90%");
  w.pass(24h);
  EXPECT_EQ(w.approve(w.last_run()), "");
  EXPECT_EQ(w.calls(), "app1.say(90%)");
}

TEST_F(ModesTest, OnlyWhatWaitsForItIsApproved) {
  ScriptedWorld& w = says();
  w.hold("app1.say");
  w.send("overload app1 load=90%");
  const std::string run = std::to_string(w.last_run());
  EXPECT_EQ(w.approve(99), "no run 99 goes on; `attune status` lists them");
  EXPECT_EQ(w.approve(w.last_run()), "run " + run + " goes on already");
  w.mode(Mode::kPaused, "app2");
  w.send("overload app2 load=90%");
  EXPECT_EQ(w.approve(w.last_run()),
            "run " + std::to_string(w.last_run()) + " waits for no approval: app2 is paused by tester");
}

TEST_F(ModesTest, WhatIsApprovedWaitsForItsTurnAllTheSame) {
  ScriptedWorld& w = says();
  w.mode(Mode::kRecommend);
  w.send("overload app1 load=90%");
  const RunId run = w.last_run();
  w.hold("app1.reload");
  w.by_hand("app1", "reload");
  EXPECT_EQ(w.approve(run), "");
  EXPECT_EQ(waits_for(run), "app1 is in use by run " + std::to_string(w.last_run()));
  w.calls();
  w.end("app1.reload");
  EXPECT_EQ(w.calls(), "app1.say(90%)");
}

TEST_F(ModesTest, WhatWaitsForApprovalStandsInNobodysWay) {
  diagram("tired", "[*] --> a\na : this.check()\na --> [*]", {"priority: -1"});
  ScriptedWorld& w = says();
  w.mode(Mode::kRecommend);
  w.send("overload app1 load=90%");
  w.send("tired app1");
  EXPECT_EQ(w.approve(w.last_run()), "");
  EXPECT_EQ(w.calls(), "app1.check");
}

TEST_F(ModesTest, WhatWaitsForApprovalTakesNoPlaceOfItsDiagram) {
  ScriptedWorld& w = says({"runs: 1"});
  w.mode(Mode::kRecommend, "app1");
  w.send("overload app1 load=90%");
  w.send("overload app2 load=91%");
  EXPECT_EQ(w.calls(), "app2.say(91%)");
}

// --- paused ---

TEST_F(ModesTest, WhatIsPausedBeginsWhenItIsAutomaticAgain) {
  ScriptedWorld& w = says();
  w.mode(Mode::kPaused);
  w.send("overload app2 load=90%");
  w.send("overload app1 load=91%");
  EXPECT_THAT(w.waits(), ElementsAre("the project is paused by tester", "the project is paused by tester"));
  w.pass(24h);
  EXPECT_EQ(w.calls(), "");
  w.mode(Mode::kAutomatic);
  EXPECT_EQ(w.calls(), "app2.say(90%) app1.say(91%)");
}

TEST_F(ModesTest, OfWhatWasPausedTheMoreUrgentBeginsFirst) {
  diagram("tired", "[*] --> a\na : this.check()\na --> [*]", {"priority: 5"});
  ScriptedWorld& w = says();
  w.mode(Mode::kPaused);
  w.send("overload app1 load=90%");
  w.send("tired app1");
  w.mode(Mode::kAutomatic);
  EXPECT_EQ(w.calls(), "app1.check app1.say(90%)");
}

TEST_F(ModesTest, APausedComponentIsLeftAloneWithAllInIt) {
  diagram("tired", "[*] --> a\na : probe.stop()\na --> [*]");
  ScriptedWorld& w = says();
  w.mode(Mode::kPaused, "vm1");
  w.send("tired app1");
  EXPECT_EQ(w.calls(), "") << "it would stop the probe of vm1 as well";
  EXPECT_EQ(waits_for(w.last_run()), "vm1 is paused by tester");
  w.send("overload app1 load=90%");
  EXPECT_EQ(w.calls(), "app1.say(90%)");
}

TEST_F(ModesTest, WhatIsMadeAnewIsNoneOfWhatIsPaused) {
  diagram("overload", "[*] --> a\na : added = app++\na : added.start()\na --> [*]");
  diagram("tired", "[*] --> a\na : added = app++\na : app.check()\na --> [*]");
  ScriptedWorld& w = begun();
  w.mode(Mode::kPaused, "app2");
  w.send("overload app1 load=90%");
  EXPECT_EQ(w.state_of("app3"), "started");
  w.send("tired app1");
  EXPECT_EQ(waits_for(w.last_run()), "app2 is paused by tester") << "it checks all of them";
}

TEST_F(ModesTest, OfTheProjectsModeAndTheComponentsTheStricterHolds) {
  ScriptedWorld& w = says();
  w.mode(Mode::kRecommend);
  w.mode(Mode::kPaused, "app1");
  w.send("overload app1 load=90%");
  EXPECT_EQ(waits_for(w.last_run()), "app1 is paused by tester");
  w.mode(Mode::kPaused);
  w.mode(Mode::kAutomatic, "app1");
  EXPECT_EQ(waits_for(w.last_run()), "the project is paused by tester");
  EXPECT_FALSE(needs_approval(w.last_run()));
  w.mode(Mode::kRecommend);
  EXPECT_THAT(waits_for(w.last_run()), HasSubstr("attune approve"));
}

TEST_F(ModesTest, WhatWaitsForItsTurnIsKeptBackByANewMode) {
  ScriptedWorld& w = says();
  w.hold("app1.reload");
  w.by_hand("app1", "reload");
  w.send("overload app1 load=90%");
  w.mode(Mode::kPaused);
  w.end("app1.reload");
  w.go_on("app1.reload");
  w.calls();
  EXPECT_EQ(waits_for(w.last_run()), "the project is paused by tester");
  w.mode(Mode::kAutomatic);
  EXPECT_EQ(w.calls(), "app1.say(90%)");
}

TEST_F(ModesTest, WhatGoesOnGoesOn) {
  diagram("overload", "[*] --> a\na : this.say(event.load)\na --> b\nb : this.check()\nb --> [*]");
  ScriptedWorld& w = begun();
  w.hold("app1.say");
  w.send("overload app1 load=90%");
  w.mode(Mode::kPaused);
  w.end("app1.say");
  EXPECT_THAT(w.ends(), ElementsAre("overload app1 done"));
}

TEST_F(ModesTest, WhatAPersonAsksForIsDone) {
  ScriptedWorld& w = says();
  w.mode(Mode::kPaused);
  EXPECT_EQ(w.by_hand("app1", "check"), "");
  EXPECT_EQ(w.calls(), "app1.check");
  w.stop();
  EXPECT_THAT(w.calls(), HasSubstr("app1.stop"));
}

TEST_F(ModesTest, OfNothingThereIsNoMode) {
  ScriptedWorld& w = says();
  EXPECT_EQ(w.mode(Mode::kPaused, "app9"), "there is no component 'app9': see `attune status`");
}

// --- what happens meanwhile ---

TEST_F(ModesTest, AWaitingRunIsCancelled) {
  ScriptedWorld& w = says();
  for (const Mode mode : {Mode::kRecommend, Mode::kPaused}) {
    w.mode(mode);
    w.send("overload app1 load=90%");
    EXPECT_EQ(w.cancel(w.last_run()), "");
    EXPECT_THAT(w.ends(), ElementsAre("overload app1 cancelled: cancelled by tester"));
  }
  w.pass(1h);
  EXPECT_EQ(w.engine->next_deadline(), std::nullopt) << "its patience was taken back";
}

TEST_F(ModesTest, AWaitingRunIsWithdrawnWhenItsConditionEnds) {
  ScriptedWorld& w = says();
  w.mode(Mode::kPaused);
  w.send("overload app1 load=90%");
  w.send("overload app1 cleared=true");
  EXPECT_THAT(w.ends(), ElementsAre("overload app1 cancelled: its condition ended before it could begin"));
  w.mode(Mode::kAutomatic);
  EXPECT_EQ(w.calls(), "");
}

TEST_F(ModesTest, AWaitingRunTakesTheNewestValues) {
  ScriptedWorld& w = says();
  w.mode(Mode::kPaused);
  w.send("overload app1 load=90%");
  w.suppressed();
  const std::string run = "run " + std::to_string(w.last_run());
  for (int load = 91; load <= 99; ++load) w.send("overload app1 load=" + std::to_string(load) + "%");
  EXPECT_THAT(w.suppressed(),
              ElementsAre("overload app1: " + run + " has not begun, and takes the newer values"));
  EXPECT_THAT(w.renewals(), IsEmpty()) << "a storm of events is no storm of records";
  w.mode(Mode::kAutomatic);
  EXPECT_THAT(w.renewals(), ElementsAre(run + ": load=99%"));
  EXPECT_EQ(w.calls(), "app1.say(99%)");
}

TEST_F(ModesTest, AlsoARunThatWaitsForItsTurnTakesTheNewestValues) {
  ScriptedWorld& w = says();
  w.hold("app1.reload");
  w.by_hand("app1", "reload");
  w.send("overload app1 load=90%");
  w.send("overload app1 load=95%");
  w.calls();
  w.end("app1.reload");
  EXPECT_EQ(w.calls(), "app1.say(95%)");
}

TEST_F(ModesTest, OneThatHasBegunKeepsItsValues) {
  diagram("overload", "[*] --> a\na : this.check()\na --> b\nb : this.say(event.load)\nb --> [*]");
  ScriptedWorld& w = begun();
  w.hold("app1.check");
  w.send("overload app1 load=90%");
  w.send("overload app1 load=95%");
  w.calls();
  w.end("app1.check");
  EXPECT_EQ(w.calls(), "app1.say(90%)");
}

TEST_F(ModesTest, AboutAnotherHostAnotherRunWaits) {
  diagram("host_down", "[*] --> a\na : alert(event.host)\na --> [*]");
  ScriptedWorld& w = begun();
  w.mode(Mode::kPaused);
  w.send("host_down lab1");
  w.send("host_down lab2");
  w.mode(Mode::kAutomatic);
  EXPECT_THAT(w.alerts(), ElementsAre("lab1", "lab2"));
}

TEST_F(ModesTest, ARunAboutWhatIsRemovedIsWithdrawn) {
  ScriptedWorld& w = says();
  w.mode(Mode::kPaused, "app2");
  w.send("overload app2 load=90%");
  EXPECT_EQ(w.remove("app2"), "");
  EXPECT_THAT(w.ends(), Contains("overload app2 cancelled: its component was removed before it could begin"));
  EXPECT_TRUE(w.engine->modes().is_automatic());
}

TEST_F(ModesTest, StopCancelsWhatWaits) {
  ScriptedWorld& w = says();
  w.mode(Mode::kRecommend);
  w.send("overload app1 load=90%");
  w.stop();
  EXPECT_THAT(w.ends(), ElementsAre("overload app1 cancelled: the manager is stopping", "stop done"));
}

// --- another manager ---

TEST_F(ModesTest, ModesOutliveTheManagerAndWaitingRunsDoNot) {
  ScriptedWorld& w = says();
  w.mode(Mode::kRecommend);
  w.mode(Mode::kPaused, "app2");
  w.send("overload app1 load=90%");
  w.die();
  w.begin();
  EXPECT_THAT(w.ends(), ElementsAre("overload app1 interrupted: the manager ended while it went on"));
  EXPECT_EQ(w.engine->modes().whole().mode, Mode::kRecommend);
  w.send("overload app2 load=90%");
  EXPECT_EQ(waits_for(w.last_run()), "app2 is paused by tester");
}

TEST_F(ModesTest, ANewProjectBeginsAsItsSettingSays) {
  setting("mode recommend");
  ScriptedWorld& w = says();
  EXPECT_EQ(w.state_of("app1"), "started") << "start is no reaction";
  EXPECT_EQ(w.engine->modes().whole().by, "attune.info");
  w.mode(Mode::kAutomatic);
  w.die();
  w.begin();
  EXPECT_TRUE(w.engine->modes().is_automatic()) << "what a person said counts from then on";
}

}  // namespace
}  // namespace attune::workflow
