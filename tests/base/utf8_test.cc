// SPDX-License-Identifier: Apache-2.0
#include "runtime/base/utf8.h"

#include <gtest/gtest.h>

namespace attune {
namespace {

TEST(Utf8, KnowsTheLengthOfEachSequence) {
  EXPECT_EQ(utf8_length("a"), 1u);
  EXPECT_EQ(utf8_length("\xc3\xa9"), 2u);
  EXPECT_EQ(utf8_length("\xe2\x82\xac"), 3u);
  EXPECT_EQ(utf8_length("\xf0\x9f\x90\xa7"), 4u);
  EXPECT_EQ(utf8_length(""), 0u);
}

TEST(Utf8, RefusesWhatIsOverlongCutOrASurrogate) {
  for (const char* bad : {"\x80", "\xc0\x80", "\xc3", "\xe0\x80\x80", "\xed\xa0\x80", "\xf0\x80\x80\x80",
                          "\xf4\x90\x80\x80", "\xff"})
    EXPECT_EQ(utf8_length(bad), 0u) << bad;
}

TEST(Utf8, IsJudgedToItsEnd) {
  EXPECT_TRUE(is_utf8("gr\xc3\xbc\xc3\x9f"));
  EXPECT_FALSE(is_utf8("gr\xc3\xbc\xff"));
  EXPECT_TRUE(is_utf8(std::string_view("\0", 1)));
}

}  // namespace
}  // namespace attune
