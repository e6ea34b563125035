// SPDX-License-Identifier: Apache-2.0
#include "runtime/transport/output.h"

#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace attune::transport {
namespace {

using testing::ElementsAre;

TEST(OutputCue, ComesWithTheBeginningOfTheStreamWhateverThePieces) {
  OutputCue cue("send\n");
  EXPECT_FALSE(cue.feed("se"));
  EXPECT_FALSE(cue.has_come());
  EXPECT_TRUE(cue.feed("nd\nmore"));
  EXPECT_TRUE(cue.has_come());
  OutputCue other("send\n");
  EXPECT_FALSE(other.feed("sent\n"));
  EXPECT_FALSE(other.feed("d\n"));
  EXPECT_TRUE(OutputCue("").has_come());
}

TEST(KeptOutput, IsWholeUpToTheLimit) {
  KeptOutput output(10);
  output.add("12345");
  output.add("67890");
  EXPECT_EQ(output.take(), "1234567890");
}

TEST(KeptOutput, KeepsBothEndsOfWhatIsTooLong) {
  KeptOutput output(10);
  for (int i = 0; i < 1000; ++i) output.add("abcdefg");
  EXPECT_EQ(output.take(), "abcde\n[... 6990 bytes left out ...]\ncdefg");
}

TEST(KeptOutput, CountsWhatItLeavesOutWhateverThePieces) {
  for (size_t piece = 1; piece < 40; ++piece) {
    const std::string all(123, 'x');
    KeptOutput output(20);
    for (size_t at = 0; at < all.size(); at += piece) output.add(std::string_view(all).substr(at, piece));
    EXPECT_EQ(output.take(), "xxxxxxxxxx\n[... 103 bytes left out ...]\nxxxxxxxxxx") << piece;
  }
}

std::vector<std::string> cut(const std::vector<std::string>& pieces, size_t limit) {
  LineCutter cutter(limit);
  std::vector<std::string> lines;
  const auto sink = [&](std::string_view line) { lines.emplace_back(line); };
  for (const std::string& piece : pieces) cutter.add(piece, sink);
  cutter.finish(sink);
  return lines;
}

TEST(LineCutter, JoinsPiecesToLines) {
  EXPECT_THAT(cut({"one\ntw", "o\n", "\nthr", "ee"}, 100), ElementsAre("one", "two", "", "three"));
}

TEST(LineCutter, CutsALineThatIsTooLong) {
  EXPECT_THAT(cut({"abcdefgh\ni\n"}, 3), ElementsAre("abc", "def", "gh", "i"));
}

TEST(LineCutter, MakesNoEmptyLineOfALineAsLongAsTheLimit) {
  EXPECT_THAT(cut({"abc\nabcdef", "\n", "\nx"}, 3), ElementsAre("abc", "abc", "def", "", "x"));
}

}  // namespace
}  // namespace attune::transport
