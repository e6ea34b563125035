// SPDX-License-Identifier: Apache-2.0
// attune as a shell starts it.
#include <array>
#include <cstdio>
#include <cstdlib>
#include <memory>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>

#include "tests/support/golden.h"
#include "tests/support/temp_dir.h"

namespace attune::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

struct Ended {
  int code = -1;
  std::string said;  // on both sides
};

// Runs the line in a shell, with $attune for the program; a pipeline fails where any part of it does.
Ended shell(const std::string& line) {
  ::setenv("attune", ATTUNE_PROGRAM, 1);
  ::setenv("line", line.c_str(), 1);
  // NOLINTNEXTLINE(bugprone-command-processor): pipelines are what is tested
  std::FILE* pipe = ::popen("exec bash -o pipefail -c \"$line\" 2>&1", "r");
  Ended ended;
  std::array<char, 4096> piece{};
  for (size_t count = 0; (count = std::fread(piece.data(), 1, piece.size(), pipe)) > 0;)
    ended.said.append(piece.data(), count);
  const int status = ::pclose(pipe);
  ended.code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return ended;
}

std::string example() {
  return (test::source_root() / "examples/local").string();
}

TEST(Program, SaysHowItWentByItsExitCode) {
  EXPECT_EQ(shell("$attune check " + example()).code, 0);
  EXPECT_EQ(shell("$attune check no/such/folder").code, 2);
  EXPECT_EQ(shell("$attune status --run-dir /no/such/folder").code, 3);
}

TEST(Program, BearsThatItsReaderLeaves) {
  const Ended ended = shell("$attune plan --json " + example() + " | true");
  EXPECT_EQ(ended.code, 0) << ended.said;
  EXPECT_EQ(ended.said, "");
}

TEST(Program, TellsThatTheDiskIsFull) {
  const Ended ended = shell("$attune check " + example() + " > /dev/full");
  EXPECT_EQ(ended.code, 1);
  EXPECT_THAT(ended.said, HasSubstr("No space left"));
}

// `script` gives the program a terminal.
TEST(Program, ColoursATerminalAlone) {
  const std::string wrong = "script -qec '$attune chek' /dev/null";
  EXPECT_THAT(shell("TERM=xterm " + wrong).said, HasSubstr("\x1b[31mattune:"));
  EXPECT_THAT(shell("TERM=xterm NO_COLOR=1 " + wrong).said, Not(HasSubstr("\x1b")));
  EXPECT_THAT(shell("TERM=dumb " + wrong).said, Not(HasSubstr("\x1b")));
  EXPECT_THAT(shell("TERM=xterm $attune chek").said, Not(HasSubstr("\x1b")));
}

TEST(Program, HandsTheLabWhatWasTyped) {
  const test::TempDir stock;
  stock.write("lab/lab", "#!/bin/sh\nprintf '<%s>' \"$@\"\nexit 7\n", true);
  const Ended ended = shell("ATTUNE_STOCK=" + stock.path().string() + " $attune lab up 2 --help -- 'a b' ''");
  EXPECT_EQ(ended.said, "<up><2><--help><--><a b><>");
  EXPECT_EQ(ended.code, 7);
}

TEST(Program, TheLabDiesWithItsReader) {
  const test::TempDir stock;
  stock.write("lab/lab", "#!/bin/sh\nwhile echo x; do :; done\necho ignored >&2\n", true);
  EXPECT_EQ(shell("ATTUNE_STOCK=" + stock.path().string() + " $attune lab | true").said, "");
}

TEST(Program, SaysThatThereIsNoLab) {
  const test::TempDir stock;
  const Ended ended = shell("ATTUNE_STOCK=" + stock.path().string() + " $attune lab up 2");
  EXPECT_EQ(ended.code, 1);
  EXPECT_THAT(ended.said, StartsWith("attune: cannot run " + stock.path().string() + "/lab/lab:"));
}

TEST(Program, TheRealLabHelps) {
  EXPECT_THAT(shell("$attune lab --help").said, HasSubstr("example:"));
}

}  // namespace
}  // namespace attune::cli
