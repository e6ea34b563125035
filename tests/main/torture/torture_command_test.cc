// SPDX-License-Identifier: Apache-2.0
// `attune torture` as a user types it, on real processes: what ships survives, and each bad wrapper shows
// what is bad about it, and nothing else.
#include <filesystem>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>
#include <nlohmann/json.hpp>

#include "tests/main/cli/transcript.h"
#include "tests/support/folder_case.h"
#include "tests/support/golden.h"
#include "tests/support/sshd.h"
#include "tests/support/temp_dir.h"

namespace attune::cli {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// A service of key Script that survives everything: two starts wait for each other, a stop waits for the end.
constexpr std::string_view kGood = R"sh(#!/bin/sh
pid=$ATTUNE_RUN_DIRECTORY/service.pid
mkdir -p "$ATTUNE_RUN_DIRECTORY"
runs() { [ -s "$pid" ] && read -r number <"$pid" && [ "$(tr '\0' ' ' <"/proc/$number/cmdline" 2>/dev/null)" = 'sleep 3600 ' ]; }
case $1 in
start)
  exec 9>"$ATTUNE_RUN_DIRECTORY"/lock
  flock 9
  runs && exit 0
  sleep 0.1
  setsid sh -c 'echo $$ >"$0.new" && mv "$0.new" "$0" && exec sleep 3600' "$pid" >/dev/null 2>&1 </dev/null 9>&- &
  until runs; do sleep 0.02; done;;
stop)
  runs || { rm -f "$pid"; exit 0; }
  kill "$number"
  while runs; do sleep 0.02; done
  rm -f "$pid" "$pid.new";;
status) runs;;
esac
)sh";

class TortureCommandTest : public ::testing::Test {
 protected:
  // What was not survived: "start twice".
  // Where something else is looked for, what takes its time is left out.
  static constexpr const char* kNoHangs = "start:hung,stop:hung,status:hung";
  std::vector<std::string> found(const std::string& script, const std::string& timeout = "20s",
                                 const std::string& skip = kNoHangs) {
    const test::FolderCase folder(project(script, timeout, "    +protocol: String = \"local\"\n", "here\n"));
    return found_in(folder, skip);
  }
  std::vector<std::string> found_in(const test::FolderCase& folder, const std::string& skip = {}) {
    ran_ = run_words({"torture", (folder.path() / "wrappers/app.xml").string(), "--json", "--skip", skip});
    if (ran_.out.empty()) return {"no report: " + ran_.err};
    std::vector<std::string> all;
    const auto report = nlohmann::json::parse(ran_.out);
    for (const auto& one : report["findings"])
      all.push_back(fmt::format("{} {}", one["stub"].get<std::string>(), one["ordeal"].get<std::string>()));
    return all;
  }
  std::vector<std::string> found_over_ssh(const test::Sshd& sshd, const std::string& script,
                                          const std::string& skip = {}) {
    const auto target = sshd.target();
    const std::string login = fmt::format(
        "    +user: String = \"{}\"\n    +port: Integer = {}\n    +identity-file: String = \"{}\"\n"
        "    +known-hosts: String = \"{}\"\n",
        target.user, target.port, target.identity_file, target.known_hosts);
    return found_in(
        test::FolderCase(project(script, "20s", login, fmt::format("box address={}\n", target.address))),
        skip);
  }
  std::string project(const std::string& script, const std::string& timeout, const std::string& protocol,
                      const std::string& nodes) {
    return fmt::format(R"(=== deployment.mmd
classDiagram
  class lab {{
    <<host-family>>
    +nodefile: String = "nodes"
{}    +dirlocal: String = "{}"
  }}
  class app {{
    +host-family: String = "lab"
    +wrapper: String = "app.xml"
  }}
=== nodes
{}=== wrappers/app.xml
<wrapper name='app'>
  <method name="start" key="Script" method="control" timeout="{}"/>
  <method name="stop" key="Script" method="control" timeout="{}"/>
  <method name="status" key="Script" method="control"/>
</wrapper>
=== control
{})",
                       protocol, host_ / "attune", nodes, timeout, timeout, script);
  }
  // What the good one does, but for a part of it.
  static std::string with(std::string_view part, std::string_view instead) {
    std::string text(kGood);
    const size_t at = text.find(part);
    EXPECT_NE(at, text.npos);
    return text.replace(at, part.size(), instead);
  }
  bool is_host_clean() const { return std::filesystem::is_empty(std::string(host_ / "")); }

  test::TempDir host_;
  Ran ran_;
};

TEST_F(TortureCommandTest, AGoodWrapperSurvivesAndNothingIsLeft) {
  EXPECT_THAT(found(std::string(kGood), "20s", ""), IsEmpty()) << ran_.out;
  EXPECT_EQ(ran_.code, ExitCode::kDone);
  EXPECT_TRUE(is_host_clean());
}

TEST_F(TortureCommandTest, AGoodWrapperSurvivesOverSshToo) {
  const test::Sshd sshd;
  EXPECT_THAT(found_over_ssh(sshd, std::string(kGood)), IsEmpty()) << ran_.out << ran_.err;
  EXPECT_THAT(ran_.out, HasSubstr("{\"ordeal\":\"cut\",\"verdict\":\"survived\"")) << ran_.out;
  EXPECT_TRUE(is_host_clean());
}

TEST_F(TortureCommandTest, ASecondStartIsNotMadeWhileOneThatWasCutIsAtWork) {
  const test::Sshd sshd;
  const std::string one_at_a_time = with("  flock 9\n", "  flock -n 9 || exit 1\n");
  std::string slow = one_at_a_time;
  slow.replace(slow.find("  sleep 0.1\n"), 12, "  sleep 0.5\n");
  EXPECT_THAT(found_over_ssh(sshd, slow, kNoHangs), IsEmpty()) << ran_.out << ran_.err;
  EXPECT_THAT(ran_.out, HasSubstr("{\"ordeal\":\"cut\",\"verdict\":\"survived\"")) << ran_.out;
}

TEST_F(TortureCommandTest, AStartThatDoublesIsFoundAndNothingElse) {
  EXPECT_THAT(found(with("  runs && exit 0\n", "")), ElementsAre("start twice")) << ran_.out;
  EXPECT_EQ(ran_.code, ExitCode::kFailed);
  EXPECT_TRUE(is_host_clean());
}

TEST_F(TortureCommandTest, AStopThatLeavesAChildIsFoundAndNothingElse) {
  const std::string leaves = "  sleep 3000 >/dev/null 2>&1 </dev/null &\n  kill \"$number\"\n";
  EXPECT_THAT(found(with("  kill \"$number\"\n", leaves)), ElementsAre("stop once")) << ran_.out;
  EXPECT_TRUE(is_host_clean());
}

TEST_F(TortureCommandTest, AStatusThatWritesIsFoundAndNothingElse) {
  EXPECT_THAT(found(with("status) runs;;", "status) echo >asked.$$; runs;;")), ElementsAre("status order"))
      << ran_.out;
}

TEST_F(TortureCommandTest, AStatusThatTrustsAFileIsFoundAndNothingElse) {
  EXPECT_THAT(found(with("status) runs;;", "status) [ -s \"$pid\" ];;")), ElementsAre("status order"))
      << ran_.out;
}

TEST_F(TortureCommandTest, AStartThatHangsAfterOneThatWasKilledIsFoundAndNothingElse) {
  const std::string locks = with("  exec 9>\"$ATTUNE_RUN_DIRECTORY\"/lock\n  flock 9\n",
                                 "  until mkdir starting 2>/dev/null; do sleep 0.05; done\n");
  const std::string bad = [&] {
    std::string text = locks;
    text.replace(text.find("  runs && exit 0\n  sleep 0.1\n"), 30,
                 "  runs && { rmdir starting; exit 0; }\n  sleep 0.3\n");
    const std::string until = "  until runs; do sleep 0.02; done;;";
    return text.replace(text.find(until), until.size(),
                        "  until runs; do sleep 0.02; done\n  rmdir starting;;");
  }();
  EXPECT_THAT(found(bad, "3s", ""), ElementsAre("start killed")) << ran_.out;
  EXPECT_THAT(ran_.out, HasSubstr("had not ended after 3s"));
  EXPECT_TRUE(is_host_clean());
}

TEST_F(TortureCommandTest, TheExampleOfThreeProcessesSurvives) {
  const std::string wrapper = (test::source_root() / "examples/local/wrappers/service.xml").string();
  for (const std::string of : {"database", "application"}) {  // the second one with what it is bound to
    ran_ = run_words({"torture", wrapper, "--class", of});
    EXPECT_EQ(ran_.code, ExitCode::kDone) << ran_.out << ran_.err;
    EXPECT_THAT(ran_.out, HasSubstr("0 not survived"));
  }
}

TEST_F(TortureCommandTest, TheStockProbeOfProcessorsSurvives) {
  const test::FolderCase folder(fmt::format(R"(=== deployment.mmd
classDiagram
  class lab {{
    <<host-family>>
    +nodefile: String = "nodes"
    +protocol: String = "local"
    +dirlocal: String = "{}"
  }}
  class app {{
    +host-family: String = "lab"
    +wrapper: String = "app.xml"
  }}
  class watch {{
    +host-family: String = "lab"
    +wrapper: String = "cpu-probe.xml"
    +threshold: Percent = 80%
    +period: Duration = 1s
  }}
  watch "1" --> "1" app : observed
=== nodes
here
=== wrappers/app.xml
<wrapper name='app'>
  <method name="start" key="Process" method="start"><param value="sleep"/><param value="3600"/></method>
  <method name="stop" key="Process" method="stop"/>
</wrapper>
)",
                                            host_ / "attune"));
  ran_ = run_words({"torture", (folder.path() / "wrappers/cpu-probe.xml").string()});
  EXPECT_EQ(ran_.code, ExitCode::kDone) << ran_.out << ran_.err;
  EXPECT_TRUE(is_host_clean());
}

TEST_F(TortureCommandTest, AnInterruptTakesAllAwayFromTheHost) {
  const std::string interrupts = fmt::format("start)\n  kill -INT {}\n  sleep 10\n", ::getpid());
  found(with("start)\n", interrupts));
  EXPECT_EQ(ran_.code, ExitCode::kFailed);
  EXPECT_THAT(ran_.err, HasSubstr("broken off; what was put onto the host is taken away"));
  EXPECT_TRUE(nlohmann::json::parse(ran_.out)["broken_off"]);
  EXPECT_TRUE(is_host_clean());
}

TEST_F(TortureCommandTest, WhatIsWrongOnTheCommandLineIsSaid) {
  const std::string wrapper = (test::source_root() / "examples/local/wrappers/service.xml").string();
  ran_ = run_words({"torture", wrapper});
  EXPECT_EQ(ran_.code, ExitCode::kUsage);
  EXPECT_THAT(ran_.err,
              HasSubstr("database, application, frontend uses service.xml: say which with --class"));
  ran_ = run_words({"torture", (test::source_root() / "examples/local").string()});
  EXPECT_EQ(ran_.code, ExitCode::kUsage);
  EXPECT_THAT(ran_.err, HasSubstr("is a folder: name a wrapper, as in "));
  ran_ = run_words({"torture", wrapper, "--class", "database", "--skip", "start:thrice"});
  EXPECT_THAT(ran_.err, HasSubstr("'thrice' is none of once"));
  ran_ = run_words({"torture", wrapper, "--class", "database", "--skip", "sing"});
  EXPECT_THAT(ran_.err, HasSubstr("no stub 'sing'"));
  const std::string junit = host_ / "report.xml";
  ran_ = run_words({"torture", wrapper, "--class", "database", "--host", "nowhere", "--junit", junit});
  EXPECT_EQ(ran_.code, ExitCode::kFailed);
  EXPECT_THAT(ran_.err, HasSubstr("no family has a host 'nowhere'"));
  EXPECT_THAT(test::load_file(junit), HasSubstr("<error message=\"broken off: no family has a host"));
}

TEST_F(TortureCommandTest, AJUnitReportIsWrittenWhereItIsWanted) {
  const test::FolderCase folder(project(with("status) runs;;", "status) true;;"), "20s",
                                        "    +protocol: String = \"local\"\n", "here\n"));
  const std::string junit = folder.path() / "report.xml";
  ran_ = run_words({"torture", (folder.path() / "wrappers/app.xml").string(), "--skip", "start:hung,stop",
                    "--junit", junit});
  EXPECT_THAT(test::load_file(junit), HasSubstr("<testcase classname=\"app\" name=\"status order\">"));
  EXPECT_THAT(ran_.out,
              HasSubstr("not tried: stop once, twice, doubled, killed, hung, order: left out by --skip"));
}

}  // namespace
}  // namespace attune::cli
