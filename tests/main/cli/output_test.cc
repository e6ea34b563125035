// SPDX-License-Identifier: Apache-2.0
#include "runtime/main/cli/output.h"

#include <csignal>

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "tests/main/cli/transcript.h"

namespace attune::cli {
namespace {

TEST(Output, WritesWhenFlushed) {
  const UniqueFd file(::memfd_create("out", 0));
  Output out(file.get(), false);
  out.write("a");
  EXPECT_EQ(content_of(file.get()), "");
  out.flush();
  EXPECT_EQ(content_of(file.get()), "a");
}

TEST(Output, KeepsNoMoreThanMuch) {
  const UniqueFd file(::memfd_create("out", 0));
  Output out(file.get(), false);
  out.write(std::string(1 << 20, 'x'));
  EXPECT_EQ(content_of(file.get()).size(), size_t{1} << 20);
}

TEST(Output, ColoursOnlyWhereThereAreSome) {
  EXPECT_EQ(Output(1, false).painted(Paint::kBad, "x"), "x");
  EXPECT_EQ(Output(1, true).painted(Paint::kBad, "x"), "\x1b[31mx\x1b[0m");
  EXPECT_EQ(Output(1, true).painted(Paint::kNone, "x"), "x");
}

TEST(Output, BearsThatTheReaderGoes) {
  ::signal(SIGPIPE, SIG_IGN);
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  UniqueFd reader(ends[0]);
  const UniqueFd writer(ends[1]);
  Output out(writer.get(), false);
  reader = UniqueFd();
  out.write("x");
  out.flush();
  EXPECT_FALSE(out.is_open());
  EXPECT_FALSE(out.error());
}

TEST(Output, TellsOfAFullDisk) {
  const UniqueFd full(::open("/dev/full", O_WRONLY | O_CLOEXEC));
  Output out(full.get(), false);
  out.write("x");
  out.flush();
  ASSERT_TRUE(out.error());
  EXPECT_THAT(out.error()->message, testing::HasSubstr("No space left"));
}

TEST(Output, APipeHasNoColours) {
  const UniqueFd file(::memfd_create("out", 0));
  EXPECT_FALSE(Output::standard(file.get()).has_colours());
}

TEST(Console, EscapesWhatSpeaksToATerminal) {
  EXPECT_EQ(escaped_json("\"\x7f\xc2\x9b\xc3\xbc\""), "\"\\u007f\\u009b\xc3\xbc\"");
  EXPECT_EQ(escaped_json("\"\xe2\x80\xae\xe2\x81\xa6\xe2\x82\xac\""), "\"\\u202e\\u2066\xe2\x82\xac\"")
      << "text that turns";
  EXPECT_EQ(escaped_json("{\x1b[2J\x9b\r\n}"), "{\\u001b[2J\\ufffd \n}") << "what a server only calls JSON";
  const UniqueFd file(::memfd_create("out", 0));
  Output out(file.get(), false);
  Console console{out, out};
  EXPECT_EQ(console.fail(ExitCode::kRefused, "no \x1b[2J"), ExitCode::kRefused);
  EXPECT_EQ(content_of(file.get()), "attune: no \\x1b[2J\n");
}

}  // namespace
}  // namespace attune::cli
