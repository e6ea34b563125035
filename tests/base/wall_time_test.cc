// SPDX-License-Identifier: Apache-2.0
#include "runtime/base/wall_time.h"

#include <gtest/gtest.h>

namespace attune {
namespace {

TEST(WallTime, ReadsBackToTheMicrosecond) {
  for (const int64_t micros :
       {int64_t{0}, int64_t{1}, int64_t{1'790'000'000'123'456}, int64_t{951'782'399'999'999}}) {
    const WallTime time{std::chrono::microseconds(micros)};
    ASSERT_TRUE(parse_wall_time(to_text(time))) << to_text(time);
    EXPECT_EQ(*parse_wall_time(to_text(time)), time);
  }
  EXPECT_EQ(to_text(WallTime(std::chrono::microseconds(951'782'399'999'999))), "2000-02-28T23:59:59.999999Z");
}

TEST(WallTime, RefusesWhatIsNoTime) {
  for (const char* bad : {"", "2026", "2026-13-01T00:00:00.000000Z", "2026-02-30T00:00:00.000000Z",
                          "2026-11-31T00:00:00.000000Z", "2026-05-04T24:00:00.000000Z",
                          "2026-05-04T12:00:00.00000xZ", "2026-05-04 12:00:00.000000Z"})
    EXPECT_FALSE(parse_wall_time(bad)) << bad;
}

}  // namespace
}  // namespace attune
