// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "tests/main/cli/daemon_fixture.h"
#include "tests/support/golden.h"

namespace attune::cli {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class DaemonCommandsTest : public DaemonFixture {};

TEST_F(DaemonCommandsTest, ShowWhatGoesOn) {
  for (const char* line : {"status", "status vm", "status -p migration", "tree", "events"})
    EXPECT_EQ(typed_.type(line).code, ExitCode::kDone) << line;
  EXPECT_TRUE(test::matches_golden("cli/look.txt", transcript()));
}

TEST_F(DaemonCommandsTest, DrawWhatRuns) {
  for (const char* line : {"graph", "graph --dot"})
    EXPECT_EQ(typed_.type(line).code, ExitCode::kDone) << line;
  EXPECT_EQ(typed_.type("graph --dot --svg").code, ExitCode::kUsage);
  EXPECT_EQ(typed_.type("graph vm").code, ExitCode::kUsage);
  EXPECT_TRUE(test::matches_golden("cli/graph.txt", transcript()));
}

TEST_F(DaemonCommandsTest, ShowItInColoursOnATerminal) {
  const Ran ran = typed_.type("status", true);
  EXPECT_THAT(ran.out, HasSubstr("\x1b[32mstarted\x1b[0m"));
}

TEST_F(DaemonCommandsTest, ShowItAsJson) {
  using nlohmann::json;
  const json status = json::parse(typed_.type("status --json").out);
  EXPECT_EQ(status["status"]["project"], "migration");
  EXPECT_EQ(status["components"][0]["name"], "vm");
  EXPECT_EQ(status["hosts"][0]["name"], "lab1");
  EXPECT_EQ(status["runs"][0]["run"], 7);
  EXPECT_EQ(status["calls"][0]["stub"], "migrate");
  EXPECT_EQ(json::parse(typed_.type("status vm --json").out)["stubs"], json({"migrate"}));
  EXPECT_EQ(json::parse(typed_.type("tree --json").out)["components"].size(), 1u);
  EXPECT_EQ(json::parse(typed_.type("events --json").out)["accepted"], 3);
  EXPECT_EQ(json::parse(typed_.type("send cpu_high vm --json").out)["suppressed"], "cooldown until 12:00:31");
  EXPECT_EQ(json::parse(typed_.type("call vm migrate --json").out)["end"], "failed");
}

TEST_F(DaemonCommandsTest, WaitUntilNothingGoesOn) {
  EXPECT_EQ(typed_.type("status --wait 0").code, ExitCode::kFailed);  // its run 7 goes on
  on_loop([this] { daemon_.going_on[0].needs_approval = true; });
  EXPECT_EQ(typed_.type("status --wait 60").code, ExitCode::kDone)
      << "nothing but a person's word is missing";
  on_loop([this] { daemon_.going_on.clear(); });
  EXPECT_EQ(typed_.type("status --wait 60").code, ExitCode::kDone);
  EXPECT_EQ(typed_.type("status --wait 0 -p web").code, ExitCode::kNoDaemon);
}

TEST_F(DaemonCommandsTest, ActByHand) {
  for (const char* line : {"send cpu_high vm cpu=97% why=a=b",
                           "send night -",
                           "call vm migrate lab2",
                           "call --no-wait vm migrate",
                           "set vm.memory=256MiB",
                           "bind vm.probe probe",
                           "unbind vm.probe probe",
                           "create vm",
                           "remove vm",
                           "undeploy vm",
                           "undeploy --all",
                           "off lab1",
                           "maintenance lab1",
                           "maintenance --end lab1",
                           "mode",
                           "mode paused vm",
                           "mode recommend",
                           "status",
                           "mode asleep",
                           "approve 7",
                           "approve seven",
                           "cancel 7",
                           "resume cpu_high vm",
                           "resume cpu_high",
                           "stop"})
    typed_.type(line);
  EXPECT_TRUE(test::matches_golden("cli/act.txt", transcript()));
}

class ReloadCommandTest : public DaemonFixture {
 protected:
  static control::ReloadAnswer changed(std::string obstacle = {}) {
    using How = model::Difference::How;
    return {false,
            {{How::kChanged, "attribute", "vm.memory", "Size = 128MiB", "Size = 256MiB"},
             {How::kAdded, "diagram", "cpu_high", "", ""}},
            {},
            std::move(obstacle)};
  }
  void answer(std::deque<Result<control::ReloadAnswer>> answers) {
    on_loop([&] { reloads_.answers = std::move(answers); });
  }
  static control::ReloadAnswer begun() {
    control::ReloadAnswer answer = changed();
    answer.reloads = true;
    return answer;
  }
};

TEST_F(ReloadCommandTest, ShowsWhatHasChangedAndWaitsForTheNextManager) {
  answer({changed(), begun(), fail(ErrorCode::kUnreachable, "attuned takes over")});
  const Ran ran = typed_.type("reload --yes");
  EXPECT_EQ(ran.code, ExitCode::kDone);
  EXPECT_EQ(
      ran.out,
      "~ attribute vm.memory changed: Size = 128MiB -> Size = 256MiB\n+ diagram cpu_high added\nreloaded\n");
}

TEST_F(ReloadCommandTest, ChangesNothingInADryRun) {
  answer({changed()});
  EXPECT_EQ(typed_.type("reload --dry-run").code, ExitCode::kDone);
  EXPECT_EQ(reloads_.asked.size(), 1u);
}

TEST_F(ReloadCommandTest, SaysWhatStandsInTheWay) {
  answer({changed("these runs go on: 7 (cpu_high vm)")});
  const Ran ran = typed_.type("reload --yes");
  EXPECT_EQ(ran.code, ExitCode::kRefused);
  EXPECT_THAT(ran.err, HasSubstr("reload: these runs go on: 7 (cpu_high vm)"));
}

TEST_F(ReloadCommandTest, HasNothingToDoWhereNothingHasChanged) {
  EXPECT_EQ(typed_.type("reload").out, "nothing has changed\n");
}

TEST_F(ReloadCommandTest, TellsWhenTheProjectAsItWasGoesOn) {
  control::ReloadAnswer after = changed();
  after.not_run = "there is no group 'ops'";
  answer({changed(), begun(), after});
  const Ran ran = typed_.type("reload --yes");
  EXPECT_EQ(ran.code, ExitCode::kFailed);
  EXPECT_THAT(ran.err, HasSubstr("the project as it was before goes on: there is no group 'ops'"));
}

TEST_F(ReloadCommandTest, WaitsForRunsThatGoOnWhereItIsTold) {
  answer({changed("these runs go on: 7 (cpu_high vm)"), begun()});
  const Ran ran = typed_.type("reload --yes --wait");
  EXPECT_EQ(ran.code, ExitCode::kDone) << ran.err;
  ASSERT_GE(reloads_.asked.size(), 2u);
  EXPECT_TRUE(reloads_.asked[0].dry_run);
  EXPECT_TRUE(reloads_.asked[1].wait);
}

TEST_F(ReloadCommandTest, SaysWhatTheWaitWasInVainFor) {
  answer({changed("these runs go on: 7 (cpu_high vm)"),
          fail(ErrorCode::kTimedOut, "not reloaded: these runs go on: 7 (cpu_high vm)")});
  const Ran ran = typed_.type("reload --yes --wait");
  EXPECT_EQ(ran.code, ExitCode::kRefused);
  EXPECT_THAT(ran.err, HasSubstr("not reloaded: these runs go on"));
}

// A project may come from anywhere, and so may what it has in its names, values and files.
TEST_F(ReloadCommandTest, ShowsNothingThatATerminalWouldObey) {
  using How = model::Difference::How;
  const std::string evil =
      "a\x1b]0;owned\x07\x7f\xc2\x9b"
      "31m\rb";
  control::ReloadAnswer told{false, {{How::kChanged, "attribute", evil, evil, evil}}, {}, evil};
  Diagnostics found;
  const auto file = std::make_shared<const SourceFile>(SourceFile{"p/" + evil, evil + "\n"});
  found.error("of-a-kind", {file, 1, 1, 1}, evil, evil);
  told.findings = found.all();
  for (const char* line : {"reload --yes", "reload --dry-run", "reload --dry-run --json"}) {
    answer({told});
    const Ran ran = typed_.type(line);
    EXPECT_THAT(ran.out + ran.err, HasSubstr("owned")) << line;
    for (const char* control : {"\x1b", "\x07", "\x7f", "\xc2\x9b", "\r"})
      EXPECT_THAT(ran.out + ran.err, ::testing::Not(HasSubstr(control))) << line;
  }
  answer({changed(), fail(ErrorCode::kInvalid, evil)});
  EXPECT_THAT(typed_.type("reload --yes").err, ::testing::Not(HasSubstr("\x1b")));
}

TEST_F(DaemonCommandsTest, AskForWhatWasTyped) {
  typed_.type("send cpu_high vm cpu=97% why=a=b");
  EXPECT_THAT(asked(), ElementsAre("send cpu_high vm by me cpu=97% why=a=b"));
  typed_.type("call vm migrate lab2 [x,y]");
  EXPECT_THAT(asked(), ElementsAre("call vm.migrate by me lab2 [x,y]"));
  typed_.type("create vm --no-wait");
  EXPECT_THAT(asked(), ElementsAre("create vm by me"));
  typed_.type("remove vm");
  EXPECT_THAT(asked(), ElementsAre("remove vm by me"));
  typed_.type("undeploy vm");
  EXPECT_THAT(asked(), ElementsAre("undeploy vm by me"));
  typed_.type("undeploy --all");
  EXPECT_THAT(asked(), ElementsAre("undeploy all by me"));
  typed_.type("stop --no-wait");
  EXPECT_THAT(asked(), ElementsAre("stop by me"));
  typed_.type("mode paused vm");
  EXPECT_THAT(asked(), ElementsAre("mode paused vm by me"));
  typed_.type("mode recommend");
  EXPECT_THAT(asked(), ElementsAre("mode recommend by me"));
  typed_.type("approve 7");
  EXPECT_THAT(asked(), ElementsAre("approve 7 by me"));
  typed_.type("cancel 7");
  EXPECT_THAT(asked(), ElementsAre("cancel 7 by me"));
  typed_.type("resume cpu_high vm");
  EXPECT_THAT(asked(), ElementsAre("resume cpu_high vm by me"));
  typed_.type("set vm.memory=256MiB");
  typed_.type("bind vm.probe probe");
  typed_.type("unbind vm.probe probe");
  EXPECT_THAT(daemon_.changes,
              ElementsAre(system::Change(system::AttributeSet{0, "memory", model::Size{256 << 20}}),
                          system::Change(system::Bound{0, "probe", 1}),
                          system::Change(system::Unbound{0, "probe", 1})));
}

TEST_F(DaemonCommandsTest, AFailedRunIsOne) {
  EXPECT_EQ(typed_.type("call vm migrate").code, ExitCode::kFailed);
  const Ran stop = typed_.type("stop");
  EXPECT_EQ(stop.code, ExitCode::kFailed);
  EXPECT_THAT(stop.err, HasSubstr("the project is not stopped, and attuned goes on"));
  EXPECT_EQ(typed_.type("stop --no-wait").code, ExitCode::kDone);
}

TEST_F(DaemonCommandsTest, ARefusalIsFour) {
  on_loop([this] { daemon_.refusal = Error{ErrorCode::kInvalid, "the disk is full: \x1b[2J"}; });
  for (const char* line :
       {"status vm9", "send cpu_high vm", "call vm migrate", "set vm.memory=256MiB", "set vm.memory=much",
        "set vm.colour=red", "set vm9.memory=1MiB", "bind vm.probe probe9", "bind vm.disk probe", "create vm",
        "remove vm", "undeploy vm", "undeploy --all", "maintenance lab1", "mode paused", "approve 7",
        "cancel 7", "stop"})
    EXPECT_EQ(typed_.type(line).code, ExitCode::kRefused) << line;
  EXPECT_TRUE(test::matches_golden("cli/refused.txt", transcript()));
}

TEST_F(DaemonCommandsTest, NoDaemonIsThree) {
  EXPECT_EQ(typed_.type("status -p web").code, ExitCode::kNoDaemon);
  end();
  EXPECT_EQ(typed_.type("status").code, ExitCode::kNoDaemon);
  EXPECT_EQ(typed_.type("log").code, ExitCode::kNoDaemon);
  EXPECT_EQ(typed_.type("status -p ../web").code, ExitCode::kNoDaemon);
  EXPECT_TRUE(test::matches_golden("cli/nobody.txt", transcript()));
}

TEST_F(DaemonCommandsTest, ShowWhoTalksWithWhom) {
  for (const char* line :
       {"traffic", "traffic --from 2025-11-29T19:00:00Z --to 2025-11-29T19:05:00Z --mean",
        "traffic --format csv", "traffic --from yesterday --to today", "traffic --mean --weight 2",
        "traffic --json --format csv", "traffic --form", "traffic --from 2025-11-29T19:00:00Z",
        "traffic --to 2025-11-29T19:00:00Z", "traffic --from 2025-11-29T19:05:00Z --to 2025-11-29T19:00:00Z",
        "traffic --from 2026-11-31T00:00:00Z --to 2026-12-02T00:00:00Z",
        "traffic --periods 3 --format matrix", "traffic --weight x", "traffic --minimum 20kB",
        "traffic --by packets", "traffic --method louvain", "traffic --format png", "traffic --periods 0",
        "traffic --periods x"})
    typed_.type(line);
  on_loop([this] { EXPECT_EQ(traffic_.asked->format, control::TrafficFormat::kCsv); });
  on_loop([this] { traffic_.refusal = Error{ErrorCode::kNotFound, "a part is missing"}; });
  typed_.type("traffic");
  EXPECT_TRUE(test::matches_golden("cli/traffic.txt", transcript()));
}

TEST_F(DaemonCommandsTest, AskAboutTrafficWhatWasSaid) {
  typed_.type(
      "traffic --periods 20 --wait 3 --estimate --weight 1.5 --by messages --method leiden --minimum 10");
  on_loop([this] {
    ASSERT_TRUE(traffic_.asked);
    EXPECT_EQ(traffic_.asked->periods, 20u);
    EXPECT_EQ(traffic_.asked->question.wait, 3);
    EXPECT_TRUE(traffic_.asked->question.may_estimate);
    EXPECT_EQ(traffic_.asked->question.form, traffic::Form::kWeighted);
    EXPECT_EQ(traffic_.asked->question.weight, 1.5);
    EXPECT_EQ(traffic_.asked->groups.by, traffic::Measure::kMessages);
    EXPECT_EQ(traffic_.asked->groups.method, traffic::GroupMethod::kLeiden);
    EXPECT_EQ(traffic_.asked->groups.minimum, 10);
  });
}

}  // namespace
}  // namespace attune::cli
