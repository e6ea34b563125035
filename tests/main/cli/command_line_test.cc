// SPDX-License-Identifier: Apache-2.0
#include "runtime/main/cli/command_line.h"

#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "runtime/main/cli/argument_reader.h"
#include "runtime/main/cli/commands.h"
#include "tests/main/cli/transcript.h"
#include "tests/support/golden.h"

namespace attune::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

TEST(CommandLine, HelpsWithEachCommand) {
  Transcript typed;
  typed.type("--help");
  for (const CommandEntry& entry : commands())
    if (entry.name != "lab") typed.type(std::string(entry.name) + " --help");
  EXPECT_TRUE(test::matches_golden("cli/help.txt", typed.text()));
}

TEST(CommandLine, SaysWhatIsWrongWithIt) {
  Transcript typed;
  for (const char* line : {"chek",
                           "frobnicate",
                           "-p web status",
                           "status --jsn",
                           "status a b",
                           "log --last many",
                           "log --run",
                           "check",
                           "check a b",
                           "check no/such/folder",
                           "check /dev/null",
                           "check --ast",
                           "check --ast no/such.mmd",
                           "plan no/such/folder",
                           "call",
                           "call vm1",
                           "send cpu_high",
                           "send cpu_high vm1 97%",
                           "send cpu_high vm1 cpu=97% cpu=98%",
                           "set period=2s",
                           "set frontend.period",
                           "bind balancer app2",
                           "unbind balancer. app2",
                           "undeploy",
                           "undeploy app2 --all",
                           "cancel it",
                           "cancel -7"})
    EXPECT_EQ(typed.type(line).code, ExitCode::kUsage) << line;
  EXPECT_TRUE(test::matches_golden("cli/wrong.txt", typed.text()));
}

TEST(CommandLine, WithoutACommandItHelps) {
  const Ran ran = run_words({});
  EXPECT_EQ(ran.code, ExitCode::kUsage);
  EXPECT_EQ(ran.out, "");
  EXPECT_THAT(ran.err, StartsWith("usage: attune COMMAND"));
}

TEST(CommandLine, HelpIsAlsoACommand) {
  EXPECT_EQ(run_words({"help"}).out, run_words({"--help"}).out);
  EXPECT_EQ(run_words({"help", "check"}).out, run_words({"check", "--help"}).out);
  EXPECT_EQ(run_words({"help", "chek"}).code, ExitCode::kUsage);
}

TEST(CommandLine, SaysItsVersion) {
  EXPECT_THAT(run_words({"--version"}).out, StartsWith("attune "));
}

TEST(CommandLine, LetsNoWordSpeakToTheTerminal) {
  EXPECT_THAT(run_words({"\x1b[2J"}).err, HasSubstr("'\\x1b[2J'"));
}

// The page says all that --help says.
TEST(CommandLine, IsDocumented) {
  const std::string page = test::load_file(test::source_root() / "docs/command-line.md");
  for (const CommandEntry& entry : commands()) {
    const std::string heading = "\n### attune " + std::string(entry.name);
    const size_t begin = page.find(heading);
    ASSERT_NE(begin, page.npos) << entry.name << " is not in the page";
    const std::string section = page.substr(begin, page.find("\n### ", begin + 1) - begin);
    EXPECT_THAT(section, HasSubstr("\nattune " + std::string(entry.name))) << "no example of " << entry.name;
    ArgumentReader reader;
    entry.make()->declare(reader);
    for (const auto& line : reader.options_listed()) {
      const std::string name = line.names.substr(line.names.rfind("--"));
      constexpr std::string_view kCommon[] = {"--help", "--project",    "--run-dir",
                                              "--url",  "--token-file", "--ca "};
      const bool is_common = std::any_of(std::begin(kCommon), std::end(kCommon),
                                         [&](std::string_view one) { return name.starts_with(one); });
      EXPECT_THAT(is_common ? page : section, HasSubstr("`" + line.names + "`")) << entry.name;
    }
  }
}

}  // namespace
}  // namespace attune::cli
