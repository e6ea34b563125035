// SPDX-License-Identifier: Apache-2.0
// What `attune why` shows, of a daemon that runs and of a journal that one has left.
#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "runtime/base/wall_time.h"
#include "runtime/main/run_explainer.h"
#include "tests/journal/journal_fixture.h"
#include "tests/main/cli/daemon_fixture.h"
#include "tests/support/golden.h"

namespace attune::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;
using workflow::Record;

// A migration: it waits, chooses, looks at two guards, migrates, and fails.
std::vector<Record> migration() {
  std::vector<Record> records;
  const auto add = [&](const char* at, auto what) {
    records.push_back({records.size() + 1, *parse_wall_time(at), std::move(what)});
  };
  add("2026-05-04T23:59:58.000000Z", workflow::EventAccepted{3, "cpu_high", "vm", "probe", {{"cpu", "97%"}}});
  add("2026-05-04T23:59:58.000000Z",
      workflow::RunStarted{7, 3, "cpu_high", "vm", "diagrams/cpu_high.mmd:1", "hold 10s, cooldown 1min"});
  add("2026-05-04T23:59:58.000000Z", workflow::RunWaits{7, "vm is in use by run 6"});
  add("2026-05-04T23:59:59.500000Z", workflow::StateEntered{7, "choose"});
  add("2026-05-04T23:59:59.500000Z",
      workflow::HostChosen{7,
                           "target",
                           "lab2",
                           "lab2: load 3%, the least of 2 that fit",
                           {{"lab2", "load 3%, 2 components, 1GiB free", ""},
                            {"lab3", "load 5%, 0 components, 1GiB free", ""},
                            {"lab1", "load 82%, 4 components, 128MiB free", "load = 82%"}},
                           12,
                           "lab3 with load below 3% instead of 5%"});
  add("2026-05-04T23:59:59.500000Z", workflow::VariableSet{7, "target", "lab2"});
  add("2026-05-04T23:59:59.500000Z",
      workflow::GuardEvaluated{7, "found", "target == none", false, "target = lab2",
                               "target = none instead of lab2"});
  add("2026-05-04T23:59:59.500000Z",
      workflow::GuardEvaluated{7, "found", "event.cpu > 90%", true, "event.cpu = 97%",
                               "event.cpu at most 90% instead of 97%"});
  add("2026-05-04T23:59:59.500000Z", workflow::StateEntered{7, "move"});
  add("2026-05-04T23:59:59.500000Z",
      workflow::CallIntent{{12, 7, 0, "vm", "migrate", "VM", "migrate", {"vm", "lab2"}, "lab1", {}}});
  add("2026-05-05T00:00:01.000000Z",
      workflow::CallEnded{12, 7, workflow::CallExited{1, "no \x1b[31mroom", {}},
                          std::chrono::milliseconds(1500)});
  add("2026-05-05T00:00:01.000000Z",
      workflow::GuardEvaluated{7, "move", "on error", true, "vm.migrate exited with 1"});
  add("2026-05-05T00:00:01.000000Z", workflow::Alerted{7, "cannot move", "vm"});
  add("2026-05-05T00:00:01.000000Z", workflow::StateEntered{7, "[undo]"});
  add("2026-05-05T00:00:01.000000Z", workflow::SystemChanged{7, system::HostAssigned{0, "lab1"}, ""});
  add("2026-05-05T00:00:01.000000Z",
      workflow::RunEnded{7, workflow::RunEnd::kFailed, "in 'move': no way leads on"});
  return records;
}

workflow::RunExplanation explanation(const std::vector<Record>& records) {
  main::RunExplainer explainer{main::Story()};
  for (const Record& record : records) explainer.add(record);
  return explainer.explained();
}

class WhyTest : public DaemonFixture {
 protected:
  WhyTest() {
    on_loop([this] {
      daemon_.explained = explanation(migration());
      daemon_.unanswered.past.push_back(
          {*parse_wall_time("2026-05-04T23:59:58.000000Z"), "vm", "cooldown until 12:00:31", 4});
    });
  }
  void about(workflow::Prospect prospect) {
    control::EventWhy::About one{std::move(prospect), {}, {}};
    if (one.prospect.verdict != workflow::Prospect::Verdict::kSuppressed) {
      const workflow::RunExplanation all = explanation(migration());
      one.decides = {all.steps[0], all.steps[1]};
      one.otherwise = {all.otherwise[0]};
    }
    on_loop([&] { daemon_.unanswered.about = {one}; });
  }
};

TEST_F(WhyTest, ExplainsARunStepByStep) {
  typed_.type("why 7");
  EXPECT_TRUE(test::matches_golden("cli/why.txt", transcript()));
}

TEST_F(WhyTest, AGraphDrawsARunStepByStep) {
  for (const char* line : {"graph 7", "graph 7 --dot"})
    EXPECT_EQ(typed_.type(line).code, ExitCode::kDone) << line;
  EXPECT_TRUE(test::matches_golden("cli/graph_run.txt", transcript()));
}

TEST_F(WhyTest, AGraphLeadsFromAForkIntoEachBranchAndTogetherAgain) {
  std::vector<Record> records;
  const auto add = [&](auto what) {
    records.push_back({records.size() + 1, *parse_wall_time("2026-05-04T23:59:58.000000Z"), std::move(what)});
  };
  const auto call = [](workflow::CallId id, const char* component) {
    return workflow::CallIntent{{id, 7, 0, component, "start", "Process", "start", {}, "lab1", {}}};
  };
  const auto works = [](workflow::CallId id) {
    return workflow::CallEnded{id, 7, workflow::CallExited{0, {}, {}}, std::chrono::milliseconds(5)};
  };
  add(workflow::RunStarted{7, 3, "overload", "app1", "diagrams/overload.mmd:1", ""});
  add(workflow::StateEntered{7, "grow"});
  add(workflow::StateEntered{7, "boot"});
  add(call(1, "app2"));
  add(workflow::StateEntered{7, "grant"});
  add(call(2, "database"));
  add(works(1));
  add(call(3, "app3"));
  add(works(2));
  add(works(3));
  add(workflow::StateEntered{7, "publish"});
  add(workflow::RunEnded{7, workflow::RunEnd::kDone, ""});
  on_loop([&] { daemon_.explained = explanation(records); });
  typed_.type("graph 7");
  EXPECT_TRUE(test::matches_golden("cli/graph_fork.txt", transcript()));
}

TEST_F(WhyTest, OfSeveralWaitsTellsHowLongEachWas) {
  std::vector<Record> waits = migration();
  waits[3] = {4, *parse_wall_time("2026-05-04T23:59:59.350000Z"),
              workflow::RunWaits{7, "`attune approve 7` lets it begin"}};
  const workflow::RunExplanation made = explanation(waits);
  EXPECT_EQ(made.waited_for, "vm is in use by run 6 for 1350ms, then `attune approve 7` lets it begin");
  EXPECT_EQ(*made.left_waiting - made.began, std::chrono::milliseconds(1500));
}

TEST_F(WhyTest, ExplainsWhyAnEventWouldNotBeAnswered) {
  using Verdict = workflow::Prospect::Verdict;
  about({"vm",
         Verdict::kSuppressed,
         "cooldown until 12:00:31",
         "in 12s",
         "diagrams/cpu_high.mmd:1",
         "cooldown 1min",
         {},
         ""});
  typed_.type("why not cpu_high vm cpu=97%");
  about({"vm",
         Verdict::kWaits,
         "vm is in use by run 6",
         "wait for the end of run 6, or `attune cancel 6`",
         "diagrams/cpu_high.mmd:1",
         "",
         {},
         "this.migrate(target)"});
  typed_.type("why not cpu_high vm");
  about({"", Verdict::kRuns, "", "", "diagrams/cpu_high.mmd:1", "", {}, ""});
  typed_.type("why not cpu_high -");
  typed_.type("why not flood vm");
  EXPECT_TRUE(test::matches_golden("cli/why_not.txt", transcript()));
}

TEST(RunExplainerTest, ARunThatWasRenewedAnswersTheNewerEvent) {
  std::vector<Record> records;
  const auto add = [&](const char* at, auto what) {
    records.push_back({records.size() + 1, *parse_wall_time(at), std::move(what)});
  };
  add("2026-05-04T12:00:00.000000Z", workflow::EventAccepted{3, "cpu_high", "vm", "probe", {{"cpu", "91%"}}});
  add("2026-05-04T12:00:00.000000Z", workflow::RunStarted{7, 3, "cpu_high", "vm", "cpu_high.mmd:1", ""});
  add("2026-05-04T12:00:00.000000Z", workflow::RunWaits{7, "`attune approve 7` lets it begin"});
  add("2026-05-04T12:00:10.000000Z", workflow::RunApproved{7, "attune (root)"});
  add("2026-05-04T12:00:20.000000Z", workflow::RunRenewed{7, "probe2", {{"cpu", "99%"}}});
  add("2026-05-04T12:00:20.000000Z", workflow::StateEntered{7, "choose"});
  const workflow::RunExplanation made = explanation(records);
  ASSERT_TRUE(made.event);
  EXPECT_EQ(made.event->source, "probe2");
  EXPECT_EQ(made.event->values.front().second, "99%");
  EXPECT_EQ(made.left_waiting, records[4].at) << "approved it waits for its turn yet";
  ASSERT_EQ(made.steps.size(), 3u);
  EXPECT_EQ(made.steps[0].text, "approved by attune (root)");
  EXPECT_EQ(made.steps[1].text, "answers what probe2 told since: cpu=99%");
}

TEST_F(WhyTest, GivesItAsJson) {
  using nlohmann::json;
  const json run = json::parse(typed_.type("why 7 --json").out);
  EXPECT_EQ(run["event"]["values"]["cpu"], "97%");
  EXPECT_EQ(run["steps"][1]["hosts"][2]["refused"], "load = 82%");
  EXPECT_EQ(run["end"], "failed");
  about({"vm", workflow::Prospect::Verdict::kRuns, "", "", "", "", {}, ""});
  const json event = json::parse(typed_.type("why not cpu_high vm --json").out);
  EXPECT_EQ(event["about"][0]["verdict"], "runs");
  EXPECT_EQ(event["past"][0]["count"], 4);
}

TEST_F(WhyTest, SaysWhatIsWrongWithItsWords) {
  for (const char* line : {"why it", "why 7 8", "why not cpu_high", "why not cpu_high vm 97%"})
    EXPECT_EQ(typed_.type(line).code, ExitCode::kUsage) << line;
  EXPECT_EQ(typed_.type("why 8").code, ExitCode::kRefused);
}

class WhyLeftTest : public journal::JournalFixture {
 protected:
  WhyLeftTest() {
    ::setenv("TZ", "UTC", 1);
    ::tzset();
    path_ = folder_ / "web/journal.db";
  }
  void SetUp() override {
    open();
    std::vector<Record> records = migration();
    const WallTime at = records.front().at;
    records.insert(records.begin(),
                   {0, at, workflow::SystemChanged{0, system::ComponentCreated{5, "app", "app", 1}, ""}});
    records.insert(
        records.end() - 1,
        {0, at, workflow::SystemChanged{7, system::LifecycleChanged{5, system::Lifecycle::kFailed}, ""}});
    records.push_back({0, at, workflow::EventAccepted{4, "call", "app", "attune (root)", {}}});
    records.push_back({0, at, workflow::RunStarted{8, 4, "call", "app"}});
    for (size_t i = 0; i < records.size(); ++i) records[i].sequence = i + 1;
    ASSERT_TRUE(append(records));
    close();
  }
};

TEST_F(WhyLeftTest, IsReadFromTheJournalWhereNoAttunedRuns) {
  Transcript typed;
  typed.stand("--run-dir", folder_ / "run");
  const Ran ran = typed.type("why 7 --state-dir " + folder_.string());
  EXPECT_EQ(ran.code, ExitCode::kDone);
  EXPECT_THAT(ran.out, HasSubstr("cpu_high vm cpu=97% from probe (event 3)"));
  EXPECT_THAT(ran.err, StartsWith("attune: no attuned runs"));
  EXPECT_THAT(ran.out, HasSubstr("  app is failed\n")) << "by its name, from before the run";
  const Ran by_hand = typed.type("why 8 --state-dir " + folder_.string());
  EXPECT_THAT(by_hand.out, HasSubstr("run 8, call of app: goes on"));
  EXPECT_THAT(by_hand.out, HasSubstr("rule     none: asked for by attune (root)"));
  const Ran other = typed.type("why 9 --state-dir " + folder_.string());
  EXPECT_EQ(other.code, ExitCode::kFailed);
  EXPECT_THAT(other.err, HasSubstr("there is no run 9 in the journal"));
}

}  // namespace
}  // namespace attune::cli
