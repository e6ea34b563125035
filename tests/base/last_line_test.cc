// SPDX-License-Identifier: Apache-2.0
#include "runtime/base/last_line.h"

#include <gtest/gtest.h>

namespace attune {
namespace {

TEST(LastLine, IsTheLastThatIsNotBlank) {
  EXPECT_EQ(last_line("a\r\nb c \n \n\t\n"), "b c");
  EXPECT_EQ(last_line(" \n\n"), "");
  EXPECT_EQ(last_line(""), "");
  EXPECT_EQ(last_line("alone"), "alone");
}

}  // namespace
}  // namespace attune
