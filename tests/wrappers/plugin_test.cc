// SPDX-License-Identifier: Apache-2.0
#include "wrappers/plugin.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/hand_loop.h"
#include "tests/wrappers/hand_shell.h"
#include "tests/wrappers/vm_land.h"
#include "tests/wrappers/wrapper_world.h"

namespace attune::wrappers {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

model::Project watched_project(const std::optional<model::Value>& plugins = {}) {
  model::Project made = small_project();
  for (model::Class& one : made.classes)
    if (one.name == "probe") {
      one.attributes.push_back(
          {"interval", model::Type::kDuration, model::Value(Duration(std::chrono::seconds(5)))});
      one.attributes.push_back({"plugins", model::Type::kString, plugins});
      one.attributes.push_back({"place", model::Type::kString, {}});
    }
  model::Wrapper& wrapper = made.wrappers["probe"];
  wrapper.stubs = {stub("start", "nagios:check_http", "create", {"$this.observed.srname", "-H", "there"})};
  wrapper.events = {{"bad", {}, true, {}}};
  return made;
}

class PluginTest : public ::testing::Test {
 protected:
  PluginTest() {
    app_ = small_.make("app", "lab2");
    probe_ = small_.make("probe", "lab1");
    small_.apply(system::Bound{probe_, "observed", app_});
  }
  // What a test left open is called off, so that nothing of it stays.
  ~PluginTest() override {
    stop_.request_stop();
    loop_.turn();
    plugin_.reset();
    loop_.turn();
  }
  void call(system::ComponentId id, const std::string& operation, std::vector<std::string> arguments = {},
            const std::string& key = "nagios:check_http") {
    outcome_.clear();
    start<workflow::CallOutcome>(
        plugin_->invoke(small_.call(id, key, operation, std::move(arguments)), stop_.get_token()),
        [this](const workflow::CallOutcome& outcome) { outcome_ = shown(outcome); });
    loop_.turn();
  }
  void says(int code, const std::string& output, const std::string& error_output = {}) {
    shell_.end(shell_.runs.size() - 1, ports::CommandEnd(ports::Exited{code, output, error_output}));
    loop_.turn();
  }
  void create() { call(probe_, "create", {"app1", "-H", "there"}); }
  std::string adopted() {
    std::string result;
    start<Result<system::Lifecycle>>(plugin_->adopt(probe_), [&](const Result<system::Lifecycle>& found) {
      result = found ? std::string(system::name_of(*found)) : found.error().message;
    });
    loop_.pass(std::chrono::milliseconds(1));
    return result;
  }

  test::HandLoop loop_;
  HandShell shell_{loop_};
  VmLand land_{loop_};
  WrapperWorld small_{loop_, loop_, shell_, land_, watched_project()};
  std::optional<Plugin> plugin_{std::in_place, small_.world};
  system::ComponentId app_ = system::kNoComponent, probe_ = system::kNoComponent;
  std::stop_source stop_;
  std::string outcome_;
};

TEST_F(PluginTest, IsRunWithItsArgumentsAsTheyAre) {
  call(probe_, "create", {"app1", "-H", "a b", "$x"});
  ASSERT_THAT(shell_.runs, SizeIs(1));
  EXPECT_THAT(shell_.runs[0].command.argv,
              ElementsAre("/usr/lib/nagios/plugins/check_http", "-H", "a b", "$x"));
  EXPECT_EQ(shell_.runs[0].host.name, "lab1");
}

TEST_F(PluginTest, IsLookedForWhereTheClassSays) {
  small_.set(probe_, "plugins", model::Value(std::string("/opt/plugins")));
  create();
  EXPECT_EQ(shell_.runs[0].command.argv[0], "/opt/plugins/check_http");
}

TEST(PluginFolder, ThatLeadsNowhereIsToldAtItsAttribute) {
  test::HandLoop loop;
  HandShell shell(loop);
  VmLand land(loop);
  WrapperWorld small(loop, loop, shell, land,
                     watched_project(model::Value(std::string("/opt/${this.place}"))));
  Plugin plugin(small.world);
  std::string outcome;
  start<workflow::CallOutcome>(
      plugin.invoke(small.call(small.make("probe", "lab1"), "nagios:check_http", "check"), {}),
      [&](const workflow::CallOutcome& end) { outcome = shown(end); });
  loop.turn();
  EXPECT_THAT(shell.runs, IsEmpty());
  EXPECT_THAT(outcome, AllOf(HasSubstr("probe1.plugins: "), HasSubstr("place has no value yet")));
}

TEST_F(PluginTest, RunsOnItsSubjectsHostWhereItHasNone) {
  const system::ComponentId free = small_.make("probe", "");
  call(free, "create", {"app1"});
  EXPECT_EQ(shell_.runs[0].host.name, "lab2");
}

TEST_F(PluginTest, TellsWhatItFindsEveryInterval) {
  create();
  says(2, "HTTP CRITICAL|time=1s\n");
  EXPECT_EQ(outcome_, "exited 0: CRITICAL: HTTP CRITICAL");
  loop_.pass(std::chrono::seconds(5));
  ASSERT_THAT(shell_.runs, SizeIs(2));
  says(0, "HTTP OK\n");
  EXPECT_THAT(small_.lines, ElementsAre("probe1: bad app1 state=CRITICAL text=\"HTTP CRITICAL\"",
                                        "probe1: bad app1 state=OK text=\"HTTP OK\" cleared=true"));
  loop_.pass(std::chrono::seconds(4));
  EXPECT_THAT(shell_.runs, SizeIs(2));
}

TEST_F(PluginTest, ThatIsStartedAsItRunsIsLeftAlone) {
  create();
  says(0, "HTTP OK\n");
  create();
  EXPECT_EQ(outcome_, "exited 0: it runs already");
  EXPECT_THAT(shell_.runs, SizeIs(1));
}

TEST_F(PluginTest, ThatKnowsNothingSaysWhyAndIsWarnedOfOnceUntilItKnowsAgain) {
  const std::string usage = "Usage:\n check_http -H <vhost>\n";
  create();
  says(3, usage, "check_http: unrecognized option '--uri'\nsee --help\n");
  EXPECT_EQ(outcome_, "exited 0: UNKNOWN: check_http: unrecognized option '--uri'");
  const auto again = [&](int code, const std::string& output) {
    loop_.pass(std::chrono::seconds(5));
    says(code, output);
  };
  again(3, usage);
  EXPECT_THAT(small_.log.lines, ElementsAre(HasSubstr("check_http knows nothing of 'app1': check_http: "
                                                      "unrecognized option '--uri'")));
  again(0, "HTTP OK\n");
  again(3, usage);
  EXPECT_THAT(small_.log.lines, SizeIs(2));
}

// As where its arguments have its subject's address, and the subject has moved.
TEST_F(PluginTest, ThatIsStartedWithOtherArgumentsRunsWithThese) {
  create();
  says(0, "HTTP OK\n");
  call(probe_, "create", {"app1", "-H", "elsewhere"});
  says(0, "HTTP OK there\n");
  EXPECT_EQ(outcome_, "exited 0: OK: HTTP OK there");
  loop_.pass(std::chrono::seconds(5));
  ASSERT_THAT(shell_.runs, SizeIs(3));
  EXPECT_THAT(shell_.runs[2].command.argv,
              ElementsAre("/usr/lib/nagios/plugins/check_http", "-H", "elsewhere"));
}

TEST_F(PluginTest, ThatIsNotThereWasNotStarted) {
  create();
  says(127, "", "sh: not found\n");
  EXPECT_THAT(outcome_, HasSubstr("exited 125: lab1 has no check_http: install monitoring-plugins-basic"));
  loop_.pass(std::chrono::minutes(5));
  EXPECT_THAT(shell_.runs, SizeIs(1));
  EXPECT_THAT(small_.lines, IsEmpty());
}

TEST_F(PluginTest, ThatLacksALibraryIsNotCalledAbsent) {
  create();
  says(127, "",
       "check_http: error while loading shared libraries: libdbi.so.1: cannot open shared object file\n");
  EXPECT_EQ(outcome_,
            "exited 125: check_http cannot be run on lab1: check_http: error while loading shared libraries: "
            "libdbi.so.1: cannot open shared object file: install the package that has the library");
}

TEST_F(PluginTest, ThatIsTakenAwayIsToldOnce) {
  create();
  says(0, "OK");
  for (int i = 0; i < 3; ++i) {
    loop_.pass(std::chrono::seconds(5));
    says(127, "");
  }
  EXPECT_THAT(small_.raised, ElementsAre(HasSubstr("probe_failed probe1 why=lab1 has no check_http")));
  EXPECT_THAT(small_.log.lines, SizeIs(1));
}

TEST_F(PluginTest, ThatIsTakenAwayWhileItsHostIsAwayIsTold) {
  create();
  says(0, "OK");
  loop_.pass(std::chrono::seconds(5));
  shell_.end(1, fail(ErrorCode::kUnreachable, "lab1 does not answer"));
  loop_.pass(std::chrono::seconds(5));
  says(127, "");
  EXPECT_THAT(small_.raised, ElementsAre(HasSubstr("probe_failed probe1 why=lab1 has no check_http")));
  EXPECT_THAT(small_.log.lines, SizeIs(2));
}

TEST_F(PluginTest, ThatDoesNotEndIsToldOnceAndAccusesNobody) {
  create();
  says(0, "OK");
  for (size_t run = 1; run <= 2; ++run) {
    loop_.pass(std::chrono::seconds(5));
    shell_.end(run, ports::CommandEnd(ports::TimedOut{}));
  }
  loop_.pass(std::chrono::seconds(5));
  EXPECT_THAT(shell_.runs, SizeIs(4)) << "it is asked again";
  EXPECT_THAT(small_.log.lines, ElementsAre(HasSubstr("check_http gave no answer: it did not end in time")));
  EXPECT_THAT(small_.raised, IsEmpty());
  EXPECT_THAT(small_.lines, SizeIs(1)) << "that it was well at first";
}

TEST_F(PluginTest, ThatCouldNotBeRunCanBeStartedAgain) {
  create();
  says(0, "OK");
  loop_.pass(std::chrono::seconds(5));
  says(127, "");
  create();
  says(127, "");
  EXPECT_THAT(outcome_, HasSubstr("lab1 has no check_http"));
  create();
  says(0, "OK");
  loop_.pass(std::chrono::seconds(5));
  says(127, "");
  EXPECT_THAT(small_.raised, SizeIs(2)) << "it is told of again";
}

TEST_F(PluginTest, EndsWithItsComponent) {
  create();
  says(0, "OK");
  small_.apply(system::Unbound{probe_, "observed", app_});
  small_.apply(system::ComponentRemoved{probe_});
  for (int i = 0; i < 3; ++i) {
    loop_.pass(std::chrono::seconds(20));
    if (shell_.open() > 0) says(0, "OK");
  }
  EXPECT_THAT(shell_.runs, SizeIs(1));
  EXPECT_THAT(small_.raised, IsEmpty());
}

TEST_F(PluginTest, HasTheTimeOfItsCall) {
  workflow::Call asked = small_.call(probe_, "nagios:check_http", "check", {});
  asked.timeout = std::chrono::seconds(300);
  start<workflow::CallOutcome>(plugin_->invoke(asked, stop_.get_token()),
                               [this](const workflow::CallOutcome& outcome) { outcome_ = shown(outcome); });
  loop_.turn();
  EXPECT_EQ(shell_.runs[0].command.timeout, std::chrono::seconds(300));
  shell_.end(0, ports::CommandEnd(ports::TimedOut{}));
  loop_.turn();
  EXPECT_EQ(outcome_, "timed-out");
}

TEST_F(PluginTest, OfAHostThatDoesNotAnswerNothingIsSaid) {
  create();
  says(2, "bad");
  loop_.pass(std::chrono::seconds(5));
  shell_.end(1, fail(ErrorCode::kUnreachable, "lab1 does not answer"));
  loop_.pass(std::chrono::seconds(5));
  EXPECT_THAT(shell_.runs, SizeIs(3)) << "it is asked again";
  EXPECT_THAT(small_.lines, SizeIs(1));
  EXPECT_THAT(small_.raised, IsEmpty());
}

TEST_F(PluginTest, EndsWhenItIsStopped) {
  create();
  says(0, "OK");
  loop_.pass(std::chrono::seconds(5));
  call(probe_, "stop");
  EXPECT_EQ(outcome_, "exited 0");
  loop_.pass(std::chrono::minutes(1));
  EXPECT_EQ(shell_.open(), 0u);
  EXPECT_THAT(shell_.runs, SizeIs(2));
  call(probe_, "stop");
  EXPECT_EQ(outcome_, "exited 0: it does not run");
}

TEST_F(PluginTest, EndsWithItsManager) {
  create();
  says(0, "OK");
  loop_.pass(std::chrono::seconds(5));
  plugin_.reset();
  loop_.pass(std::chrono::minutes(1));
  EXPECT_EQ(shell_.open(), 0u);
  EXPECT_THAT(shell_.runs, SizeIs(2));
}

TEST_F(PluginTest, ANewManagerRunsItAgain) {
  small_.set(probe_, system::Lifecycle::kStarted);
  EXPECT_EQ(adopted(), "started");
  ASSERT_THAT(shell_.runs, SizeIs(1));
  EXPECT_THAT(shell_.runs[0].command.argv, ElementsAre("/usr/lib/nagios/plugins/check_http", "-H", "there"));
  says(2, "bad");
  EXPECT_THAT(small_.lines, SizeIs(1));
}

TEST_F(PluginTest, AsACheckSaysWhetherItIsWell) {
  call(app_, "check", {"-H", "here"});
  EXPECT_EQ(shell_.runs[0].host.name, "lab2");
  says(0, "HTTP OK|time=1s");
  EXPECT_EQ(outcome_, "exited 0: HTTP OK");
  call(app_, "check");
  says(1, "slow");
  EXPECT_EQ(outcome_, "exited 0: slow");
  call(app_, "check");
  says(2, "refused");
  EXPECT_EQ(outcome_, "exited 2: check_http on lab2 says CRITICAL: refused");
}

TEST_F(PluginTest, WhatItDoesNotKnowIsNoAnswer) {
  call(app_, "check");
  says(3, "", "usage\n");
  EXPECT_EQ(outcome_, "exited 125: check_http on lab2 says UNKNOWN: usage");
}

TEST_F(PluginTest, LeadsToNoOtherFolder) {
  call(app_, "check", {}, "nagios:../../bin/sh");
  EXPECT_EQ(outcome_, "exited 125: '../../bin/sh' is no plugin's name");
  EXPECT_THAT(shell_.runs, IsEmpty());
}

}  // namespace
}  // namespace attune::wrappers
