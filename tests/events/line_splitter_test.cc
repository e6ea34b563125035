// SPDX-License-Identifier: Apache-2.0
#include "runtime/events/line_splitter.h"

#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace attune::events {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class LineSplitterTest : public testing::Test {
 protected:
  std::vector<std::string> lines_;
  LineSplitter splitter_{8, [this](std::string_view line) { lines_.emplace_back(line); }};
};

TEST_F(LineSplitterTest, SplitsAtTheEndsOfLines) {
  splitter_.feed("one\ntwo\n\nfour\r\n");
  EXPECT_THAT(lines_, ElementsAre("one", "two", "", "four"));
}

TEST_F(LineSplitterTest, PutsPiecesTogether) {
  for (const char c : std::string("one\ntwo\r\nx")) splitter_.feed({&c, 1});
  EXPECT_THAT(lines_, ElementsAre("one", "two"));
  splitter_.feed("y\n");
  EXPECT_EQ(lines_.back(), "xy");
}

TEST_F(LineSplitterTest, GivesTheFrontOfWhatIsTooLongOnce) {
  splitter_.feed("1234567\n12345678\n1234567890123\nok\n");
  EXPECT_THAT(lines_, ElementsAre("1234567", "12345678", "12345678", "ok"));
}

TEST_F(LineSplitterTest, DropsTheRestOfATooLongLineAcrossPieces) {
  for (int i = 0; i < 10; ++i) splitter_.feed("abcde");
  EXPECT_THAT(lines_, ElementsAre("abcdeabc"));
  splitter_.feed("end\nok\n");
  EXPECT_THAT(lines_, ElementsAre("abcdeabc", "ok"));
}

TEST_F(LineSplitterTest, WaitsForTheEnd) {
  splitter_.feed("begun");
  EXPECT_THAT(lines_, IsEmpty());
}

}  // namespace
}  // namespace attune::events
