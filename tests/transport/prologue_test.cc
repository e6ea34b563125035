// SPDX-License-Identifier: Apache-2.0
#include "runtime/transport/prologue.h"

#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "runtime/transport/quoting.h"
#include "tests/support/temp_dir.h"
#include "tests/transport/run_here.h"

namespace attune::transport {
namespace {

using testing::HasSubstr;
using State = PrologueReader::State;

using Shell = std::vector<std::string>;

// Runs a text as sshd would have the user's shell run it.
ports::Exited run_by(Shell shell, const std::string& text) {
  shell.insert(shell.end(), {"-c", text});
  return run_here(std::move(shell));
}

ports::Command command(std::vector<std::string> argv) {
  ports::Command result;
  result.argv = std::move(argv);
  return result;
}

class Prologue : public testing::TestWithParam<Shell> {
 protected:
  // What the command itself wrote.
  std::string output_of(const ports::Command& what) {
    ran_ = run_by(GetParam(), remote_text(what, "mark"));
    reader_ = PrologueReader("mark");
    return std::string(reader_.feed(ran_.output));
  }
  ports::Exited ran_;
  PrologueReader reader_{"mark"};
};

TEST_P(Prologue, HandsArgumentsOnUnchanged) {
  EXPECT_EQ(output_of(command({"printf", "<%s>", "a b", "", "$HOME", "it's", "-n"})),
            "<a b><><$HOME><it's><-n>");
  EXPECT_EQ(reader_.state(), State::kRunning);
  EXPECT_GT(reader_.group(), 1);
}

TEST_P(Prologue, SetsTheEnvironmentAsItIs) {
  ports::Command env = command({"sh", "-c", "printf '%s|' \"$A\" \"$B\" \"$C\""});
  env.environment = {{"A", "one two"}, {"B", "x=y\nz"}, {"C", "$(id) '\""}};
  EXPECT_EQ(output_of(env), "one two|x=y\nz|$(id) '\"|");
}

TEST_P(Prologue, RunsInTheDirectory) {
  const test::TempDir dir;
  dir.write("odd name/file", "");
  ports::Command pwd = command({"ls"});
  pwd.directory = dir / "odd name";
  EXPECT_EQ(output_of(pwd), "file\n");
}

TEST_P(Prologue, SaysThatADirectoryIsMissingBeforeAnythingRuns) {
  const test::TempDir dir;
  ports::Command touch = command({"touch", dir / "ran"});
  touch.directory = dir / "missing";
  output_of(touch);
  EXPECT_EQ(reader_.state(), State::kNoDirectory);
  EXPECT_FALSE(std::filesystem::exists(dir / "ran"));
}

TEST_P(Prologue, EndsWithTheCommandsCode) {
  output_of(command({"sh", "-c", "exit 3"}));
  EXPECT_EQ(ran_.code, 3);
  output_of(command({"no-such-program"}));
  EXPECT_EQ(ran_.code, 127);
}

TEST_P(Prologue, LeadsAProcessGroupOfItsOwn) {
  const std::string own =
      output_of(command({"sh", "-c", "read -r stat </proc/$$/stat; set -- ${stat##*) }; echo $3"}));
  EXPECT_EQ(own, std::to_string(reader_.group()) + "\n");
}

TEST_P(Prologue, EndingCommandEndsAWholeGroupThatIgnoresTerm) {
  const test::TempDir dir;
  const std::string stubborn = "trap '' TERM; (sleep 60; sleep 60) & echo $$; wait; sleep 60";
  run_by({"sh"}, "cd " + dir.path().string() + "; setsid " + shell_words(GetParam()) + " -c " +
                     shell_word(stubborn) + " >out 2>&1 & until grep -q . " + (dir / "out") +
                     "; do :; done 2>/dev/null");
  const int group = std::stoi(dir.read("out"));
  ASSERT_GT(group, 1);

  const ports::Command ending = ending_command(std::vector<int>{group});
  const ports::Exited ended = run_by(GetParam(), remote_text(ending, "mark"));
  EXPECT_EQ(ended.code, 0) << ended.error_output;
  EXPECT_EQ(run_by({"sh"}, "ps -o stat= -g " + std::to_string(group) + " | grep -v Z; true").output, "");
}

TEST_P(Prologue, EndingCommandIsContentWhenNobodyIsLeft) {
  const ports::Command ending = ending_command(std::vector<int>{3'999'999});
  EXPECT_EQ(run_by(GetParam(), remote_text(ending, "mark")).code, 0);
}

INSTANTIATE_TEST_SUITE_P(Shells, Prologue,
                         testing::Values(Shell{"dash"}, Shell{"bash"}, Shell{"busybox", "sh"}));

TEST(PrologueReader, FindsItsLineAfterWhatALoginShellPrints) {
  PrologueReader reader("mark");
  EXPECT_EQ(reader.feed("Welcome!\nno newline herema"), "");
  EXPECT_EQ(reader.state(), State::kWaiting);
  EXPECT_EQ(reader.feed("rk 1234\nout"), "out");
  EXPECT_EQ(reader.group(), 1234);
  EXPECT_EQ(reader.feed("put mark 99\n"), "put mark 99\n");
}

TEST(PrologueReader, TakesNoNumberForAGroupThatIsNone) {
  PrologueReader reader("mark");
  reader.feed("mark 1\n");
  EXPECT_EQ(reader.state(), State::kGarbled);
}

TEST(PrologueReader, GivesUpOnEndlessNoise) {
  PrologueReader reader("mark");
  reader.feed(std::string(100'000, 'x'));
  EXPECT_EQ(reader.state(), State::kGarbled);
}

TEST(CommandCheck, RefusesWhatNoHostCouldRun) {
  EXPECT_THAT(check(command({})).error().message, HasSubstr("no program"));
  EXPECT_THAT(check(command({"-x"})).error().message, HasSubstr("begin with '-'"));
  EXPECT_THAT(check(command({"a", std::string("b\0c", 3)})).error().message, HasSubstr("NUL"));
  EXPECT_THAT(check(command({"a", std::string(200'000, 'x')})).error().message, HasSubstr("as input"));
  ports::Command odd = command({"a"});
  odd.environment = {{"a b", ""}};
  EXPECT_THAT(check(odd).error().message, HasSubstr("'a b'"));
}

}  // namespace
}  // namespace attune::transport
