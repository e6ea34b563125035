// SPDX-License-Identifier: Apache-2.0
// What an event would lead to; and that asking changes nothing and says what then happens.
#include "tests/workflow/shop.h"

namespace attune::workflow {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using std::chrono_literals::operator""s;

class ExplainTest : public WorkflowTest {
 protected:
  ScriptedWorld& checks(const std::vector<std::string>& settings = {}) {
    diagram("overload", "[*] --> a\na : this.check()\na --> [*]", settings);
    return begun();
  }
  Result<std::vector<Prospect>> ask(const std::string& name, const std::string& component,
                                    std::vector<std::pair<std::string, std::string>> values = {}) {
    return world().engine->explain({name, component, std::move(values), "a test", world().now()},
                                   {world().now(), {}});
  }
  // "suppressed: why; remedy" of the first.
  std::string prospect(const std::string& name, const std::string& component,
                       std::vector<std::pair<std::string, std::string>> values = {}) {
    const auto found = ask(name, component, std::move(values));
    if (!found) return "error: " + found.error().message;
    if (found->empty()) return "(nothing)";
    const Prospect& one = found->front();
    return std::string(name_of(one.verdict)) + (one.why.empty() ? "" : ": " + one.why) +
           (one.remedy.empty() ? "" : "; " + one.remedy);
  }
};

TEST_F(ExplainTest, WhatWouldRunSaysWhatItDoesFirst) {
  checks();
  EXPECT_EQ(prospect("overload", "app1"), "runs");
  const auto found = ask("overload", "app1");
  EXPECT_EQ(found->front().then, "this.check()");
  EXPECT_EQ(found->front().rule, "diagrams/overload.mmd:1");
}

TEST_F(ExplainTest, WhatIsRefusedIsRefusedWithTheSameWords) {
  checks();
  EXPECT_EQ(prospect("flood", "app1"), "error: no event 'flood' in this project");
  EXPECT_EQ(prospect("overload", "app9"), "error: no component 'app9'");
  EXPECT_EQ(prospect("overload", ""), "error: overload is about a 'app': name it");
  EXPECT_EQ(prospect("noise", "app1"), "suppressed: no diagram answers it; draw diagrams/noise.mmd");
  EXPECT_EQ(prospect("overload", "vm1"), "suppressed: its diagram is about a 'app'; send it about a 'app'");
  EXPECT_EQ(prospect("overload", "app1", {{"cleared", "true"}}),
            "suppressed: the condition has ended; send it without cleared=true");
}

TEST_F(ExplainTest, AnEmptyHostInMaintenanceIsNoAlarm) {
  diagram("host_down", "[*] --> a\na : alert(event.host)\na --> [*]");
  ScriptedWorld& w = begun();
  for (const char* name : {"vm1", "vm2"})
    w.script(std::string(name) + ".migrate",
             CallExited{0, {}, {system::HostAssigned{w.system->find(name)->id, "lab1"}}});
  w.change(system::HostChanged{.host = "lab3", .maintenance = system::Maintenance::kBegun});
  const std::string text = "it is in maintenance, and nothing is there";
  EXPECT_EQ(prospect("host_down", "lab3"), "suppressed: " + text + "; `attune maintenance --end lab3`");
  EXPECT_EQ(prospect("host_down", "lab2"), "runs");
  w.send("host_down lab3");
  EXPECT_THAT(w.suppressed(), ElementsAre("host_down lab3: " + text));
}

TEST_F(ExplainTest, CooldownAndHoldSayHowMuchIsLeft) {
  ScriptedWorld& w = checks({"cooldown: 30s", "hold: 10s"});
  EXPECT_EQ(prospect("overload", "app1"), "suppressed: held 0s of 10s; let it last 10s more");
  EXPECT_EQ(w.engine->next_deadline(), std::nullopt) << "asking begins nothing";
  w.send("overload app1");
  w.pass(4s);
  EXPECT_EQ(prospect("overload", "app1"), "suppressed: held 4s of 10s; let it last 6s more");
  w.pass(6s);
  EXPECT_EQ(w.calls(), "app1.check");
  w.pass(10s);
  EXPECT_THAT(prospect("overload", "app1"), HasSubstr("; in 20s"));
}

TEST_F(ExplainTest, AFactThatWasAnotherBeforeMustLastAnew) {
  diagram("host_down", "[*] --> a\na : alert(event.host)\na --> [*]", {"on: vm", "hold: 10s"});
  ScriptedWorld& w = begun();
  const std::string host = w.host_of("vm1"), other = host == "lab3" ? "lab2" : "lab3";
  w.observed(system::HostChanged{.host = host, .state = system::HostState::kOff}, "attune");
  w.send("host_down " + host);
  w.pass(4s);
  EXPECT_EQ(prospect("host_down", host), "suppressed: held 4s of 10s; let it last 6s more");
  EXPECT_EQ(w.change(system::HostAssigned{w.system->find("vm1")->id, other}), "");
  EXPECT_THAT(prospect("host_down", other), HasSubstr("suppressed: held 0s of 10s; let it last 10s more"));
}

TEST_F(ExplainTest, OneThatIsAnsweredOrWouldWaitNamesTheRun) {
  diagram("tired", "[*] --> a\na : this.reload()\na --> [*]");
  ScriptedWorld& w = checks();
  w.hold("app1.check");
  w.send("overload app1");
  const std::string run = std::to_string(w.last_run());
  EXPECT_EQ(prospect("overload", "app1"), "suppressed: run " + run +
                                              " answers it already; wait for the end of run " + run +
                                              ", or `attune cancel " + run + "`");
  EXPECT_EQ(prospect("tired", "app1"), "waits: app1 is in use by run " + run + "; wait for the end of run " +
                                           run + ", or `attune cancel " + run + "`");
  EXPECT_EQ(prospect("tired", "app2"), "runs");
}

TEST_F(ExplainTest, WhatAModeKeepsBackNamesTheCommandThatLetsItBegin) {
  ScriptedWorld& w = checks();
  for (const char* paused : {"", "app1"}) {
    const std::string of = *paused == 0 ? "" : " app1", who = *paused == 0 ? "the project" : "app1";
    EXPECT_EQ(w.mode(Mode::kPaused, paused), "");
    EXPECT_EQ(prospect("overload", "app1"),
              "waits: the mode of " + who + " is paused, by tester; `attune mode automatic" + of + "`");
    w.send("overload app1");
    const std::string run = "run " + std::to_string(w.last_run());
    EXPECT_EQ(prospect("overload", "app1"), "suppressed: " + run + " answers it already; it waits: " + who +
                                                " is paused by tester; `attune mode automatic" + of + "`");
    EXPECT_EQ(w.mode(Mode::kAutomatic, paused), "");
  }
  EXPECT_EQ(w.mode(Mode::kRecommend), "");
  w.send("overload app1");
  EXPECT_THAT(prospect("overload", "app1"), HasSubstr("; `attune approve " + std::to_string(w.last_run())));
}

TEST_F(ExplainTest, TheLimitOfRunsIsSomethingToWaitFor) {
  ScriptedWorld& w = checks({"runs: 1"});
  w.hold("app1.check");
  w.send("overload app1");
  EXPECT_EQ(prospect("overload", "app2"),
            "waits: 1 runs of it go on, which is its limit; wait for the end of one of them");
}

TEST_F(ExplainTest, AManagerThatStopsAnswersNothing) {
  ScriptedWorld& w = checks();
  w.hold("*.stop");
  w.stop();
  EXPECT_EQ(prospect("overload", "app1"), "suppressed: the manager is stopping; start attuned again");
}

TEST_F(ExplainTest, ItsFirstDecisionsAreRehearsed) {
  diagram("overload", R"(
      state found <<choice>>
      [*] --> look
      look : target = lab.least_loaded(load < 50%)
      look --> found
      found --> none_left : [target == none]
      found --> move : [event.load > 80%]
      found --> [*] : [else]
      none_left : alert("no host", this)
      none_left --> [*]
      move : this.check()
      move --> [*])");
  begun();
  const auto found = ask("overload", "app1", {{"load", "85%"}});
  ASSERT_TRUE(found);
  std::vector<std::string> decided;
  for (const auto& what : found->front().rehearsed) {
    if (const auto* state = std::get_if<StateEntered>(&what)) decided.push_back(state->state);
    if (const auto* guard = std::get_if<GuardEvaluated>(&what))
      decided.push_back(guard->guard + (guard->holds ? " holds" : " does not"));
    if (const auto* chosen = std::get_if<HostChosen>(&what))
      decided.push_back(chosen->variable + " is chosen");
  }
  EXPECT_THAT(decided, ElementsAre("look", "target is chosen", "target == none does not",
                                   "event.load > 80% holds", "move"));
  EXPECT_EQ(found->front().then, "this.check()");
  EXPECT_THAT(world().guards(), IsEmpty()) << "nothing is journalled";
  EXPECT_THAT(world().choices(), IsEmpty());
}

TEST_F(ExplainTest, AboutAHostItIsAskedForEachComponentThere) {
  diagram("host_down", "[*] --> a\na : alert(\"down\", this)\na --> [*]", {"on: vm"});
  begun();
  size_t all = 0;
  for (const char* host : {"lab1", "lab2", "lab3"}) all += ask("host_down", host)->size();
  EXPECT_EQ(all, 2u) << "there are two VMs";
}

// Whatever state it is asked in: what is said is what then happens.
TEST_F(ExplainTest, WhatItSaysIsWhatThenHappens) {
  diagram("tired", "[*] --> a\na : this.reload()\na --> [*]", {"cooldown: 5s"});
  ScriptedWorld& w = checks({"cooldown: 3s", "hold: 2s", "runs: 1"});
  w.hold("app1.check");
  w.hold("app2.reload");
  const char* const events[] = {"overload", "tired", "noise"};
  const char* const components[] = {"app1", "app2", "vm1"};
  for (unsigned i = 0; i < 400; ++i) {
    const std::string event = events[i * 7 % 3], component = components[i / 3 * 5 % 3];
    const auto said = ask(event, component);
    ASSERT_TRUE(said);
    const RunId before = w.last_run();
    w.waits();
    ASSERT_EQ(w.send(event + " " + component), "");
    const bool started = w.last_run() != before, waits = !w.waits().empty();
    const auto verdict = !started ? Prospect::Verdict::kSuppressed
                         : waits  ? Prospect::Verdict::kWaits
                                  : Prospect::Verdict::kRuns;
    ASSERT_EQ(said->front().verdict, verdict) << i << ": " << event << " " << component;
    if (i % 5 == 0) w.pass(1s);
    if (i % 17 == 0 && !w.open().empty()) w.end(w.open_calls().front().id, exits(0));
  }
}

}  // namespace
}  // namespace attune::workflow
