// SPDX-License-Identifier: Apache-2.0
#include "examples/stream/sequence.h"

#include <vector>

#include <gtest/gtest.h>

namespace attune::stream {
namespace {

using namespace std::chrono_literals;

std::vector<unsigned char> piece(uint64_t position, size_t size) {
  std::vector<unsigned char> bytes(size);
  fill(position, bytes);
  return bytes;
}

TEST(Sequence, AnyPieceEqualsThatPartOfTheWhole) {
  const auto whole = piece(0, 10000);
  for (const size_t from : {0, 1, 7, 8, 9, 4095, 4096, 9999})
    EXPECT_EQ(piece(from, whole.size() - from), std::vector(whole.begin() + from, whole.end())) << from;
}

TEST(Sequence, ByteThatChangedIsCounted) {
  auto bytes = piece(123, 10000);
  EXPECT_EQ(count_wrong(123, bytes), 0u);
  bytes[0] ^= 1;
  bytes[5000] ^= 0x80;
  EXPECT_EQ(count_wrong(123, bytes), 2u);
}

TEST(Sequence, ByteThatIsLeftOutIsNoticed) {
  auto bytes = piece(0, 10000);
  bytes.erase(bytes.begin() + 17);
  EXPECT_GT(count_wrong(0, bytes), 9000u);
}

TEST(Sequence, OpeningComesBackAsItWas) {
  const Opening opening{0x0123456789abcdef, 0xfedcba9876543210};
  EXPECT_EQ(decode(encode(opening)), opening);
  EXPECT_EQ(encode(opening)[0], 0x01);
}

TEST(Sequence, PositionGrowsByTheRateForever) {
  EXPECT_EQ(position_after(0ns), 0u);
  EXPECT_EQ(position_after(1500ms), kBytesPerSecond * 3 / 2);
  EXPECT_EQ(position_after(-1s), 0u);
  EXPECT_EQ(position_after(24h * 365), kBytesPerSecond * 3600 * 24 * 365);
}

}  // namespace
}  // namespace attune::stream
