// SPDX-License-Identifier: Apache-2.0
#include "runtime/base/log.h"

#include <gtest/gtest.h>

namespace attune {
namespace {

TEST(Printable, KeepsUnicode) {
  EXPECT_EQ(printable("é ✓ 😀"), "é ✓ 😀");
}

TEST(Printable, EscapesControlCharacters) {
  EXPECT_EQ(printable("a\nb\x1b[0m\x7f\xc2\x9b"), "a\\x0ab\\x1b[0m\\x7f\\xc2\\x9b");
}

// A line separator, a right-to-left override and an isolate; what stands beside them in Unicode is text.
TEST(Printable, EscapesWhatReordersText) {
  EXPECT_EQ(printable("\u2028\u202e\u2066"), "\\xe2\\x80\\xa8\\xe2\\x80\\xae\\xe2\\x81\\xa6");
  EXPECT_EQ(printable("\u2026\u202f\u2065\u206a"), "\u2026\u202f\u2065\u206a");
}

TEST(Printable, EscapesInvalidUtf8) {
  EXPECT_EQ(printable("\xff\xc0\xaf\xed\xa0\x80\xe2\x82"), "\\xff\\xc0\\xaf\\xed\\xa0\\x80\\xe2\\x82");
}

}  // namespace
}  // namespace attune
