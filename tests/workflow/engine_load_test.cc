// SPDX-License-Identifier: Apache-2.0
// Levels that a run raises itself are no reason for the next.
#include "tests/workflow/shop.h"

namespace attune::workflow {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using std::chrono_literals::operator""s;

class OwnLoadTest : public WorkflowTest {
 protected:
  // `overload` is a level about an app, `tired` a fact; `cpu_high` migrates a VM, `shift` boots it.
  ScriptedWorld& prepare(const std::vector<std::string>& settings = {"hold: 10s"}) {
    diagram("overload", "[*] --> a\na : this.check()\na --> [*]", settings);
    diagram("tired", "[*] --> a\na : this.reload()\na --> [*]", {"on: app"});
    diagram("cpu_high", "[*] --> a\na : this.migrate(lab.any(name == \"lab3\"))\na --> [*]", {"on: vm"});
    diagram("shift", "[*] --> a\na : this.start()\na : wait(20s)\na --> [*]", {"on: vm"});
    ScriptedWorld& w = begun();
    for (const char* call : {"*.reload", "*.migrate"}) w.hold(call);
    return w;
  }
};

TEST_F(OwnLoadTest, ALevelAboutWhatARunTouchesIsPutDownToIt) {
  ScriptedWorld& w = prepare();
  w.send("tired app1");
  w.send("overload app1 load=90%");
  EXPECT_THAT(w.suppressed(), ElementsAre("overload app1: run " + std::to_string(w.last_run()) +
                                          " touches app1: load of its own making"));
  w.pass(60s);
  EXPECT_EQ(w.calls(), "app1.reload");
}

TEST_F(OwnLoadTest, ItBeginsAnewWhenThatRunEnds) {
  ScriptedWorld& w = prepare();
  w.send("tired app1");
  w.send("overload app1 load=90%");
  w.pass(60s);
  w.end("app1.reload");
  w.calls();
  w.pass(9s);
  EXPECT_EQ(w.calls(), "");
  w.pass(1s);
  EXPECT_EQ(w.calls(), "app1.check");
}

TEST_F(OwnLoadTest, WhatHasClearedByThenIsOver) {
  ScriptedWorld& w = prepare();
  w.send("tired app1");
  w.send("overload app1 load=90%");
  w.send("overload app1 cleared=true");
  w.end("app1.reload");
  w.calls();
  w.pass(60s);
  EXPECT_EQ(w.calls(), "");
}

TEST_F(OwnLoadTest, WhatHasHeldBeforeTheRunIsLookedAtAnew) {
  ScriptedWorld& w = prepare();
  w.send("overload app1 load=90%");
  w.pass(5s);
  w.send("tired app1");
  w.pass(5s);
  EXPECT_EQ(w.calls(), "app1.reload");
  w.end("app1.reload");
  w.pass(10s);
  EXPECT_EQ(w.calls(), "app1.check");
}

TEST_F(OwnLoadTest, AFactIsNeverPutDownToARun) {
  ScriptedWorld& w = prepare({});  // nothing makes it a level
  w.send("tired app1");
  w.send("overload app1 load=90%");
  EXPECT_THAT(w.waits(), ElementsAre(HasSubstr("app1 is in use by run ")));
  w.end("app1.reload");
  EXPECT_EQ(w.calls(), "app1.reload app1.check");
}

TEST_F(OwnLoadTest, AnEventIsALevelWhereItsWrapperSaysSo) {
  std::string files = kShop;
  const std::string event = "<event name=\"overload\"";
  files.insert(files.find(event) + event.size(), " level=\"true\"");
  files += "=== diagrams/overload.mmd\nstateDiagram-v2\n[*] --> a\na : this.check()\na --> [*]\n";
  ScriptedWorld w(files);
  w.begin();
  w.calls(), w.suppressed();
  w.hold("app1.say");
  w.by_hand("app1", "say", {"x"});
  w.send("overload app1 load=90%");
  EXPECT_THAT(w.suppressed(), ElementsAre(HasSubstr(" touches app1: load of its own making")));
  w.end("app1.say");
  w.send("overload app1 load=90%");
  EXPECT_EQ(w.calls(), "app1.say(x) app1.check");
}

TEST_F(OwnLoadTest, TheManagersOwnEventsAreFacts) {
  diagram("component_failed", "[*] --> a\na : this.check()\na --> [*]", {"on: app", "hold: 1s"});
  ScriptedWorld& w = prepare();
  w.send("tired app1");
  w.send("component_failed app1");
  EXPECT_THAT(w.suppressed(), ElementsAre("component_failed app1: held 0s of 1s"));
}

// app1 and vm1 are on lab2, app2 on lab3.
TEST_F(OwnLoadTest, AMigrationIsLoadOnTheHostsThatItGoesFromAndTo) {
  ScriptedWorld& w = prepare();
  w.send("cpu_high vm1 cpu=90%");
  forget();
  w.send("overload app1 load=90%");
  w.send("overload app2 load=90%");
  EXPECT_THAT(w.suppressed(),
              ElementsAre(HasSubstr("boots or migrates a machine on lab2: load of its own making"),
                          HasSubstr("boots or migrates a machine on lab3: load of its own making")));
  w.end("vm1.migrate");
  w.pass(10s);
  EXPECT_EQ(w.calls(), "app1.check app2.check");
}

TEST_F(OwnLoadTest, ElsewhereLoadCountsAllTheSame) {
  diagram("swap", "[*] --> a\na : this.migrate(lab.any(name == \"lab1\"))\na --> [*]", {"on: vm"});
  ScriptedWorld& w = prepare();
  w.send("swap vm1");
  forget();
  w.send("overload app2 load=90%");
  w.pass(10s);
  EXPECT_EQ(w.calls(), "app2.check");
}

TEST_F(OwnLoadTest, ABootIsLoadUntilItsRunEnds) {
  ScriptedWorld& w = prepare();
  w.by_hand("vm1", "stop");
  w.send("shift vm1");
  forget();
  w.pass(5s);  // it has been booted
  w.send("overload app1 load=90%");
  EXPECT_THAT(w.suppressed(), ElementsAre(HasSubstr("boots or migrates a machine on lab2")));
  w.pass(15s);
  EXPECT_THAT(w.ends(), ElementsAre("shift vm1 done"));
  EXPECT_EQ(w.calls(), "");
  w.pass(10s);
  EXPECT_EQ(w.calls(), "app1.check");
}

TEST_F(OwnLoadTest, ALevelAboutAContentIsPutDownToWhoTouchesItsContainer) {
  diagram("noise", "[*] --> a\na : this.reload()\na --> [*]", {"on: cache", "hold: 10s"});
  ScriptedWorld& w = prepare();
  w.send("tired app1");
  w.send("noise cache1");
  EXPECT_THAT(w.suppressed(), ElementsAre(HasSubstr("noise cache1: run ")));
}

}  // namespace
}  // namespace attune::workflow
