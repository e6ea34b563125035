// SPDX-License-Identifier: Apache-2.0
#include "runtime/base/inner_path.h"

#include <gtest/gtest.h>

namespace attune {
namespace {

TEST(StaysInside, RefusesWhatLeavesTheFolder) {
  for (const char* inside : {"a", "a/b", "./a", "a/../b", "..a"}) EXPECT_TRUE(stays_inside(inside)) << inside;
  for (const char* outside : {"", ".", "..", "../a", "a/../../b", "/a", "a/.."})
    EXPECT_FALSE(stays_inside(outside)) << outside;
}

TEST(StaysInside, RefusesWhatCannotStandInALine) {
  for (const char* wrong : {"a\nmade ./b", "a\r", "a\tb", "a\x7f"})
    EXPECT_FALSE(stays_inside(wrong)) << wrong;
  EXPECT_TRUE(stays_inside("a b\xc3\xa4"));
}

}  // namespace
}  // namespace attune
