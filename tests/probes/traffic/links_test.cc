// SPDX-License-Identifier: Apache-2.0
// What the kernel's messages on interfaces say, also cut short.
#include "probes/traffic/links.h"

#include <cstring>

#include <gtest/gtest.h>
#include <linux/rtnetlink.h>

namespace attune::probes {
namespace {

std::string attribute(unsigned short type, const std::string& value) {
  rtattr head{static_cast<unsigned short>(sizeof(rtattr) + value.size()), type};
  std::string bytes(reinterpret_cast<const char*>(&head), sizeof(head));
  bytes += value;
  bytes.resize((bytes.size() + 3) & ~std::size_t{3});
  return bytes;
}

std::string message(unsigned short type, int index, const std::string& attributes) {
  struct {
    nlmsghdr head;
    ifinfomsg about;
  } begin{};
  begin.head.nlmsg_len = static_cast<unsigned>(sizeof(begin) + attributes.size());
  begin.head.nlmsg_type = type;
  begin.about.ifi_index = index;
  return std::string(reinterpret_cast<const char*>(&begin), sizeof(begin)) + attributes;
}

const std::string kTap = message(
    RTM_NEWLINK, 7,
    attribute(IFLA_IFNAME, std::string("vnet0\0", 6)) + attribute(IFLA_ADDRESS, "\xfe\x54\x01\x02\x03\x04"));

TEST(Links, AreReadWithTheirNameAndAddress) {
  const auto links = parse_links(kTap + message(RTM_DELLINK, 9, attribute(IFLA_IFNAME, "vnet1")));
  ASSERT_EQ(links.size(), 2u);
  EXPECT_EQ(links[0].name, "vnet0");
  EXPECT_EQ(links[0].mac, (Mac{0xfe, 0x54, 1, 2, 3, 4}));
  EXPECT_FALSE(links[0].is_gone);
  EXPECT_EQ(links[1].index, 9u);
  EXPECT_TRUE(links[1].is_gone);
}

TEST(Links, OtherMessagesSayNothing) {
  EXPECT_TRUE(parse_links(message(RTM_NEWADDR, 7, "")).empty());
  EXPECT_TRUE(parse_links("").empty());
}

TEST(Links, CutAtEachByteNothingIsReadBeyond) {
  for (std::size_t size = 0; size < kTap.size(); ++size) {
    const std::string cut(kTap.data(), size);  // its own memory, whose end the sanitizer knows
    EXPECT_TRUE(parse_links(cut).empty()) << size;
  }
}

}  // namespace
}  // namespace attune::probes
