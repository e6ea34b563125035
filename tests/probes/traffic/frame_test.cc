// SPDX-License-Identifier: Apache-2.0
// The headers of frames, as the program in the kernel and the packet ring read them.
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "probes/traffic/counted.h"
#include "probes/traffic/frame_bytes.h"

namespace attune::probes {
namespace {

using Bytes = std::vector<unsigned char>;

Bytes operator+(Bytes one, const Bytes& other) {
  one.insert(one.end(), other.begin(), other.end());
  return one;
}

const Bytes kMacs = {0x52, 0x54, 0, 0, 0, 2, 0x52, 0x54, 0, 0, 0, 1};
const Bytes kIpv4 = {8, 0}, kIpv6 = {0x86, 0xdd}, kArp = {8, 6}, kTag = {0x81, 0, 0, 7};

Bytes ipv4(unsigned length, unsigned char protocol) {
  return {0x45,
          0,
          static_cast<unsigned char>(length >> 8),
          static_cast<unsigned char>(length),
          0,
          0,
          0,
          0,
          64,
          protocol,
          0,
          0,
          10,
          0,
          0,
          1,
          10,
          0,
          0,
          2};
}

Bytes ipv6(unsigned length, unsigned char protocol) {
  Bytes head = {
      0x60,     0, 0, 0, static_cast<unsigned char>(length >> 8), static_cast<unsigned char>(length),
      protocol, 64};
  head.resize(40);
  head[8] = head[24] = 0xfd;
  head[23] = 1;
  head[39] = 2;
  return head;
}

Bytes tcp(unsigned char words) {
  Bytes head(std::size_t{words} * 4);
  head[12] = static_cast<unsigned char>(words << 4);
  return head;
}

struct Read {
  bool is_frame;
  std::string from, to;
  std::uint64_t messages, bytes;
};

Read read(const Bytes& bytes, unsigned length, unsigned gso_size = 0, unsigned gso_segs = 0) {
  traffic_packet packet{};
  const traffic_frame frame{length, gso_size, gso_segs};
  const FrameBytes source{bytes.data(), bytes.size()};
  const bool is_frame = traffic_read_frame(source, &frame, &packet) != 0;
  return {is_frame, text_of(packet.from), text_of(packet.to), packet.count.messages, packet.count.bytes};
}

TEST(Frame, OfIpv4CountsByItsSender) {
  const Read packet = read(kMacs + kIpv4 + ipv4(500, 17), 514);
  EXPECT_EQ(packet.from, "10.0.0.1");
  EXPECT_EQ(packet.to, "10.0.0.2");
  EXPECT_EQ(packet.messages, 1u);
  EXPECT_EQ(packet.bytes, 500u);
}

TEST(Frame, PaddingDoesNotCount) {
  EXPECT_EQ(read(kMacs + kIpv4 + ipv4(28, 17), 60).bytes, 28u);
}

TEST(Frame, ALengthBeyondTheFrameIsNotBelieved) {
  EXPECT_EQ(read(kMacs + kIpv4 + ipv4(9000, 17), 60).bytes, 46u);
}

TEST(Frame, OfIpv6CountsByItsSender) {
  const Read packet = read(kMacs + kIpv6 + ipv6(60, 58), 114);
  EXPECT_EQ(packet.from, "fd00::1");
  EXPECT_EQ(packet.bytes, 100u);
}

TEST(Frame, IsReadBehindTwoTags) {
  const Read packet = read(kMacs + Bytes{0x88, 0xa8, 0, 9} + kTag + kIpv4 + ipv4(100, 17), 122);
  EXPECT_EQ(packet.from, "10.0.0.1");
  EXPECT_EQ(packet.bytes, 100u);
}

TEST(Frame, OfSegmentsThatIsShorterThanItsTagsCountsNothing) {
  const Read packet = read(kMacs + kTag + kIpv6 + ipv6(60, 17), 14, 1400);
  EXPECT_EQ(packet.messages, 1u);
  EXPECT_EQ(packet.bytes, 0u);
}

TEST(Frame, ThatIsNotIpCountsByTheMacAddress) {
  const Read packet = read(kMacs + kArp + Bytes(28), 42);
  EXPECT_EQ(packet.from, "52:54:00:00:00:01");
  EXPECT_EQ(packet.bytes, 28u);
}

TEST(Frame, WithABrokenIpHeaderCountsByTheMacAddress) {
  EXPECT_EQ(read(kMacs + kIpv4 + Bytes(10), 24).from, "52:54:00:00:00:01");
  EXPECT_EQ(read(kMacs + kIpv6 + ipv4(20, 6) + Bytes(20), 54).from, "52:54:00:00:00:01");
}

TEST(Frame, WithoutAnEthernetHeaderIsNone) {
  EXPECT_FALSE(read(kMacs, 12).is_frame);
  EXPECT_FALSE(read({}, 0).is_frame);
}

TEST(SuperPacket, CountsAsItsSegmentsWithTheirHeaders) {
  // 3 x 1448 bytes of content, each with 20 + 32 bytes of headers.
  const Bytes head = kMacs + kIpv4 + ipv4(52 + 4344, 6) + tcp(8);
  const Read packet = read(head, 14 + 52 + 4344, 1448, 3);
  EXPECT_EQ(packet.messages, 3u);
  EXPECT_EQ(packet.bytes, 4344u + 3 * 52);
}

TEST(SuperPacket, OfAVmIsCutByItsSize) {
  const Bytes head = kMacs + kIpv6 + ipv6(32 + 2897, 6) + tcp(8);
  const Read packet = read(head, 14 + 72 + 2897, 1448);
  EXPECT_EQ(packet.messages, 3u) << "two of 1448, and one byte";
  EXPECT_EQ(packet.bytes, 2897u + 3 * 72);
}

TEST(SuperPacket, OfUdpHasItsHeader) {
  const Read packet = read(kMacs + kIpv4 + ipv4(28 + 2000, 17) + Bytes(8), 14 + 28 + 2000, 1000);
  EXPECT_EQ(packet.messages, 2u);
  EXPECT_EQ(packet.bytes, 2000u + 2 * 28);
}

TEST(SuperPacket, OfIpv6IsReadBehindExtensions) {
  const Bytes extension = {6, 0, 0, 0, 0, 0, 0, 0};
  const Bytes head = kMacs + kIpv6 + ipv6(0, 0) + extension + tcp(5);
  const Read packet = read(head, 14 + 68 + 100'000, 1000);
  EXPECT_EQ(packet.messages, 100u);
  EXPECT_EQ(packet.bytes, 100'000u + 100 * 68);
}

}  // namespace
}  // namespace attune::probes
