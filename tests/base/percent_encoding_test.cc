// SPDX-License-Identifier: Apache-2.0
#include "runtime/base/percent_encoding.h"

#include <gtest/gtest.h>

namespace attune {
namespace {

TEST(PercentEncoding, KeepsWhatMayStandAsItIs) {
  EXPECT_EQ(percent_encoded("aZ09-._~"), "aZ09-._~");
  EXPECT_EQ(percent_encoded("a b/ü%"), "a%20b%2F%C3%BC%25");
  EXPECT_EQ(percent_encoded("a b/c", "/"), "a%20b/c");
}

TEST(PercentEncoding, ComesBackAsItWas) {
  std::string all;
  for (int byte = 0; byte < 256; ++byte) all += static_cast<char>(byte);
  EXPECT_EQ(percent_decoded(percent_encoded(all)), all);
}

TEST(PercentEncoding, NeedsTwoDigits) {
  for (const char* text : {"%", "%4", "a%", "%zz", "%4z", "%-1", "% 4"})
    EXPECT_FALSE(percent_decoded(text)) << text;
}

}  // namespace
}  // namespace attune
